package import Support

/// Where metadata lives. All writes of one block commit together or not at all.
package protocol MetadataDatabase: Sendable {
    /// Reads a consistent state, beside writers.
    func read<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result

    /// Writes in one transaction. When this returns, the writes survive the death of the process.
    func write<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result

    /// Does what `write` does, then takes it back: the result is what it would have been, and nothing has changed.
    func rehearse<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result

    /// The database as it was at a moment; writing to it is refused.
    func asOf(_ moment: Timestamp) throws(MartletError) -> any MetadataDatabase

    /// Writes one consistent state of the whole to a new file, beside readers and writers. `SQLiteSnapshot` reads it.
    func copy(to path: String) throws(MartletError)

    /// Writes the files anew, so that nothing is left in them of what was deleted: neither in free pages nor in the log.
    func scour() throws(MartletError)
}

/// A database on which every write is only rehearsed: for `--dry-run`.
package struct RehearsedDatabase: MetadataDatabase {
    private let database: any MetadataDatabase

    package init(_ database: any MetadataDatabase) { self.database = database }

    package func read<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result { try database.read(body) }

    package func write<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result { try database.rehearse(body) }

    package func rehearse<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result { try database.rehearse(body) }

    package func asOf(_ moment: Timestamp) throws(MartletError) -> any MetadataDatabase { try database.asOf(moment) }

    package func copy(to path: String) throws(MartletError) { try database.copy(to: path) }

    /// Nothing was deleted.
    package func scour() throws(MartletError) {}
}

/// A value that a database stores.
package enum SQLValue: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(nilLiteral: ()) { self = .null }

    package init(_ value: String?) { self = value.map(SQLValue.text) ?? .null }
    package init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
    package init(_ value: Double?) { self = value.map(SQLValue.real) ?? .null }
    package init(_ value: Timestamp?) { self = value.map { .integer($0.microseconds) } ?? .null }
    package init(_ value: some Identifier) { self = .text(value.rawValue) }
}

/// One row of an answer.
package struct SQLRow: Sendable {
    /// The names of the columns, which all rows of an answer share.
    let names: [String]
    let values: [SQLValue]

    /// The value of a column; null where there is none of that name.
    package subscript(name: String) -> SQLValue { names.firstIndex(of: name).map { values[$0] } ?? .null }

    /// The text of a column; nil for null.
    package func text(_ name: String) -> String? { if case .text(let text) = self[name] { text } else { nil } }

    /// The whole number of a column; nil for null.
    package func int(_ name: String) -> Int? { if case .integer(let value) = self[name] { Int(value) } else { nil } }

    /// The number of a column; nil for null.
    package func double(_ name: String) -> Double? {
        switch self[name] {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// The moment in a column of microseconds; nil for null.
    package func time(_ name: String) -> Timestamp? { int(name).map { Timestamp(microseconds: Int64($0)) } }
}
