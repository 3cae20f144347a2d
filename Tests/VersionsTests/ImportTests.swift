import Foundation
import Support
import TestSupport
import Testing
import Versions
import VersionsTestSupport

/// Files and folders of other repositories, as the real `dvc` brings them here.
@Suite(.enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)"))
struct ImportTests {
    /// A repository with data and code in two commits, of which the first is `v1`.
    private func source() throws -> DVCFolder {
        let folder = try DVCFolder()
        try folder.write("one\n", to: "data/x")
        try folder.write("two\n", to: "data/deep/y z")
        try folder.write("print(1)\n", to: "code.py")
        try folder.write("weights", to: "model/best")
        try folder.write("notes", to: "model/notes.md")
        try folder.dvc("add", "-q", "data", "model/best")
        try folder.git("add", "-A")
        try folder.git("commit", "-q", "-m", "One")
        try folder.git("tag", "v1")
        try folder.write("three\n", to: "data/x")
        try folder.dvc("add", "-q", "data")
        try folder.git("commit", "-q", "-a", "-m", "Two")
        return folder
    }

    private static func tree(_ source: SourceRepository, _ path: String, _ store: ContentStore) throws(MartletError) -> SourceTree {
        let outputs = try source.checkout?.pointers().flatMap(\.outputs) ?? []
        return try SourceTree(source, at: path, outputs: outputs, store: store)
    }

    private func bring(_ repository: Repository, _ address: String, _ path: String, _ revision: String? = nil, to place: String) throws -> Added {
        let source = try SourceRepository(address, revision: revision, from: repository.root)
        return try repository.bring(ImportTests.tree(source, path, repository.cache), named: path, of: source, to: place)
    }

    @Test(
        "An import is written as dvc writes it, with the same files, and clean for it",
        arguments: [
            ("data", nil, "data"), ("data", "v1", "my data"), ("data/x", nil, "x"), ("data/deep", nil, "deep"), ("code.py", nil, "code.py"),
            ("model", nil, "model"), ("model/best", "main", "best"),
        ])
    func imports(_ path: String, _ revision: String?, _ place: String) throws {
        let source = try source()
        let (ours, theirs) = (try DVCFolder(), try DVCFolder())
        let repository = try Repository(root: ours.path)
        let added = try bring(repository, source.path, path, revision, to: place)
        try theirs.dvc(["import", "-q", source.path, path, "-o", place] + (revision.map { ["--rev", $0] } ?? []))
        #expect(try ours.text("\(place).dvc") == theirs.text("\(place).dvc"))
        #expect(try ours.text(".gitignore") == theirs.text(".gitignore"))
        let listing = "cd '\(place)' 2>/dev/null && find . -type f | sort | xargs -d '\\n' md5sum || md5sum '\(place)'"
        #expect(try ours.run("sh", ["-c", listing]) == theirs.run("sh", ["-c", listing]))
        #expect(try ours.status() == [:])
        #expect(try repository.status(of: [added.output]).allSatisfy { $0.state == .unchanged && !$0.isNotInCache })
    }

    @Test("What is not on this machine comes from the other repository's remote")
    func remote() throws {
        let source = try source()
        try source.dvc("remote", "add", "-q", "-d", "store", source.beside("remote"))
        try source.dvc("push", "-q")
        try source.git("commit", "-q", "-a", "-m", "Remote")
        try source.run("rm", ["-rf", ".dvc/cache"])
        let folder = try DVCFolder()
        let repository = try Repository(root: folder.path)
        _ = try bring(repository, "file://\(source.path)", "data", to: "data")
        #expect(try folder.text("data/x") == "three\n" && folder.text("data/deep/y z") == "two\n")
        try source.run("rm", ["-rf", source.beside("remote")])
        let error = #expect(throws: MartletError.self) { try bring(repository, source.path, "model/best", to: "best") }
        #expect(error?.code == .notFound && !folder.exists("best.dvc") && !folder.exists("best"))
    }

