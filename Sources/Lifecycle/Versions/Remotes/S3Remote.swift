internal import Foundation
package import Outgoing
package import S3
package import Support
internal import Synchronization

/// A bucket of an object store as a remote, in DVC's layout below a prefix. An object is there when it is whole.
package struct S3Remote: Remote {
    private let bucket: S3Bucket
    private let name: String
    /// Before the names of contents; empty or with a `/` at its end.
    private let prefix: String

    /// - Parameters:
    ///   - url: `s3://bucket/prefix`.
    ///   - endpoint: `https://host:port` of a store other than Amazon's.
    /// - Throws: `invalidInput`, `unavailable`.
    package init(
        url: String, endpoint: String?, region: String, keys: S3Keys?, trust: OutgoingConnections.Trust = .system,
        clock: any WallClock = SystemClock()
    ) throws(MartletError) {
        let parts = url.dropFirst("s3://".utf8.count).split(separator: "/", maxSplits: 1)
        guard url.hasPrefix("s3://"), let name = parts.first else {
            throw MartletError(.invalidInput, "“\(url)” names no bucket. Write s3://bucket/path.")
        }
        self.name = String(name)
        let path = parts.count > 1 ? parts[1].split(separator: "/").joined(separator: "/") : ""
        prefix = path.isEmpty ? "" : "\(path)/"
        bucket = try S3Bucket(
            bucket: self.name, endpoint: endpoint, region: region, keys: keys, trust: trust, width: S3Remote.connections, clock: clock)
    }

    private static let connections = 32
    /// From so many names on the bucket is listed, which tells a thousand in one request.
    private static let listed = 500

    package var place: String { "s3://\(name)/\(prefix)" }
    package var width: Int { S3Remote.connections }

    private func key(_ name: ContentName, _ layout: ContentStore.Layout) -> String { "\(folder(layout))\(name.path)" }

    private func folder(_ layout: ContentStore.Layout) -> String { layout == .current ? "\(prefix)files/md5/" : prefix }

    package func present(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> Set<ContentName> {
        let found = Mutex<Set<ContentName>>([])
        if names.count < S3Remote.listed {
            try Parallel.each(names.count, width: width) { i throws(MartletError) in
                if try bucket.has(key(names[i], layout)) { found.withLock { _ = $0.insert(names[i]) } }
            }
            return found.withLock { $0 }
        }
        let wanted = Set(names)
        let start = folder(layout)
        // The first digits split the list into 256 that are asked for at once.
        let digits = Array(Set(names.map { String($0.path.prefix(3)) }))
        try Parallel.each(digits.count, width: width) { i throws(MartletError) in
            try bucket.keys(prefix: start + digits[i]) { keys in
                let some = keys.compactMap { ContentName(checking: $0.dropFirst(start.utf8.count).split(separator: "/").joined()) }
                found.withLock { $0.formUnion(some.filter(wanted.contains)) }
            }
        }
        return found.withLock { $0 }
    }

    package func upload(
        _ name: ContentName, _ layout: ContentStore.Layout, from path: String, progress: @Sendable (Int) -> Void
    ) throws(MartletError) {
        let size = try FileStamp(of: path).size
        guard size >= S3Bucket.partsFrom else {
            return try bucket.put(key(name, layout), size: size) { (give) throws(MartletError) in
                try CheckedCopy.read(path, name, layout) { (bytes) throws(MartletError) in
                    try give(bytes)
                    progress(bytes.count)
                }
            }
        }
        try StoredContent(name, layout, at: path).check()
        try bucket.putParts(key(name, layout), of: path, size: size, width: 4, progress: progress)
    }

    package func download(
        _ name: ContentName, _ layout: ContentStore.Layout, into path: String, progress: @escaping @Sendable (Int) -> Void
    ) throws(MartletError) {
        let file = try CheckedFile(path, layout)
        do throws(MartletError) {
            try bucket.get(key(name, layout)) { (bytes) throws(MartletError) in
                try file.write(bytes)
                progress(bytes.count)
            }
        } catch {
            throw error.code == .notFound ? MartletError(.notFound, "\(name) is not at \(place).") : error
        }
        try file.finish(name, from: place)
    }
}
