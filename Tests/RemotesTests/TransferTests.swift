import Digests
import Foundation
import Support
import Synchronization
import TestSupport
import Testing
import Versions

/// Pushing and fetching between a cache and a folder on the disk.
@Suite struct TransferTests {
    private let folder: TemporaryFolder
    private let cache: ContentStore
    private let kept: ContentStore

    init() throws {
        folder = try TemporaryFolder()
        cache = ContentStore(root: folder.path("cache"))
        kept = ContentStore(root: folder.path("kept"))
    }

    private var remote: DiskRemote { DiskRemote(root: kept.root) }

    /// Stores a folder of files in the cache.
    private func stored(_ files: [String: String]) throws -> ContentName {
        let entries = try files.map { path, text in
            let digest = MD5Digest(of: Array(text.utf8))
            try cache.store(Array(text.utf8), as: ContentName(digest))
            return FolderListing.Entry(path: TreePath(path), digest: digest)
        }
        let bytes = FolderListing(entries).bytes
        let name = ContentName(MD5Digest(of: bytes), isFolder: true)
        try cache.store(bytes, as: name)
        return name
    }

    private func damage(_ store: ContentStore, _ text: String) throws {
        let path = store.path(ContentName(MD5Digest(of: Array(text.utf8))))
        try FileManager.default.removeItem(atPath: path)
        #expect(FileManager.default.createFile(atPath: path, contents: Data("damaged".utf8)))
    }

    @Test("A folder is pushed with all its files, once, and fetched into an empty cache")
    func pushesAndFetches() throws {
        let name = try stored(["a": "one", "b/c": "two", "d": "one", "e": ""])
        let told = Mutex([0, 0, 0, 0])
        let observer = WorkObserver(
            begins: { files, bytes in told.withLock { ($0[0], $0[1]) = ($0[0] + files, $0[1] + bytes) } },
            advances: { files, bytes in told.withLock { ($0[2], $0[3]) = ($0[2] + files, $0[3] + bytes) } })
        let first = try Transfer(cache, remote, observer: observer).push([name])
        #expect(first.moved == 4 && first.present == 0 && first.failures.isEmpty)
        #expect(told.withLock { $0[0] == 4 && $0[2] == 4 && $0[1] == first.bytes && $0[3] == first.bytes })
        let second = try Transfer(cache, remote).push([name])
        #expect(second.moved == 0 && second.present == 4)
        let other = ContentStore(root: folder.path("other"))
        let third = try Transfer(other, remote).fetch([name])
        #expect(third.moved == 4 && third.failures.isEmpty)
        #expect(Set(other.names()) == Set(cache.names()))
        for name in other.names() { #expect(try other.bytes(name) == cache.bytes(name)) }
        #expect(try Transfer(other, remote).fetch([name]).present == 4)
    }

    @Test("A damaged file of the cache is not pushed, nor the folder that names it; the rest is")
    func keepsDamageBack() throws {
        let name = try stored(["a": "one", "b": "two"])
        try damage(cache, "two")
        let report = try Transfer(cache, remote).push([name])
        #expect(report.moved == 1)
        #expect(report.failures.values.map(\.code).sorted { $0.rawValue < $1.rawValue } == [.corrupted, .refused])
        #expect(kept.names() == [ContentName(MD5Digest(of: Array("one".utf8)))])
        #expect(try FileManager.default.subpathsOfDirectory(atPath: kept.root).allSatisfy { !$0.hasSuffix(".tmp") })
    }

    @Test("A damaged file of the remote does not get into the cache; the rest does")
    func keepsDamageOut() throws {
        let name = try stored(["a": "one", "b": "two"])
        _ = try Transfer(cache, remote).push([name])
        try damage(kept, "two")
        let other = ContentStore(root: folder.path("other"))
        let report = try Transfer(other, remote).fetch([name])
        #expect(report.moved == 2 && report.failures.values.map(\.code) == [.corrupted])
        #expect(!other.contains(ContentName(MD5Digest(of: Array("two".utf8)))))
        #expect(try FileManager.default.subpathsOfDirectory(atPath: other.root).allSatisfy { !$0.hasSuffix(".tmp") })
    }

    @Test("What is missing is told by its name")
    func tellsWhatIsMissing() throws {
        let name = ContentName(MD5Digest(of: Array("nowhere".utf8)))
        for report in [try Transfer(cache, remote).push([name]), try Transfer(cache, remote).fetch([name])] {
            #expect(report.failures.keys.map(\.self) == [name] && report.failures[name]?.code == .notFound)
        }
    }

    @Test("A transfer that is stopped keeps what has come, and goes on from there")
    func stops() throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<50).map { ("\($0)", "file \($0)") })
        let name = try stored(files)
        let count = Mutex(0)
        let observer = WorkObserver(advances: { files, _ in count.withLock { $0 += files } }, isCancelled: { count.withLock { $0 >= 20 } })
        let stopped = Transfer(cache, remote, jobs: 1, observer: observer)
        let error = #expect(throws: MartletError.self) { try stopped.push([name]) }
        #expect(error?.code == .cancelled && kept.names().count == 20)
        #expect(try Transfer(cache, remote).push([name]).moved == 31)
    }

    @Test("A file of many megabytes arrives as it is", arguments: [ContentStore.Layout.current, .legacy])
    func copiesLargeFiles(_ layout: ContentStore.Layout) throws {
        var random = RandomSource(seed: 7)
        let bytes = (0..<(5 << 20) + 17).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let name = ContentName(MD5Digest(of: bytes))
        try cache.store(bytes, as: name, layout)
        #expect(try Transfer(cache, remote, layout: layout).push([name]).bytes == bytes.count)
        #expect(try kept.bytes(name, layout) == bytes)
    }
}
