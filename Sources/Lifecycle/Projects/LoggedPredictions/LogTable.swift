internal import DuckDB
internal import Serving
internal import Support
internal import Tables

/// Logged predictions as a table of the engine, with the columns that other programs see.
struct LogTable {
    /// Rows that are handed over at a time.
    private static let batch = 65_536

    let engine: DuckDB
    let name: String
    private var waiting: [Table] = []
    private var rows = 0
    private(set) var isMade = false
    /// Columns of whole numbers, which are handed over as doubles.
    private(set) var whole: [String] = []
    /// The columns, in order.
    private(set) var columns: [String] = []

    init(_ engine: DuckDB, name: String) {
        self.engine = engine
        self.name = name
    }

    /// Adds predictions of the same columns.
    mutating func add(_ block: PredictionBlock) throws(MartletError) {
        waiting.append(try LogTable.table(of: block))
        rows += block.rowCount
        if rows >= LogTable.batch { try finish() }
    }

    /// Hands over what waits.
    mutating func finish() throws(MartletError) {
        guard !waiting.isEmpty else { return }
        let table = try LogTable.asDoubles(waiting.count == 1 ? waiting[0] : try Table.joining(waiting), &whole)
        if isMade { try engine.append(table, to: name) } else { try engine.append(table, as: name) }
        columns = table.names
        (isMade, waiting, rows) = (true, [], 0)
    }

    /// Whether a column of whole numbers holds only such is known when all rows are there.
    private static func asDoubles(_ table: Table, _ whole: inout [String]) throws(MartletError) -> Table {
        whole = table.columns.filter { $0.kind == .integer }.map(\.name)
        return try Table(table.columns.map { $0.kind == .integer ? Column($0.name, numbers: $0.numbers ?? []) : $0 })
    }

    /// The columns as `SELECT` takes them: whole numbers as such where all are.
    func selection() throws(MartletError) -> String {
        guard !whole.isEmpty else { return "*" }
        let tests = whole.map {
            "coalesce(bool_and(\(DuckDB.quote(identifier: $0)) = trunc(\(DuckDB.quote(identifier: $0))) AND abs(\(DuckDB.quote(identifier: $0))) < 9007199254740992), true)"
        }
        let answer = try engine.query("SELECT \(tests.joined(separator: ", ")) FROM \(DuckDB.quote(identifier: name))")
        let casts = zip(whole, answer.columns).filter { $1.numbers?.first == 1 }.map { name, _ in
            "CAST(\(DuckDB.quote(identifier: name)) AS BIGINT) AS \(DuckDB.quote(identifier: name))"
        }
        return casts.isEmpty ? "*" : "* REPLACE (\(casts.joined(separator: ", ")))"
    }

    // MARK: Columns

    /// Names that are ours; an input of such a name is called `input_` and its name.
    private static let own: Set<String> = [
        "id", "time", "endpoint", "model", "version", "alias", "digest", "key", "latency_us", "label", "probability", "value",
    ]

    private static func table(of block: PredictionBlock) throws(MartletError) -> Table {
        let count = block.rowCount
        func same(_ name: String, _ value: String?) -> Column {
            Column(name, text: TextValues(codes: Array(repeating: value == nil ? -1 : 0, count: count), dictionary: value.map { [$0] } ?? []))
        }
        var columns = [
            Column("id", strings: block.ids.map(\.description)),
            Column("time", kind: .timestamp, numbers: block.times.map(\.seconds)),
            same("endpoint", block.endpoint), same("model", block.model.name),
            Column("version", kind: .integer, numbers: Array(repeating: Double(block.model.version), count: count)),
            same("alias", block.model.alias), same("digest", block.model.digest),
            block.keys.map { Column("key", text: $0) } ?? same("key", nil),
            Column("latency_us", kind: .integer, numbers: block.latencies.map(Double.init)),
        ]
        columns += answers(block)
        var taken = Set(columns.map { $0.name.lowercased() }).union(own)
        for var column in block.inputs.columns {
            while !taken.insert(column.name.lowercased()).inserted { column.name = "input_\(column.name)" }
            columns.append(column)
        }
        return try Table(columns)
    }

    private static func answers(_ block: PredictionBlock) -> [Column] {
        let (scores, width) = (block.answers.scores, block.answers.width)
        let label = block.answers.labels.map { [Column("label", text: $0)] } ?? []
        switch block.answer {
        case .binary: return label + [Column("probability", numbers: scores)]
        case .regression: return label + [Column("value", numbers: scores)]
        case .multiclass(let classes):
            var taken: Set<String> = []
            return label
                + classes.enumerated().map { place, name in
                    var column = "probability_\(name)"
                    while !taken.insert(column.lowercased()).inserted { column += "_" }
                    return Column(column, numbers: stride(from: place, to: scores.count, by: width).map { scores[$0] })
                }
        }
    }
}
