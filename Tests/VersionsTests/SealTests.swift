import Digests
import Foundation
import Support
import Synchronization
import TestSupport
import Testing
import Versions

/// Large contents are read once and then believed, for as long as nobody writes to them.
struct SealTests {
    private let folder: TemporaryFolder
    private let repository: Repository
    private let name: ContentName
    private static let size = 3 << 20

    init() throws {
        folder = try TemporaryFolder()
        let bytes = (0..<SealTests.size).map { UInt8(truncatingIfNeeded: ($0 &* 31) >> 7) }
        try Data(bytes).write(to: URL(filePath: folder.path("model.bin")))
        name = ContentName(MD5Digest(of: bytes))
        _ = try Repository.make(at: folder.path)
        repository = try Repository(root: folder.path)
        _ = try repository.add(["model.bin"])
        try FileManager.default.removeItem(atPath: folder.path("model.bin"))
    }

    /// - Parameter repository: with settings of its own, where they are not the usual ones.
    private func checkOut(_ other: Repository? = nil) throws {
        let repository = other ?? repository
        _ = try repository.checkOut(repository.pointers().flatMap(\.outputs))
    }

    private var isOut: Bool { FileManager.default.fileExists(atPath: folder.path("model.bin")) }

    /// Writes a byte into the stored file; a disk that loses bytes leaves the file's time as it was.
    private func damage(keepingTime: Bool) throws {
        let path = repository.cache.path(name)
        var info = stat()
        #expect(stat(path, &info) == 0 && chmod(path, 0o644) == 0)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seek(toOffset: 2_000_000)
        try file.write(contentsOf: Data([1, 2, 3]))
        try file.close()
        if keepingTime { #expect(utimensat(AT_FDCWD, path, [info.st_atim, info.st_mtim], 0) == 0) }
        #expect(chmod(path, 0o444) == 0)
    }

    @Test("A stored file that somebody wrote to is neither checked out nor pushed", arguments: ["copy", "hardlink", "symlink"])
    func written(_ kind: String) throws {
        try folder.write(".dvc/config", "[cache]\n    type = \(kind)\n")
        try damage(keepingTime: false)
        let linking = try Repository(root: folder.path)
        let error = #expect(throws: MartletError.self) { try checkOut(linking) }
        #expect(error?.code == .corrupted && !isOut)
        let remote = ContentStore(root: folder.path("remote"))
        let report = try Transfer(repository.cache, DiskRemote(root: remote.root)).push([name])
        #expect(report.failures[name]?.code == .corrupted && remote.names() == [])
    }

    @Test("What verify finds damaged is not believed any more, whatever its time")
    func lost() throws {
        try damage(keepingTime: true)
        #expect(try repository.cache.verify(removing: false).damaged == [name.description])
        let error = #expect(throws: MartletError.self) { try checkOut() }
        #expect(error?.code == .corrupted && !isOut)
    }

    @Test("A file that DVC stored is checked out, and one that is damaged is not", arguments: [true, false])
    func foreign(_ isWhole: Bool) throws {
        let path = repository.cache.path(name)
        let bytes = try Data(contentsOf: URL(filePath: path))
        try FileManager.default.removeItem(atPath: path)
        try (isWhole ? bytes : bytes.dropLast() + [0]).write(to: URL(filePath: path))
        #expect(chmod(path, 0o444) == 0)
        if isWhole { try checkOut() } else { #expect(throws: MartletError.self) { try checkOut() } }
        #expect(isOut == isWhole)
        var info = stat()
        #expect(stat(path, &info) == 0 && info.st_mode & 0o777 == 0o444)
    }

    @Test("A file that is written while it is added is stored as what it was, or not at all")
    func race() async throws {
        let path = folder.path("growing.bin")
        let isOver = Mutex(false)
        try Data(repeating: 0, count: 2 * SealTests.size).write(to: URL(filePath: path))
        async let writing: Void = blocking {
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            var round: UInt8 = 0
            while !isOver.withLock({ $0 }) {
                round &+= 1
                try file.seek(toOffset: UInt64(Int.random(in: 0..<(2 * SealTests.size - 1000))))
                try file.write(contentsOf: Data(repeating: round, count: 1000))
            }
        }
        let store = repository.cache
        try await blocking {
            for _ in 0..<40 {
                do { _ = try ContentCopy.store(Array(path.utf8), into: store) } catch { #expect((error as? MartletError)?.code == .conflict) }
            }
        }
        isOver.withLock { $0 = true }
        try await writing
        #expect(try store.verify(removing: false).damaged == [])
    }
}
