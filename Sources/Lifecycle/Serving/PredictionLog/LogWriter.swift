import Support
import Tables

/// Writes batches as blocks into segments. Lives inside a mutex and is used by one queue only.
struct LogWriter {
    let path: String
    let endpoint: String
    let options: PredictionLogOptions
    let clock: any WallClock
    /// Open segments at once: while versions share the requests, each kind of answer has its own, so that they do not close each other's.
    private static let openLimit = 4
    /// The open segments, each of another schema, in the order in which they were begun.
    private var segments: [SegmentWriter] = []
    private var nextNumber = 1
    /// What was written last, and the block that it came from, empty: for the room that they have.
    private var bytes = ByteWriter()
    private var spare: BlockBuilder?
    /// Bytes of memory up to which each of them is kept.
    private static let roomLimit = 4 << 20

    init(path: String, endpoint: String, options: PredictionLogOptions, clock: any WallClock) {
        self.path = path
        self.endpoint = endpoint
        self.options = options
        self.clock = clock
    }

    // MARK: Start

    /// Closes what a killed process left open.
    /// - Returns: what was found, and the ordinal of the last row that is in the files.
    mutating func recover() throws(MartletError) -> (PredictionLogRecovery, written: UInt64) {
        var recovery = PredictionLogRecovery()
        var written: UInt64 = 0
        for name in try PredictionLogReader.segments(in: path) {
            nextNumber = max(nextNumber, (PredictionLogReader.number(of: name) ?? 0) + 1)
            let file = "\(path)/\(name)"
            if let footer = try SegmentFooter.read(OpenFile(file, .read)) {
                written = max(written, footer.endOrdinal)
                continue
            }
            let repaired = try SegmentWriter.repair(file)
            recovery.repairedSegments += 1
            recovery.cutBytes += repaired.cut
            written = max(written, repaired.footer?.endOrdinal ?? 0)
        }
        applyRetention()
        try LogSegment.sweep(path)
        return (recovery, written)
    }

    // MARK: Writing

    /// Writes batches in their order, together where model and columns are the same. What has been taken from a batch is let go.
    /// - Returns: for each batch nil, or why it could not be written.
    mutating func write(_ entries: inout [PredictionQueue.Entry], _ pace: WriterPace) -> [MartletError?] {
        var pace = pace
        var outcome = [MartletError?](repeating: nil, count: entries.count)
        var first = 0
        while first < entries.count {
            let batch = entries[first].batch
            let group = first..<(entries[first...].firstIndex { !$0.batch.isAlike(batch) } ?? entries.count)
            let schema = SegmentSchema(endpoint: endpoint, batch: batch)
            for (i, failure) in zip(group, write(&entries, group, schema: schema, &pace)) { outcome[i] = failure }
            first = group.upperBound
        }
        return outcome
    }

    /// Writes batches of one model and schema as blocks of at most `BlockBuilder.rowLimit` rows. A batch whose last row is not written fails.
    private mutating func write(
        _ entries: inout [PredictionQueue.Entry], _ group: Range<Int>, schema: SegmentSchema, _ pace: inout WriterPace
    ) -> [MartletError?] {
        var outcome: [MartletError?] = []
        var pending = 0
        var ordinal: UInt64 = 0
        var block = takeBlock(entries[group.lowerBound].batch.model, schema)
        for place in group {
            let rows = entries[place].batch.ids.count
            var row = 0
            pending += 1
            while row < rows {
                let end = min(rows, row + BlockBuilder.rowLimit - block.rowCount)
                block.append(entries[place].batch, rows: row..<end)
                ordinal = entries[place].endOrdinal - UInt64(rows - end)
                row = end
                guard block.rowCount >= BlockBuilder.rowLimit else { continue }
                let failure = write(block, schema: schema, ordinal: ordinal, &pace)
                block.clear()
                book(failure, failure != nil || row == rows ? pending : pending - 1, &pending, &outcome)
                if failure != nil { break }
            }
            entries[place].batch.letGo()
            pace.pause()
        }
        book(write(block, schema: schema, ordinal: ordinal, &pace), pending, &pending, &outcome)
        block.clear()
        keepRoom(of: block)
        return outcome
    }

