import Support
import Tables

/// The blocks of a log that a search may have to read, those with the newest predictions first. Lists of blocks are read when their turn comes.
struct LogWalk {
    private struct Place {
        var segment: SegmentReader
        var newest: TimeOrderedID
    }

    private let search: PredictionSearch
    /// Closed segments that were not looked into yet, the newest last.
    private var closed: [Place] = []
    /// Blocks that are still to be read, the newest last.
    private var blocks: [(segment: SegmentReader, entry: BlockEntry)] = []
    /// What the segments of the period have in common, each once.
    private(set) var schemas: [SegmentSchema] = []

    /// - Parameter files: the segments.
    init(_ files: [OpenFile], _ search: PredictionSearch) throws(MartletError) {
        self.search = search
        for file in files {
            guard let segment = try SegmentReader(file) else { continue }
            if let footer = segment.footer {
                guard isWanted(footer.bounds) else { continue }
                closed.append(Place(segment: segment, newest: footer.bounds.maxID))
            } else {
                guard try open(segment) else { continue }
            }
            if !schemas.contains(segment.schema) { schemas.append(segment.schema) }
        }
        closed.sort { $0.newest < $1.newest }
        sort()
    }

    private func isWanted(_ bounds: RowBounds) -> Bool {
        bounds.overlaps(search.period) && search.before.map { bounds.minID < $0 } ?? true
    }

    /// Takes up the blocks of a segment.
    /// - Returns: whether there are any.
    private mutating func open(_ segment: SegmentReader) throws(MartletError) -> Bool {
        let entries = try segment.entries().filter { isWanted($0.header.bounds) }
        blocks += entries.map { (segment: segment, entry: $0) }
        return !entries.isEmpty
    }

    private mutating func sort() { blocks.sort { $0.entry.header.bounds.maxID < $1.entry.header.bounds.maxID } }

    /// The block with the newest prediction of those that are left.
    mutating func next() throws(MartletError) -> (SegmentReader, BlockEntry)? {
        while let place = closed.last, blocks.last.map({ $0.entry.header.bounds.maxID <= place.newest }) ?? true {
            closed.removeLast()
            if try open(place.segment) { sort() }
        }
        return blocks.popLast().map { ($0.segment, $0.entry) }
    }

    /// Whether a search that goes on from this block has less before it than this one.
    func isProgress(_ entry: BlockEntry) -> Bool {
        guard let before = search.before else { return true }
        return entry.header.bounds.maxID.successor < before
    }
}

extension TimeOrderedID {
    /// The next greater one.
    var successor: TimeOrderedID {
        low == .max ? TimeOrderedID(high: high == .max ? high : high + 1, low: high == .max ? low : 0) : TimeOrderedID(high: high, low: low + 1)
    }
}

/// The newest of the records that fit, and one more that tells whether there are others.
struct NewestRecords {
    private let limit: Int
    private var found: [PredictionRecord] = []

    init(limit: Int) { self.limit = limit }

    /// The newest first, at most as many as are wanted.
    var records: [PredictionRecord] { Array(found.prefix(limit)) }

    /// From where a search for older ones goes on; nil where fewer were found than are wanted.
    var next: TimeOrderedID? { found.count > limit ? found[limit - 1].id : nil }

    /// Whether a prediction that is no newer than this one could belong to them.
    func mayTake(_ newest: TimeOrderedID) -> Bool { found.count <= limit || found[limit].id < newest }

    /// Leaves only those that are newer than a block which is not read.
    /// - Returns: from where a search goes on.
    mutating func cut(at newest: TimeOrderedID) -> TimeOrderedID {
        found.removeAll { $0.id <= newest }
        return newest.successor
    }

    /// Takes what fits of a block.
    mutating func add(_ segment: SegmentReader, _ entry: BlockEntry, _ search: PredictionSearch, _ examined: inout Int) throws(MartletError) {
        if let keys = search.keys, try !mayHold(keys, segment, entry) { return }
        examined += entry.header.rows
        guard let decoder = try segment.decoder(entry) else { return }
        let names = search.filter?.names ?? []
        let wanted = Set(
            names.compactMap { name -> String? in
                if case .input(let input) = LoggedField(name, in: segment.schema) { input } else { nil }
            })
        let needsKeys = search.keys != nil || names.contains { $0.lowercased() == "key" }
        let part = try decoder.block(columns: wanted, keys: needsKeys)
        let rows = NewestRecords.rows(of: part, segment.schema, search)
        let newest = rows.sorted { part.ids[$0] > part.ids[$1] }.prefix(limit + 1).filter { mayTake(part.ids[$0]) }
        guard !newest.isEmpty else { return }
        let whole = try decoder.block()
        found = (found + newest.map(whole.record)).sorted { $0.id > $1.id }
        found.removeLast(max(0, found.count - limit - 1))
    }

    private func mayHold(_ keys: Set<String>, _ segment: SegmentReader, _ entry: BlockEntry) throws(MartletError) -> Bool {
        for key in keys where try segment.mayHold(key: key, entry) { return true }
        return false
    }

    /// The rows of a block that fit.
    private static func rows(of block: PredictionBlock, _ schema: SegmentSchema, _ search: PredictionSearch) -> [Int] {
        let truths = search.filter?.truths(block, schema)
        // Codes of the keys: a key is compared once, not for each row.
        let codes = search.keys.map { keys in Set((block.keys?.dictionary ?? []).indices.filter { keys.contains(block.keys?.dictionary[$0] ?? "") }) }
        return block.ids.indices.filter { row in
            if let truths, truths[row] != Truth.yes { return false }
            if let before = search.before, block.ids[row] >= before { return false }
            if let codes, !codes.contains(Int(block.keys?.codes[row] ?? -1)) { return false }
            return search.period.contains(block.times[row])
        }
    }
}
