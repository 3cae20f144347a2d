internal import Database
internal import Support

/// Tombstones, holds and the secret of the digests, as they go along with backups: what a restored state must not undo.
struct ErasureTables: Sendable {
    /// Rows are only ever added to these.
    private static let tombstones = ["erasure", "erased_prediction", "erased_object"]
    /// The later state of these counts.
    private static let standing = ["subject_key", "legal_hold"]

    private let tables: [String: [[String: SQLValue]]]

    /// What a database holds.
    init(_ database: any MetadataDatabase) throws(MartletError) {
        tables = try database.read { session in
            var tables: [String: [[String: SQLValue]]] = [:]
            for table in ErasureTables.tombstones + ErasureTables.standing {
                let columns = try session.columns(of: table)
                tables[table] = try session.rows("SELECT * FROM \(table)").map { row in
                    Dictionary(columns.map { ($0, row[$0]) }, uniquingKeysWith: { first, _ in first })
                }
            }
            return tables
        }
    }

    /// Reads what `json` wrote.
    init(_ json: JSONValue) {
        var tables: [String: [[String: SQLValue]]] = [:]
        for table in ErasureTables.tombstones + ErasureTables.standing {
            tables[table] = json[table].elements.map { row in
                Dictionary(row.members.map { ($0.key, ErasureTables.value($0.value)) }, uniquingKeysWith: { first, _ in first })
            }
        }
        self.tables = tables
    }

    var isEmpty: Bool { tables.values.allSatisfy(\.isEmpty) }

    var json: JSONValue {
        .object(
            tables.sorted { $0.key < $1.key }.map { table, rows in
                let values = rows.map { row in JSONValue.object(row.sorted { $0.key < $1.key }.map { .init($0.key, ErasureTables.json($0.value)) }) }
                return .init(table, .array(values))
            })
    }

    /// The erasures, oldest first.
    var erasures: [Erasure] {
        (json["erasure"].elements).compactMap { row in
            guard let id = row["id"].int, let begun = row["begun"].int, let earliest = row["earliest"].int else { return nil }
            return Erasure(
                id: id, subject: row["subject"].text ?? "", reason: row["reason"].text ?? "", begun: Timestamp(microseconds: Int64(begun)),
                actor: row["actor"].text ?? "", state: row["state"].text.flatMap(Erasure.State.init) ?? .begun,
                earliest: Timestamp(microseconds: Int64(earliest)), found: .object([]), finished: nil)
        }.sorted { $0.id < $1.id }
    }

    /// Writes them into another state of the project: tombstones are added, what stands is replaced.
    func write(in session: SQLSession) throws {
        guard !isEmpty else { return }
        for table in ErasureTables.standing { try session.execute("DELETE FROM \(table)") }
        for table in ErasureTables.tombstones + ErasureTables.standing {
            let known = try session.columns(of: table)
            for row in tables[table] ?? [] {
                let columns = known.filter { row[$0] != nil }
                let places = columns.map { _ in "?" }.joined(separator: ", ")
                try session.execute(
                    "INSERT OR REPLACE INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))", columns.map { row[$0] ?? .null })
            }
        }
    }

    private static func json(_ value: SQLValue) -> JSONValue {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .number(number)
        case .text(let text): .string(text)
        }
    }

    private static func value(_ json: JSONValue) -> SQLValue {
        switch json {
        case .integer(let number): .integer(number)
        case .string(let text): .text(text)
        case .number(let number): .real(number)
        default: .null
        }
    }
}
