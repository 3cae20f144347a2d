import Digests
import Foundation
import Objects
import Support
import TestSupport
import Testing

@Suite("Objects on disk")
struct DiskObjectStoreTests {
    private func mode(_ path: String) throws -> Int? { try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int }

    private func overwrite(_ path: String, _ text: String) throws {
        try FileManager.default.removeItem(atPath: path)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    @Test("Objects may be read and not written, and folders are the owner's alone")
    func permissions() throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path("a/b/objects"))
        let put = try store.path(store.put([1]))
        let adopted = try store.path(store.adopt(file: folder.write("file", "x")))
        #expect(try mode(put) == 0o444)
        #expect(try mode(adopted) == 0o444)
        for name in ["a", "a/b", "a/b/objects", "a/b/objects/tmp"] { #expect(try mode(folder.path(name)) == 0o700) }
        #expect(try mode((put as NSString).deletingLastPathComponent) == 0o700)
    }

    @Test("Nothing but objects lies in the store after it was used")
    func tidy() throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path)
        let digests = [
            try store.put([1]), try store.put([1]), try store.adopt(file: folder.write("tmp/x", "x")),
            try store.adopt(file: folder.write("tmp/x", "x")),
        ]
        let names = Set(digests.map { "\($0.rawValue.prefix(2))/\($0.rawValue.dropFirst(2))" })
        #expect(try Set(folder.files()) == names)
    }

    @Test("What a killed process left unfinished is no object, and is removed on request")
    func unfinished() throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path("objects"))
        let kept = try store.put([1, 2, 3])
        let half = Array("half of somethi".utf8)
        try writeWhole(half, to: store.temporaryPath())
        #expect(!store.contains(Digest(of: half)))
        store.removeUnfinished()
        #expect(try folder.files().count == 1)
        #expect(try store.bytes(kept) == [1, 2, 3])
    }

    @Test("An object whose bytes changed on disk is not handed out, and storing it again mends it", arguments: ["changed", ""])
    func corruption(_ text: String) throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path("objects"))
        let digest = try store.put(Array("content".utf8))
        try overwrite(store.path(digest), text)
        #expect(errorCode { try store.bytes(digest) } == .corrupted)
        #expect(try store.put(Array("content".utf8)) == digest)
        #expect(try store.bytes(digest) == Array("content".utf8))
        try overwrite(store.path(digest), text)
        #expect(try store.adopt(file: folder.write("file", "content")) == digest)
        #expect(try store.bytes(digest) == Array("content".utf8))
    }

    @Test("A store below a file, and one whose folder a file blocks, are errors that leave nothing behind")
    func blocked() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "")
        #expect(errorCode { try DiskObjectStore(root: folder.path("file/objects")) } == .inputOutput)

        let store = try DiskObjectStore(root: folder.path("objects"))
        let digest = Digest(of: "x")
        try folder.write("objects/\(digest.rawValue.prefix(2))", "in the way")
        #expect(throws: MartletError.self) { try store.put(Array("x".utf8)) }
        let file = try folder.write("x", "x")
        #expect(throws: MartletError.self) { try store.adopt(file: file) }
        #expect(!store.contains(digest))
        #expect(try readWhole(file) == Array("x".utf8), "the file that could not be taken in is still there")
        #expect(try folder.files() == ["file", "objects/\(digest.rawValue.prefix(2))", "x"])
    }

    @Test("A file is replaced whole or not at all")
    func replacing() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("martlet.yaml", "old")
        try replaceFile(file, with: Array("new".utf8))
        #expect(try readWhole(file) == Array("new".utf8))
        try FileManager.default.createDirectory(atPath: folder.path("full/inner"), withIntermediateDirectories: true)
        #expect(throws: MartletError.self) { try replaceFile(folder.path("full"), with: [1]) }
        #expect(throws: MartletError.self) { try replaceFile(folder.path("none/file"), with: [1]) }
        #expect(try folder.files() == ["martlet.yaml"])
    }

    @Test("Reading a folder or a missing file is an error")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        #expect(errorCode { try readWhole(folder.path) } == .inputOutput)
        #expect(errorCode { try readWhole(folder.path("none")) } == .notFound)
    }
}