    @Test("A copy leaves nothing under version, and nothing half")
    func copies() throws {
        let source = try source()
        let folder = try TemporaryFolder()
        for (path, revision, file, text) in [
            ("data", "v1", "/x", "one\n"), ("code.py", nil, "", "print(1)\n"), ("", nil, "/model/notes.md", "notes"),
        ] {
            let target = folder.path("copy-\(path)")
            let other = try SourceRepository(source.path, revision: revision, from: "/")
            _ = try Repository.copy(other, { (store) throws(MartletError) in try ImportTests.tree(other, path, store) }, to: target)
            #expect(try String(contentsOfFile: target + file, encoding: .utf8) == text)
            #expect(FileManager.default.isWritableFile(atPath: target + file))
            let again = #expect(throws: MartletError.self) {
                try Repository.copy(other, { (store) throws(MartletError) in try ImportTests.tree(other, path, store) }, to: target)
            }
            #expect(again?.code == .conflict)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")).sorted() == ["copy-", "copy-code.py", "copy-data"])
    }

    @Test("What stands in the place of a copy is replaced where that is asked, and stays where the copy fails")
    func replaces() throws {
        let source = try source()
        let folder = try TemporaryFolder(["taken/mine": "mine", "file": "mine"])
        let other = try SourceRepository(source.path, revision: "v1", from: "/")
        func copy(_ path: String, _ target: String) throws {
            _ = try Repository.copy(
                other, { (store) throws(MartletError) in try ImportTests.tree(other, path, store) }, to: folder.path(target), force: true)
        }
        #expect(throws: MartletError.self) { try copy("nothing", "taken") }
        #expect(try folder.files(under: "").sorted() == ["file", "taken/mine"])
        try copy("data", "taken")
        try copy("data", "file")
        #expect(try folder.files(under: "").sorted() == ["file/deep/y z", "file/x", "taken/deep/y z", "taken/x"])
    }

    @Test("What is there is listed as dvc lists it")
    func lists() throws {
        let source = try source()
        let other = try SourceRepository(source.path, revision: nil, from: "/")
        let store = try TemporaryFolder()
        let ours = try ImportTests.tree(other, "", ContentStore(root: store.path("store"))).entries.map { ($0.path.description, $0.stored != nil) }
        let theirs = try JSONValue(parsing: source.dvc("list", source.path, "-R", "--json")).elements
        #expect(ours.map { $0.0 }.sorted() == theirs.compactMap { $0["path"].text }.sorted())
        #expect(ours.filter { $0.1 }.map { $0.0 }.sorted() == theirs.filter { $0["isout"] == true }.compactMap { $0["path"].text }.sorted())
    }

    @Test("Links, wrong names and strange addresses lead nowhere")
    func refuses() throws {
        let source = try source()
        try source.run("ln", ["-s", "/etc/passwd", "link"])
        try source.git("add", "link")
        try source.git("commit", "-q", "-m", "Link")
        let folder = try DVCFolder()
        let repository = try Repository(root: folder.path)
        _ = try bring(repository, source.path, "link", to: "link")
        #expect(try folder.text("link") == "/etc/passwd")
        for (address, path, revision) in [
            (source.path, "nothing", nil), (source.path, "data", "nowhere"), (source.path, "data", "--output=/tmp/x"), ("/nowhere", "data", nil),
            ("--upload-pack=touch x", "data", nil), ("ext::sh -c touch% x", "data", nil),
        ] {
            let error = #expect(throws: MartletError.self) { try bring(repository, address, path, revision, to: "other") }
            #expect(error?.code == .notFound, "\(address) \(path) \(revision ?? "")")
        }
        let odd = #expect(throws: MartletError.self) { try bring(repository, source.path, "data", to: "dvc.yaml") }
        #expect(odd?.code == .invalidInput && !folder.exists("dvc.yaml") && !folder.exists("dvc.yaml.dvc"))
        #expect(!folder.exists("other") && !folder.exists("other.dvc") && !folder.exists("x"))
        try folder.write("mine", to: "code.py")
        let taken = #expect(throws: MartletError.self) { try bring(repository, source.path, "code.py", to: "code.py") }
        #expect(try taken?.code == .conflict && folder.text("code.py") == "mine")
    }
}
