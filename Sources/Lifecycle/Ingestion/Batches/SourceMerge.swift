internal import Objects
internal import Support

/// Puts small batches of one day together, so that a stream does not become thousands of files. Retention counts in days.
struct SourceMerge {
    let store: SourceStore
    let objects: DiskObjectStore

    /// So many batches of a day stay as they came.
    static let enough = 32
    /// What is larger stays alone, in bytes.
    private static let large = 64 << 20

    /// Merges, where there are many; where somebody else takes the source on meanwhile, later.
    func run(_ source: NamedSource, _ work: FetchWork) throws(MartletError) {
        for batches in try crowds(source.name) {
            let target = "\(work.folder)/merged-\(batches[0].sequence).parquet"
            let rows = BatchRows(engine: try work.engine(), key: [])
            try rows.join(try batches.map { (batch) throws(MartletError) in try objects.path(batch.digest) }, to: target)
            let count = batches.reduce(Int?(0)) { sum, batch in sum.flatMap { sum in batch.rows.map { sum + $0 } } }
            let file = try SourceStore.NewFile(adopting: target, name: batches[0].name, rows: count, into: objects)
            do { try store.merge(batches, into: file) } catch { guard error.code == .conflict else { throw error } }
        }
    }

    /// Batches without those at the beginning that are larger than all behind them: written again each time, they would cost more than they save.
    private static func withoutLarge(_ batches: [SourceBatch]) -> [SourceBatch] {
        var rest = batches[...]
        var size = batches.reduce(0) { $0 + $1.bytes }
        while let first = rest.first, rest.count > 1, first.bytes > size - first.bytes {
            size -= first.bytes
            rest.removeFirst()
        }
        return Array(rest)
    }

    /// Small batches that follow one another on one day, of one kind, at least `enough` of them.
    private func crowds(_ source: String) throws(MartletError) -> [[SourceBatch]] {
        var crowds: [[SourceBatch]] = []
        for batch in try store.batches(source) {
            let isSmall = batch.bytes < SourceMerge.large && batch.name.hasSuffix(".parquet")
            guard isSmall else {
                crowds.append([])
                continue
            }
            if let last = crowds.last?.last, last.at.date == batch.at.date, last.name == batch.name {
                crowds[crowds.count - 1].append(batch)
            } else {
                crowds.append([batch])
            }
        }
        return crowds.map(SourceMerge.withoutLarge).filter { $0.count >= SourceMerge.enough }
    }
}
