import Digests
import Dispatch
import Objects
import Support
import Synchronization
import TestSupport
import Testing

/// An object store to run the contract against.
struct ObjectBackend: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Opens the store that belongs to a folder, making it where it is missing.
    var open: @Sendable (TemporaryFolder) throws -> any ObjectStore

    static let all = [
        ObjectBackend(testDescription: "disk") { try DiskObjectStore(root: $0.path("objects")) }
    ]
}

@Suite("What every object store promises")
struct ObjectContractTests {
    @Test(
        "Bytes come back as they were stored, under the digest of their content", arguments: ObjectBackend.all,
        [[], [0], Array("text".utf8), [UInt8](repeating: 7, count: 700_000)] as [[UInt8]])
    func roundTrip(_ backend: ObjectBackend, _ bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let digest = try store.put(bytes)
        #expect(digest == Digest(of: bytes))
        #expect(store.contains(digest))
        #expect(try store.bytes(digest) == bytes)
        #expect(try readWhole(store.path(digest)) == bytes)
        #expect(try backend.open(folder).bytes(digest) == bytes, "also for whoever opens the store next")
    }

    @Test("The same bytes twice are one object", arguments: ObjectBackend.all)
    func twice(_ backend: ObjectBackend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        #expect(try store.put([1, 2, 3]) == store.put([1, 2, 3]))
        #expect(try store.bytes(store.put([1, 2, 3])) == [1, 2, 3])
    }

    @Test("A file is taken in and is gone from where it was", arguments: ObjectBackend.all)
    func adopting(_ backend: ObjectBackend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        for _ in 0..<2 {
            let file = try folder.write("result.bin", "result")
            #expect(try store.adopt(file: file) == Digest(of: "result"))
            #expect(throws: MartletError.self) { try readWhole(file) }
            #expect(try store.bytes(Digest(of: "result")) == Array("result".utf8))
        }
    }

    @Test("Taking in an object's own file keeps it", arguments: ObjectBackend.all)
    func adoptingItself(_ backend: ObjectBackend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let digest = try store.put([1])
        #expect(try store.adopt(file: store.path(digest)) == digest)
        #expect(try store.bytes(digest) == [1])
    }

    @Test("What is not stored is not found", arguments: ObjectBackend.all)
    func missing(_ backend: ObjectBackend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let digest = Digest(of: "never stored")
        #expect(!store.contains(digest))
        #expect(errorCode { try store.bytes(digest) } == .notFound)
        #expect(errorCode { try store.path(digest) } == .notFound)
        #expect(errorCode { try store.adopt(file: folder.path("none")) } == .notFound)
    }

    @Test("A digest that is none is not found and leads nowhere", arguments: ObjectBackend.all, ["", "ab", "../../secret", "..", "/"])
    func noDigest(_ backend: ObjectBackend, _ text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("secret", "secret")
        let store = try backend.open(folder)
        #expect(!store.contains(Digest(rawValue: text)))
        #expect(errorCode { try store.bytes(Digest(rawValue: text)) } == .notFound)
    }

    @Test("Threads that store the same bytes at once all succeed, and others' bytes stay apart", arguments: ObjectBackend.all)
    func threads(_ backend: ObjectBackend) throws {
        let folder = try TemporaryFolder()
        let stores = [try backend.open(folder), try backend.open(folder)]
        let errors = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for i in 0..<20 {
                let bytes = [UInt8](repeating: UInt8(i), count: 10_000)
                do {
                    let digest = try stores[thread % 2].put(bytes)
                    if try stores[(thread + 1) % 2].bytes(digest) != bytes { errors.withLock { $0.append("\(thread) \(i): other bytes") } }
                } catch { errors.withLock { $0.append("\(thread) \(i): \(error)") } }
            }
        }
        #expect(errors.withLock { $0 } == [])
    }
}
