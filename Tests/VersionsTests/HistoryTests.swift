import Foundation
import Support
import TestSupport
import Testing
import Versions
import VersionsTestSupport

/// Versions in Git: what differs, what is kept.
@Suite(.enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)"))
struct HistoryTests {
    /// Two commits: `v1` and the head of `main`.
    private func twoVersions() throws -> (DVCFolder, Repository) {
        let folder = try DVCFolder()
        for name in ["keep", "change", "gone", "move"] { try folder.write(name, to: "data/\(name)") }
        try folder.write("1", to: "file")
        try folder.write("old", to: "retired")
        let repository = try Repository(root: folder.path)
        _ = try repository.add(["data", "file", "retired"])
        try folder.git("add", "-A")
        try folder.git("commit", "-q", "-m", "One")
        try folder.git("tag", "v1")
        try folder.write("changed", to: "data/change")
        try folder.write("new", to: "data/sub/new")
        try folder.run("mv", ["data/move", "data/moved"])
        try folder.remove("data/gone")
        try folder.write("2", to: "file")
        try folder.run("rm", ["retired", "retired.dvc"])
        _ = try repository.add(["data", "file"])
        try folder.git("add", "-A")
        try folder.git("commit", "-q", "-m", "Two")
        return (folder, repository)
    }

    @Test("Two commits differ in the files in which dvc says that they differ")
    func difference() throws {
        let (folder, repository) = try twoVersions()
        let git = repository.git
        let old = try repository.pointers(of: git.commit("v1")).flatMap(\.outputs)
        let new = try repository.pointers(of: git.commit("HEAD")).flatMap(\.outputs)
        let ours = try repository.difference(from: old, to: new)
        let theirs = try JSONValue(parsing: folder.dvc("diff", "--json", "v1", "HEAD"))
        func paths(_ key: String) -> [String] {
            theirs[key].elements.map { $0["path"].text ?? "\($0["path"]["old"].text ?? "") \($0["path"]["new"].text ?? "")" }
                .filter { !$0.hasSuffix("/") }.sorted()
        }
        #expect(ours.added.map { $0.path } == paths("added"))
        #expect(ours.deleted.map { $0.path } == paths("deleted"))
        #expect(ours.modified.map { $0.path } == paths("modified"))
        #expect(ours.renamed.map { "\($0.oldPath ?? "") \($0.path)" } == paths("renamed"))
        #expect(ours.renamed.count == 1 && ours.modified.count == 2)
        #expect(throws: MartletError.self) { try git.commit("nowhere") }
        #expect(throws: MartletError.self) { try git.commit("--help") }
    }

    @Test("Collecting keeps what is asked for, says for whom, and removes the rest")
    func collection() throws {
        let (folder, repository) = try twoVersions()
        let all = repository.cache.names().count
        #expect(try repository.collect(keeping: .tags, dryRun: false).removed.isEmpty)
        let rehearsed = try repository.collect(keeping: [], dryRun: true)
        #expect(repository.cache.names().count == all)
        let collected = try repository.collect(keeping: [], dryRun: false)
        #expect(collected.removed == rehearsed.removed && !collected.removed.isEmpty)
        #expect(collected.kept + collected.removed.count == all)
        #expect(try folder.status() == [:])
        #expect(try repository.status(of: repository.pointers().flatMap(\.outputs)).allSatisfy { !$0.isNotInCache })
        // The listings of the tag are gone: nobody knows any more what it needs.
        #expect(throws: MartletError.self) { try repository.collect(keeping: .tags, dryRun: false) }
    }

    @Test("The history of an output is that of its pointer file")
    func history() throws {
        let (folder, repository) = try twoVersions()
        defer { withExtendedLifetime(folder) {} }
        let output = try #require(try repository.pointers().flatMap(\.outputs).first { $0.path == "file" })
        let versions = try repository.history(of: output)
        #expect(versions.map { $0.subject } == ["Two", "One"])
        #expect(Set(versions.map { $0.output.content }).count == 2)
    }

    @Test("Git's own files cannot be added, and an output that Git passes over already needs no further line")
    func git() throws {
        let folder = try DVCFolder()
        try folder.write("1", to: "kept")
        try folder.write("1", to: "odd[name]*")
        try folder.write("/raw/\n", to: ".gitignore")
        try folder.write("1", to: "raw/x")
        try folder.git("add", "kept")
        let repository = try Repository(root: folder.path)
        #expect(throws: MartletError.self) { try repository.add(["kept"]) }
        _ = try repository.add(["raw/x"])
        #expect(try folder.text(".gitignore") == "/raw/\n")
        _ = try repository.add(["odd[name]*"])
        #expect(
            try folder.git("status", "--porcelain", "--untracked-files=all", "--", "odd*").split(separator: "\n").map(String.init) == [
                "?? odd[name]*.dvc"
            ])
        #expect(try folder.status() == [:])
    }

    @Test("Hooks are written and taken away; somebody else's are left")
    func hooks() throws {
        let folder = try DVCFolder()
        let repository = try Repository(root: folder.path)
        #expect(try repository.installHooks().count == 3)
        #expect(try repository.installHooks().count == 3)
        #expect(try repository.removeHooks().count == 3)
        try folder.write("#!/bin/sh\n", to: ".git/hooks/pre-push")
        #expect(throws: MartletError.self) { try repository.installHooks() }
        #expect(!folder.exists(".git/hooks/post-checkout"))
    }
}
