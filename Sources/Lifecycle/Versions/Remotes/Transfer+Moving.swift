internal import Foundation
internal import Support
internal import Synchronization

extension Transfer {
    private static let tries = 3
    /// Up to this size, in bytes, contents are sent many in one request.
    private static let small = 1 << 20
    /// How many contents go in one request at most, how many bytes, and how many requests at once.
    private static let (batch, batchBytes, batches) = (1000, 32 << 20, 4)

    /// Moves contents one by one, several at once. What fails goes into the report.
    /// - Throws: `cancelled`.
    func move(
        _ names: [ContentName], _ report: inout Report, _ one: @Sendable (ContentName) throws(MartletError) -> Void
    ) throws(MartletError) {
        let failures = Mutex<[ContentName: MartletError]>([:])
        try Parallel.each(names.count, width: width) { i throws(MartletError) in
            let name = names[i]
            try checkCancelled()
            do throws(MartletError) {
                try retrying { () throws(MartletError) in try one(name) }
                count.addContent()
            } catch { failures.withLock { $0[name] = error } }
        }
        note(failures.withLock { $0 }, &report)
    }

    /// Sends small contents, many in one request, where the remote can take them so.
    /// - Returns: what is still to be sent.
    func pushMany(_ names: [ContentName], _ report: inout Report) throws(MartletError) -> [ContentName] {
        guard names.count > 1, let bulk = try bulk() else { return names }
        var (large, batches): ([ContentName], [[ContentName]]) = ([], [[]])
        var bytes = 0
        for name in names {
            let size = store.size(name, layout) ?? 0
            guard size <= Transfer.small else {
                large.append(name)
                continue
            }
            if batches[batches.count - 1].count == Transfer.batch || bytes + size > Transfer.batchBytes {
                batches.append([])
                bytes = 0
            }
            batches[batches.count - 1].append(name)
            bytes += size
        }
        let count = count
        try moveMany(batches.filter { !$0.isEmpty }, &report) { (names) throws(MartletError) in
            try bulk.uploadMany(names, layout, from: store) { count.add(content: $1) }
        }
        return large
    }

    /// Fetches contents, many in one request, where the remote can give them so.
    /// - Returns: what is still to be fetched.
    func fetchMany(_ names: [ContentName], _ report: inout Report) throws(MartletError) -> [ContentName] {
        guard names.count > 1, let bulk = try bulk() else { return names }
        let count = count
        let batch = max(1, min(Transfer.batch, names.count / Transfer.batches))
        try moveMany(names.runs(of: batch).map(Array.init), &report) { (names) throws(MartletError) in
            // What has come before the connection broke off is not asked for again.
            try bulk.downloadMany(names.filter { !store.contains($0, layout) }, layout, into: store) { count.add(content: $1) }
        }
        return []
    }

    private func moveMany(
        _ batches: [[ContentName]], _ report: inout Report,
        _ some: @Sendable ([ContentName]) throws(MartletError) -> [ContentName: MartletError]
    ) throws(MartletError) {
        let failures = Mutex<[ContentName: MartletError]>([:])
        try Parallel.each(batches.count, width: min(width, Transfer.batches)) { i throws(MartletError) in
            let names = batches[i]
            try checkCancelled()
            do throws(MartletError) {
                let failed = try retrying { () throws(MartletError) in try some(names) }
                failures.withLock { $0.merge(failed) { $1 } }
            } catch {
                failures.withLock { failures in for name in names { failures[name] = error } }
            }
        }
        note(failures.withLock { $0 }, &report)
    }

    private func note(_ failures: [ContentName: MartletError], _ report: inout Report) {
        report.failures.merge(failures) { $1 }
        (report.moved, report.bytes) = (count.value.contents, count.value.bytes)
    }

    private func bulk() throws(MartletError) -> (any BulkRemote)? {
        guard let bulk = remote as? any BulkRemote else { return nil }
        return try retrying { () throws(MartletError) in try bulk.takesBulk() } ? bulk : nil
    }

    private func checkCancelled() throws(MartletError) {
        guard count.observer.isCancelled() else { return }
        throw MartletError(.cancelled, "The transfer was stopped. What has arrived stays; run the command again for the rest.")
    }

    /// Tries again where the other side did not answer, a moment later each time.
    func retrying<Value>(_ work: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        for attempt in 1..<Transfer.tries {
            do throws(MartletError) { return try work() } catch {
                guard error.code == .unavailable, !count.observer.isCancelled() else { throw error }
                usleep(useconds_t(min(error.retryAfter ?? 0, 10)) * 1_000_000 + 200_000 << (attempt - 1))
            }
        }
        return try work()
    }
}

/// Counts what a transfer has brought, and tells of it.
final class TransferCount: Sendable {
    private let counted = Mutex((contents: 0, bytes: 0))
    let observer: WorkObserver

    init(_ observer: WorkObserver) { self.observer = observer }

    var value: (contents: Int, bytes: Int) { counted.withLock { $0 } }

    func expect(_ contents: Int, bytes: Int = 0) { observer.begins(contents, bytes) }

    func add(bytes: Int) { add(0, bytes) }

    func addContent() { add(1, 0) }

    /// A whole content of so many bytes.
    func add(content bytes: Int) { add(1, bytes) }

    private func add(_ contents: Int, _ bytes: Int) {
        counted.withLock { $0 = ($0.contents + contents, $0.bytes + bytes) }
        observer.advances(contents, bytes)
    }
}

extension ContentStore {
    /// The bytes of a content; nil where it is not there.
    func size(_ name: ContentName, _ layout: Layout) -> Int? {
        var status = stat()
        return stat(path(name, layout), &status) == 0 ? Int(status.st_size) : nil
    }
}
