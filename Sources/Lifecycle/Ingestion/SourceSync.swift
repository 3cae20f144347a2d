package import DuckDB
internal import Foundation
package import Objects
package import Support

/// Brings what is new of a source, and keeps it: rows, their keys and the state after them in one transaction, or nothing.
package struct SourceSync: Sendable {
    private let store: SourceStore
    private let objects: DiskObjectStore
    /// Below it each source has a folder for downloads that may go on.
    private let folder: String
    private let engine: @Sendable () throws(MartletError) -> DuckDB

    /// What came of a source.
    package struct Outcome: Sendable, Equatable {
        package var source: String
        /// Rows that came and were not there yet; nil where nobody counted.
        package var rows: Int?
        package var bytes = 0
        /// Rows that were left out, as their key came before.
        package var repeated = 0
        /// Whether anything came.
        package var isChanged: Bool
    }

    package init(
        store: SourceStore, objects: DiskObjectStore, folder: String, engine: @escaping @Sendable () throws(MartletError) -> DuckDB
    ) {
        self.store = store
        self.objects = objects
        self.folder = folder
        self.engine = engine
    }

    /// Fetches a source once. It blocks: keep it off Swift's cooperative threads.
    /// - Parameter restarts: whether all is fetched anew, whatever came before.
    /// - Throws: what the connector throws, which is recorded as the source's last failure; `conflict` where somebody else was faster.
    package func run(
        _ source: NamedSource, _ connector: any Connector, restarts: Bool = false, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(MartletError) -> Outcome {
        if restarts, !source.canRestart {
            throw MartletError(.usage, "“\(source.name)” cannot be fetched anew: what a stream has handed over does not come again.")
        }
        return try withWork(source, waits: false, progress) { (work) throws(MartletError) in
            do throws(MartletError) {
                let before = try store.standing(source.name).state
                var fetched = try connector.fetch(since: restarts ? .object([]) : before, work)
                if restarts { fetched.isWhole = true }
                let outcome = try keep(fetched, of: source, from: before, work)
                try connector.acknowledge(fetched)
                return outcome
            } catch {
                try? store.fail(source.name, error)
                throw error
            }
        }
    }

    /// The most rows of one post: a small Parquet file can hold any number of equal ones.
    private static let mostPosted = 5_000_000

    /// Keeps rows that somebody sent, all or none.
    /// - Parameters:
    ///   - bytes: JSON objects, one a line, or a Parquet file.
    /// - Throws: `invalidInput` for rows that do not go with those before; `tooLarge`.
    package func append(_ bytes: [UInt8], isParquet: Bool, to source: NamedSource) throws(MartletError) -> Outcome {
        try withWork(source, waits: true, { _ in }) { (work) throws(MartletError) in
            let (posted, parquet) = ("\(work.folder)/posted", "\(work.folder)/rows.parquet")
            try writeWhole(bytes, to: posted)
            if isParquet, (try? BatchRows(engine: work.engine(), key: []).count(posted)) ?? 0 > SourceSync.mostPosted {
                throw MartletError(.tooLarge, "One post has at most \(SourceSync.mostPosted) rows. Send them in parts.")
            }
            let before = try store.standing(source.name).state
            var state = before
            let rowsPosted = PostedRows(engine: try work.engine(), path: posted, isParquet: isParquet, key: source.key)
            state["columns"] = try rowsPosted.write(before["columns"], to: parquet)
            let rows = Fetched.File(name: "rows.parquet", path: parquet, rows: try BatchRows(engine: work.engine(), key: []).count(parquet))
            return try keep(Fetched(files: [rows], state: state), of: source, from: before, work)
        }
    }

    private func withWork<Value>(
        _ source: NamedSource, waits: Bool, _ progress: @escaping @Sendable (String) -> Void, _ body: (FetchWork) throws(MartletError) -> Value
    ) throws(MartletError) -> Value {
        let own = "\(folder)/\(source.name)"
        let scratch = "\(own)/work"
        try makeFolder(own)
        let lock = try SourceLock(source.name, folder: own, waits: waits)
        // What a killed process left.
        try? FileManager.default.removeItem(atPath: scratch)
        try makeFolder(scratch)
        return try withExtendedLifetime(lock) { () throws(MartletError) in
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            return try body(FetchWork(folder: scratch, lasting: own, engine: engine, progress: progress))
        }
    }

    // MARK: Keeping

    private func keep(
        _ fetched: Fetched, of source: NamedSource, from before: JSONValue, _ work: FetchWork
    ) throws(MartletError) -> Outcome {
        var commit = SourceStore.Commit(from: before, to: fetched.state)
        commit.newest = fetched.newest
        commit.replaces = fetched.isWhole || source.growth != .adds
        var outcome = Outcome(source: source.name, rows: 0, isChanged: false)
        var files = fetched.files
        if !source.key.isEmpty, !files.isEmpty {
            if source.growth == .updates {
                files = try updated(files, fetched.isWhole, source, work, &outcome)
            } else {
                (files, commit.keys) = try withoutRepeated(files, fetched.isWhole, source, work, &outcome)
            }
        }
        for file in files {
            commit.files.append(try SourceStore.NewFile(adopting: file.path, name: file.name, rows: file.rows, into: objects))
        }
        commit.empties = fetched.isWhole && commit.files.isEmpty && fetched.files.isEmpty
        if source.growth != .adds, try isSame(commit.files, source) { (commit.files, commit.empties) = ([], false) }
        outcome.isChanged = !commit.files.isEmpty || commit.empties
        outcome.bytes = commit.files.reduce(0) { $0 + $1.bytes }
        if source.growth != .updates { outcome.rows = commit.files.reduce(0) { sum, file in sum.flatMap { sum in file.rows.map { sum + $0 } } } }
        try store.commit(source.name, commit)
        if source.growth == .adds { try SourceMerge(store: store, objects: objects).run(source, work) }
        return outcome
    }

    private func updated(
        _ files: [Fetched.File], _ isWhole: Bool, _ source: NamedSource, _ work: FetchWork, _ outcome: inout Outcome
    ) throws(MartletError) -> [Fetched.File] {
        let rows = BatchRows(engine: try work.engine(), key: source.key)
        var before = isWhole ? [] : try store.batches(source.name).map { (batch) throws(MartletError) in try objects.path(batch.digest) }
        var target = ""
        var count = 0
        for (i, file) in files.enumerated() {
            target = "\(work.folder)/updated-\(i).parquet"
            count = try rows.update(before, with: file.path, to: target)
            before = [target]
            outcome.rows = (outcome.rows ?? 0) + (file.rows ?? 0)
        }
        return [Fetched.File(name: "rows.parquet", path: target, rows: count)]
    }

    private func withoutRepeated(
        _ files: [Fetched.File], _ isWhole: Bool, _ source: NamedSource, _ work: FetchWork, _ outcome: inout Outcome
    ) throws(MartletError) -> ([Fetched.File], keys: [String]) {
        let rows = BatchRows(engine: try work.engine(), key: source.key)
        var (kept, keys) = ([Fetched.File](), Set<String>())
        for (i, file) in files.enumerated() {
            let all = try rows.keys(of: file.path)
            let known = isWhole ? [] : try store.known(Array(Set(all.compactMap(\.self))), of: source.name)
            let numbers = all.indices.filter { row in all[row].map { !known.contains($0) && keys.insert($0).inserted } ?? true }
            outcome.repeated += all.count - numbers.count
            guard numbers.count < all.count else {
                kept.append(Fetched.File(name: file.name, path: file.path, rows: all.count))
                continue
            }
            guard !numbers.isEmpty else { continue }
            let target = "\(work.folder)/kept-\(i).parquet"
            try rows.keep(numbers, of: file.path, to: target)
            kept.append(Fetched.File(name: file.name, path: target, rows: numbers.count))
        }
        return (kept, Array(keys))
    }

    private func isSame(_ files: [SourceStore.NewFile], _ source: NamedSource) throws(MartletError) -> Bool {
        try store.batches(source.name).map(\.digest) == files.map(\.digest)
    }
}
