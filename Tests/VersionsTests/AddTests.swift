import Support
import TestSupport
import Testing
import Versions
import VersionsTestSupport

/// What our `add` writes, as the real `dvc` sees it, and the other way round.
@Suite(.enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)"))
struct AddTests {
    /// Files with names and contents that have gone wrong somewhere.
    private func fill(_ folder: DVCFolder) throws {
        try folder.write("a,b\n1,2\n", to: "data.csv")
        try folder.write("", to: "empty.bin")
        try folder.write("1", to: "images/a/one.txt")
        try folder.write("1", to: "images/same.txt")
        try folder.write("line\r\nline\r\n", to: "images/windows.txt")
        try folder.write([0, 255, 13, 10], to: "images/b/bytes")
        for name in [
            "with space", "quote\"s", "apostrophe's", "caf\u{E9}", "cafe\u{301}", "\u{1F426}", "tab\tnew\nline", "back\\slash", "a", "a.b", "a-b",
        ] {
            try folder.write(name, to: "images/names/\(name)")
        }
        try folder.run("sh", ["-c", "chmod +x images/same.txt; mkdir -p images/nothing; ln -s ../data.csv images/link; ln -s a images/folderlink"])
    }

    @Test("What we add is byte for byte what dvc adds, and clean for it")
    func bytes() throws {
        let ours = try DVCFolder()
        let theirs = try DVCFolder()
        for folder in [ours, theirs] { try fill(folder) }
        _ = try Repository(root: ours.path).add(["data.csv", "empty.bin", "images"])
        try theirs.dvc("add", "-q", "data.csv", "empty.bin", "images")
        for name in ["data.csv.dvc", "empty.bin.dvc", "images.dvc", ".gitignore"] { #expect(try ours.text(name) == theirs.text(name), "\(name)") }
        for look in ["md5sum", "stat -c '%a %n'"] {
            let script = "cd .dvc/cache/files && find . -type f | sort | xargs \(look)"
            #expect(try ours.run("sh", ["-c", script]) == theirs.run("sh", ["-c", script]))
        }
        #expect(try ours.status() == [:])
        for folder in [ours, theirs] {
            let repository = try Repository(root: folder.path)
            let statuses = try repository.status(of: repository.pointers().flatMap(\.outputs))
            #expect(statuses.allSatisfy { $0.state == .unchanged && !$0.isNotInCache })
        }
    }

    @Test("What we added, dvc restores; what dvc added, we restore")
    func restored() throws {
        for isOurs in [true, false] {
            let folder = try DVCFolder()
            try fill(folder)
            let repository = try Repository(root: folder.path)
            if isOurs { _ = try repository.add(["data.csv", "images"]) } else { try folder.dvc("add", "-q", "data.csv", "images") }
            let before = try folder.run("sh", ["-c", "find images data.csv ! -name folderlink ! -type d -print0 | sort -z | xargs -0 md5sum"])
            try folder.run("rm", ["-rf", "images", "data.csv"])
            if isOurs {
                try folder.dvc("checkout", "-q")
            } else {
                let done = try repository.checkOut(repository.pointers().flatMap(\.outputs))
                #expect(done.map { $0.isChanged } == [true, true])
            }
            let after = try folder.run("sh", ["-c", "find images data.csv ! -type d -print0 | sort -z | xargs -0 md5sum"])
            #expect(after == before)
            #expect(try folder.status() == [:])
        }
    }

    @Test("Adding again takes up changes, as dvc does, and keeps remarks in the pointer file")
    func again() throws {
        let ours = try DVCFolder()
        let theirs = try DVCFolder()
        for folder in [ours, theirs] {
            try folder.write("1", to: "data/one")
            try folder.write("2", to: "data/two")
            try folder.dvc("add", "-q", "data")
            try folder.write("# Why we have it\n" + folder.text("data.dvc") + "  desc: pictures\nmeta:\n  owner: us\n", to: "data.dvc")
            try folder.write("3", to: "data/sub/three")
            try folder.remove("data/one")
        }
        let repository = try Repository(root: ours.path)
        let statuses = try repository.status(of: repository.pointers().flatMap(\.outputs))
        #expect(statuses.first?.changes == ListingChanges(added: ["sub/three"], deleted: ["one"]))
        _ = try repository.add(["data"])
        try theirs.dvc("add", "-q", "data")
        #expect(try ours.text("data.dvc") == theirs.text("data.dvc"))
        #expect(try ours.status() == [:])
    }

    @Test("A name that is no UTF-8 comes back as it was; dvc cannot add it")
    func bytesOfNames() throws {
        let folder = try DVCFolder()
        try folder.write("fine", to: "data/fine")
        try folder.run("sh", ["-c", "printf x > data/$(printf 'bad\\377\\200')"])
        let repository = try Repository(root: folder.path)
        _ = try repository.add(["data"])
        let before = try folder.run("sh", ["-c", "ls data | md5sum"])
        try folder.remove("data")
        _ = try repository.checkOut(repository.pointers().flatMap(\.outputs))
        let after = try folder.run("sh", ["-c", "ls data | md5sum"])
        #expect(after == before)
    }

    @Test("A part of a tracked folder can be added alone")
    func part() throws {
        let ours = try DVCFolder()
        let theirs = try DVCFolder()
        for folder in [ours, theirs] {
            for name in ["a/one", "a/two", "b/one"] { try folder.write(name, to: "data/\(name)") }
            try folder.dvc("add", "-q", "data")
            for name in ["a/one", "b/one", "b/new"] { try folder.write("changed", to: "data/\(name)") }
        }
        _ = try Repository(root: ours.path).add(["data/b"])
        try theirs.dvc("add", "-q", "data/b")
        #expect(try ours.text("data.dvc") == theirs.text("data.dvc"))
    }

    @Test("What .dvcignore names is no data, for us as for dvc")
    func ignored() throws {
        let ours = try DVCFolder()
        let theirs = try DVCFolder()
        for folder in [ours, theirs] {
            try folder.write("*.tmp\n!keep.tmp\n/data/cache/\n**/deep/*.log\nfoo?[a-c]\ndata/x/**\n# no\n", to: ".dvcignore")
            for name in [
                "a.tmp", "keep.tmp", "cache/x", "sub/cache/x", "a/deep/x.log", "a/deep/b/x.log", "foo1a", "foo1d", "x/y/z", "s/x/y", ".hidden",
                "sub/.git/x",
            ] { try folder.write(name, to: "data/\(name)") }
        }
        _ = try Repository(root: ours.path).add(["data"])
        try theirs.dvc("add", "-q", "data")
        #expect(try ours.text("data.dvc") == theirs.text("data.dvc"))
    }
}

extension ListingChanges {
    init(added: [String] = [], modified: [String] = [], deleted: [String] = []) {
        self.init(from: FolderListing([]), to: FolderListing([]))
        self.added = added.map { TreePath($0) }
        self.modified = modified.map { TreePath($0) }
        self.deleted = deleted.map { TreePath($0) }
    }
}
