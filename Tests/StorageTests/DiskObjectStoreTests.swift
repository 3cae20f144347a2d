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

@Suite("Objects that are removed")
struct ObjectSweepTests {
    /// Makes an object look as if it had been stored long ago.
    private func age(_ digests: [Digest], in store: DiskObjectStore) throws {
        for digest in digests {
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: store.path(digest))
        }
    }

    private let cutoff = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test("An object goes unless it was stored since; storing what is there already counts, in every way of storing") func since() throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path("objects"))
        let ways: [(DiskObjectStore) throws -> Digest] = [
            { try $0.put(Array("x".utf8)) }, { try $0.adopt(file: folder.write("x", "x")) },
            { store in
                let writer = try store.writer()
                try Array("x".utf8).withUnsafeBytes { try writer.write($0) }
                return try writer.finish()
            },
        ]
        for way in ways {
            let digest = try store.put(Array("x".utf8))
            try age([digest], in: store)
            #expect(try way(store) == digest)
            #expect(try !store.remove(digest, unlessStoredSince: cutoff))
            try age([digest], in: store)
            #expect(try store.remove(digest, unlessStoredSince: cutoff))
            #expect(!store.contains(digest))
        }
    }

    @Test("What is stored while others remove is there afterwards") func racing() async throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path("objects"))
        let contents = (0..<60).map { Array("content \($0)".utf8) }
        for round in 0..<20 {
            let digests = try contents.map { try store.put($0) }
            try age(digests, in: store)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        var random = RandomSource(seed: UInt64(100 * round + writer))
                        for i in contents.indices.shuffled(by: &random) { _ = try store.put(contents[i]) }
                    }
                }
                group.addTask { for digest in digests.reversed() { _ = try store.remove(digest, unlessStoredSince: cutoff) } }
                try await group.waitForAll()
            }
            for (content, digest) in zip(contents, digests) { #expect(try store.bytes(digest) == content) }
        }
    }

    @Test("Whoever stores what is there already waits for who removes it, and writes it anew", arguments: [false, true])
    func waiting(_ adopts: Bool) async throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path("objects"))
        let bytes = Array("content".utf8)
        let digest = try store.put(bytes)
        let path = try store.path(digest)
        let descriptor = open(store.root, O_RDONLY | O_DIRECTORY)
        #expect(flock(descriptor, LOCK_EX) == 0)
        let (outcomes, outcome) = AsyncStream.makeStream(of: Result<Digest, any Error>.self)
        Thread.detachNewThread {
            outcome.yield(Result { adopts ? try store.adopt(file: folder.write("x", "content")) : try store.put(bytes) })
            outcome.finish()
        }
        // Long enough for whoever does not wait to be done.
        for _ in 0..<50_000 { #expect(store.contains(digest)) }
        unlink(path)
        close(descriptor)
        for await outcome in outcomes { #expect(try outcome.get() == digest) }
        #expect(try store.bytes(digest) == bytes)
    }

    @Test("What was taken in and not finished is removed where nothing was added to it for long") func abandoned() throws {
        let folder = try TemporaryFolder()
        let store = try DiskObjectStore(root: folder.path("objects"))
        for name in ["tmp/old", "tmp/incoming/old"] {
            let path = try folder.write("objects/\(name)", "half")
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: path)
        }
        try folder.write("objects/tmp/incoming/new", "half")
        #expect(store.removeAbandoned(before: cutoff, isRehearsal: true) == 2)
        #expect(store.removeAbandoned(before: cutoff) == 2)
        #expect(try folder.files(under: "objects") == ["tmp/incoming/new"])
    }
}

extension Range<Int> {
    /// Its numbers in a random order.
    fileprivate func shuffled(by random: inout RandomSource) -> [Int] {
        var numbers = Array(self)
        for i in numbers.indices.reversed() { numbers.swapAt(i, random.below(i + 1)) }
        return numbers
    }
}