    /// Gives the batches that ended in a block its outcome.
    private func book(_ failure: MartletError?, _ count: Int, _ pending: inout Int, _ outcome: inout [MartletError?]) {
        outcome.append(contentsOf: repeatElement(failure, count: count))
        pending -= count
    }

    private mutating func write(_ block: BlockBuilder, schema: SegmentSchema, ordinal: UInt64, _ pace: inout WriterPace) -> MartletError? {
        guard let header = block.encode(endOrdinal: ordinal, to: &bytes, pausing: { pace.pause() }) else { return nil }
        do throws(MartletError) {
            let segment = try self.segment(for: schema)
            try segment.append(header, bytes.bytes) { pace.pause() }
            return nil
        } catch { return error }
    }

    // MARK: Room

    /// An empty block, in the room of the last.
    private mutating func takeBlock(_ model: ModelStamp, _ schema: SegmentSchema) -> BlockBuilder {
        var block = spare ?? BlockBuilder(model: model, columns: schema.columns)
        spare = nil
        block.restart(model: model, columns: schema.columns)
        return block
    }

    /// Keeps the room for the next block, where it is no more than some megabytes.
    private mutating func keepRoom(of block: BlockBuilder) {
        if bytes.room > LogWriter.roomLimit { bytes = ByteWriter() }
        if block.room <= LogWriter.roomLimit { spare = block }
    }

    // MARK: Segments

    /// The open segment of a schema, or a new one where there is none, or it is full or old.
    private mutating func segment(for schema: SegmentSchema) throws(MartletError) -> SegmentWriter {
        let now = clock.now().seconds
        let isDone = { [options] (segment: SegmentWriter) in
            segment.size >= options.segmentBytes || segment.blocks.count >= options.segmentBlocks
                || now - segment.created.seconds >= options.segmentAge
        }
        let done = segments.filter(isDone)
        segments.removeAll(where: isDone)
        if let segment = segments.first(where: { $0.schema == schema }) {
            close(done)
            return segment
        }
        let surplus = segments.count >= LogWriter.openLimit ? [segments.removeFirst()] : []
        close(done + surplus)
        let digits = String(nextNumber)
        let name = String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits + PredictionLogReader.suffix
        let segment = try SegmentWriter(path: "\(path)/\(name)", schema: schema, created: clock.now())
        nextNumber += 1
        segments.append(segment)
        return segment
    }

    private func close(_ done: [SegmentWriter]) {
        guard !done.isEmpty else { return }
        for segment in done { try? segment.close() }
        applyRetention()
    }

    /// Whether an open segment has rows from before a moment.
    func holdsOpen(before limit: Timestamp) -> Bool {
        segments.contains { $0.blocks.contains { $0.header.bounds.minTime < limit.microseconds } }
    }

    /// Closes the open segments.
    /// - Returns: false where a footer cannot be written; the next start does it.
    @discardableResult
    mutating func closeSegment() -> Bool {
        defer { segments = [] }
        return segments.count { (try? $0.close()) == nil } == 0
    }

    /// Removes closed segments whose last prediction is older than the settings keep, and request counts as old.
    @discardableResult
    func applyRetention() -> Int {
        RequestCounter.applyRetention(path, keep: options.keep, now: clock.now())
        guard let keep = options.keep else { return 0 }
        let limit = clock.now().advanced(bySeconds: -keep).microseconds
        var removed = 0
        for name in (try? PredictionLogReader.segments(in: path)) ?? [] {
            let file = "\(path)/\(name)"
            guard let footer = try? SegmentFooter.read(OpenFile(file, .read)), footer.bounds.maxTime < limit else { continue }
            try? LogFolder.remove(LogSegment.table(of: file))
            if (try? LogFolder.remove(file)) != nil { removed += 1 }
        }
        return removed
    }
}
