import Digests
import Foundation
import Support
import TestSupport
import Testing
import Versions
import VersionsTestSupport

/// Bringing data back, and what stands in the way of it.
struct CheckoutTests {
    private func outputs(_ repository: Repository) throws -> [TrackedOutput] { try repository.pointers().flatMap(\.outputs) }

    private func repository(_ files: [String: String]) throws -> (TemporaryFolder, Repository) {
        let folder = try TemporaryFolder(files)
        _ = try Repository.make(at: folder.path)
        return (folder, try Repository(root: folder.path))
    }

    @Test("A change that no version holds is not lost without being asked for")
    func loss() throws {
        let (folder, repository) = try repository(["data/one": "1", "data/two": "2"])
        _ = try repository.add(["data"])
        try folder.write("data/one", "mine alone")
        try folder.write("data/three", "mine, too")
        let error = #expect(throws: MartletError.self) { try repository.checkOut(outputs(repository)) }
        #expect(error?.code == .conflict)
        #expect(try folder.read("data/one") == "mine alone")
        _ = try repository.checkOut(outputs(repository), force: true)
        #expect(try folder.read("data/one") == "1")
        #expect(try folder.files(under: "data").sorted() == ["one", "two"])
    }

    @Test("What another version holds is replaced without a question")
    func between() throws {
        let (folder, repository) = try repository(["data/one": "1", "file": "a"])
        _ = try repository.add(["data", "file"])
        let first = try outputs(repository)
        try folder.write("data/one", "2")
        try folder.write("data/sub/new", "3")
        try folder.write("file", "b")
        _ = try repository.add(["data", "file"])
        let second = try outputs(repository)
        _ = try repository.checkOut(first)
        #expect(try folder.read("data/one") == "1")
        #expect(try folder.read("file") == "a")
        #expect(try folder.files(under: "data") == ["one"])
        #expect(!FileManager.default.fileExists(atPath: folder.path("data/sub")))
        let done = try repository.checkOut(second)
        #expect(done.first?.changes == ListingChanges(added: ["sub/new"], modified: ["one"]))
        #expect(try repository.status(of: second).map { $0.state } == [.unchanged, .unchanged])
    }

    @Test("A file becomes a folder and a folder a file")
    func kinds() throws {
        let (folder, repository) = try repository(["data": "a file"])
        _ = try repository.add(["data"])
        let first = try outputs(repository)
        try FileManager.default.removeItem(atPath: folder.path("data"))
        try folder.write("data/inside", "a folder")
        _ = try repository.add(["data"])
        let second = try outputs(repository)
        _ = try repository.checkOut(first)
        #expect(try folder.read("data") == "a file")
        _ = try repository.checkOut(second)
        #expect(try folder.read("data/inside") == "a folder")
    }

    @Test("A damaged content is never written, and verify finds and removes it")
    func damaged() throws {
        let (folder, repository) = try repository(["data/one": "1", "data/two": "2"])
        _ = try repository.add(["data"])
        let path = repository.cache.path(ContentName(MD5Digest(of: Array("1".utf8))))
        chmod(path, 0o644)
        try Data("x".utf8).write(to: URL(filePath: path))
        try FileManager.default.removeItem(atPath: folder.path("data/one"))
        #expect(throws: MartletError.self) { try repository.checkOut(outputs(repository)) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("data/one")))
        let found = try repository.cache.verify(removing: true)
        #expect(found.damaged == [MD5Digest(of: Array("1".utf8)).description])
        #expect(found.incomplete.map { $0.missing } == [1])
        #expect(try repository.cache.verify(removing: false).incomplete.map { $0.missing } == [1])
    }

    @Test("A link in the way is not followed", arguments: ["data", "data/sub"])
    func links(_ place: String) throws {
        let (folder, repository) = try repository(["data/sub/one": "1"])
        let outside = try TemporaryFolder(["sub/one": "theirs"])
        _ = try repository.add(["data/sub/one"])
        try FileManager.default.removeItem(atPath: folder.path(place))
        let target = place == "data" ? outside.path : outside.path("sub")
        try FileManager.default.createSymbolicLink(atPath: folder.path(place), withDestinationPath: target)
        let pointer = TrackedOutput(source: .pointer("x.dvc"), path: "data/sub/one", content: ContentName(MD5Digest(of: Array("1".utf8))))
        #expect(throws: MartletError.self) { try repository.checkOut([pointer], force: true) }
        #expect(throws: MartletError.self) { try repository.relative("\(folder.path)/data/sub/one", to: folder.path) }
        #expect(try outside.read("sub/one") == "theirs")
    }

    @Test("A link inside of a tracked folder is not followed when its files come back")
    func inside() throws {
        let (folder, repository) = try repository(["data/sub/one": "1", "data/two": "2"])
        let outside = try TemporaryFolder(["one": "theirs"])
        _ = try repository.add(["data"])
        try FileManager.default.removeItem(atPath: folder.path("data/sub"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("data/sub"), withDestinationPath: outside.path)
        #expect(throws: MartletError.self) { try repository.checkOut(outputs(repository)) }
        #expect(try outside.read("one") == "theirs")
    }

    @Test("Links into the cache are made where the settings ask for them", arguments: ["hardlink", "symlink"])
    func linked(_ kind: String) throws {
        let (folder, _) = try repository(["data/one": "1", "file": "2"])
        try folder.write(".dvc/config", "[cache]\n    type = \"\(kind),copy\"\n")
        let repository = try Repository(root: folder.path)
        _ = try repository.add(["data", "file"])
        for _ in 0..<2 {
            for (name, text) in [("data/one", "1"), ("file", "2")] {
                let cached = repository.cache.path(ContentName(MD5Digest(of: Array(text.utf8))))
                #expect(try FileStamp(of: folder.path(name)).inode == FileStamp(of: cached).inode)
                #expect(access(folder.path(name), W_OK) != 0 || getuid() == 0)
            }
            #expect(try repository.status(of: outputs(repository)).map { $0.state } == [.unchanged, .unchanged])
            for name in ["data", "file"] { try FileManager.default.removeItem(atPath: folder.path(name)) }
            _ = try repository.checkOut(outputs(repository))
        }
    }
}
