internal import DuckDB
internal import Objects
internal import Redis
internal import Support

/// The entries of a stream of Redis that this group has not acknowledged, in their order.
///
/// They are acknowledged only after rows and place in the stream are kept. What was delivered and not acknowledged is delivered again; what was kept and
/// not acknowledged is known by the place that was kept with it, and only acknowledged. So each entry comes exactly once, whenever anybody dies.
struct RedisConnector: Connector {
    let address: RedisAddress
    let place: RedisPlace
    /// The most entries of one batch.
    let limit: Int
    /// How long to wait for entries where there are none, in milliseconds; 0 for not at all.
    let patience: Int

    private static let consumer = "martlet"
    /// The most entries that are asked for at once.
    private static let step = 2_000
    /// A batch is full with so many bytes of fields.
    private static let largest = 64 << 20

    func fetch(since state: JSONValue, _ work: FetchWork) throws(MartletError) -> Fetched {
        let connection = try RedisConnection(address)
        try makeGroup(connection)
        let last = state["last"].text.flatMap(StreamID.init) ?? StreamID()
        var entries = try delivered(connection, beyond: last)
        while entries.count < limit, bytes(entries) < RedisConnector.largest {
            let more = try read(connection, waits: entries.isEmpty)
            entries += more.filter { $0.id > last && $0.fields != nil }
            work.progress("\(entries.count) entries")
            guard more.count == RedisConnector.step else { break }
        }
        guard let newest = entries.last?.id else { return Fetched(files: [], state: state) }
        let batch = StreamBatch(entries, columns: state["columns"].elements.compactMap(\.text))
        let (csv, parquet) = ("\(work.folder)/rows.csv", "\(work.folder)/rows.parquet")
        try batch.write(csv)
        let rows = try QueryRows(batch.columns.map { QueryRows.Column(name: $0, type: "VARCHAR") }).write(csv, to: parquet, engine: work.engine())
        return Fetched(
            files: [Fetched.File(name: "rows.texts.parquet", path: parquet, rows: rows)],
            state: ["last": .string(newest.text), "columns": JSONValue(batch.columns)], newest: newest.moment)
    }

    /// All that was delivered up to a place is kept.
    func acknowledge(_ fetched: Fetched) throws(MartletError) {
        guard let last = fetched.state["last"].text.flatMap(StreamID.init) else { return }
        _ = try delivered(RedisConnection(address), beyond: last)
    }

    func probe(_: FetchWork) throws(MartletError) -> String {
        let connection = try RedisConnection(address)
        guard case .integer(let count) = try connection.ask(["XLEN", place.stream]) else { return "It answers." }
        return "It answers; the stream has \(count) entries."
    }

    private func bytes(_ entries: [StreamEntry]) -> Int {
        entries.reduce(0) { sum, entry in (entry.fields ?? []).reduce(sum) { $0 + $1.name.utf8.count + $1.value.utf8.count } }
    }

    private func makeGroup(_ connection: RedisConnection) throws(MartletError) {
        do { try connection.ask(["XGROUP", "CREATE", place.stream, place.group, "0", "MKSTREAM"]) } catch {
            guard error.cause?.hasPrefix("BUSYGROUP") == true else { throw error }
        }
    }

    /// The entries that were delivered and never acknowledged. Those up to a place are kept already, and are acknowledged now.
    private func delivered(_ connection: RedisConnection, beyond last: StreamID) throws(MartletError) -> [StreamEntry] {
        var (open, start) = ([StreamEntry](), StreamID())
        while true {
            let entries = StreamEntry.list(
                try connection.ask([
                    "XREADGROUP", "GROUP", place.group, RedisConnector.consumer, "COUNT", String(RedisConnector.step), "STREAMS", place.stream,
                    start.text,
                ]))
            guard let end = entries.last?.id else { return open }
            let kept = entries.filter { $0.id <= last || $0.fields == nil }
            if !kept.isEmpty { try connection.ask(["XACK", place.stream, place.group] + kept.map(\.id.text)) }
            open += entries.filter { $0.id > last && $0.fields != nil }
            start = end
        }
    }

    private func read(_ connection: RedisConnection, waits: Bool) throws(MartletError) -> [StreamEntry] {
        let waiting = waits && patience > 0 ? ["BLOCK", String(patience)] : []
        return StreamEntry.list(
            try connection.ask(
                ["XREADGROUP", "GROUP", place.group, RedisConnector.consumer, "COUNT", String(RedisConnector.step)] + waiting + [
                    "STREAMS", place.stream, ">",
                ]))
    }
}
