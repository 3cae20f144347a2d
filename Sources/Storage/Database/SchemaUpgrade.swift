internal import Foundation
internal import GRDB
package import Support

/// One migration as it went on a copy.
package struct SchemaStep: Sendable, Equatable {
    /// The version that it leads to.
    package var version: Int
    package var seconds: Double
    package var addedTables: [String]
    package var changedTables: [String]
}

/// What an older schema has no place for.
package struct SchemaLoss: Sendable, Equatable {
    /// A table or, with a dot, a column of one.
    package var place: String
    /// The rows that held something there.
    package var rows: Int

    package init(place: String, rows: Int) {
        self.place = place
        self.rows = rows
    }
}

/// Looking at a database's migrations before they happen, and going back behind them.
package enum SchemaUpgrade {
    /// The version of a database's schema, without changing anything.
    package static func version(of path: String) throws(MartletError) -> Int { try SQLiteSnapshot(path: path).schemaVersion() }

    /// Applies what is missing to a copy.
    /// - Parameter scratch: where the copy is put; the caller removes it.
    package static func rehearse(_ path: String, upTo target: Int = SQLiteDatabase.currentVersion, scratch: String) throws(MartletError)
        -> [SchemaStep]
    {
        try SQLiteSnapshot(path: path).copy(to: scratch)
        do {
            let queue = try DatabaseQueue(path: scratch)
            return try queue.write { database in
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                var steps: [SchemaStep] = []
                for (i, migration) in Migrations.all.enumerated().prefix(target).dropFirst(version) {
                    let before = try tables(database)
                    let start = monotonicSeconds()
                    try database.execute(sql: migration)
                    let seconds = monotonicSeconds() - start
                    let after = try tables(database)
                    let added = after.keys.filter { before[$0] == nil }.sorted()
                    let changed = after.keys.filter { before[$0] != nil && before[$0] != after[$0] }.sorted()
                    steps.append(SchemaStep(version: i + 1, seconds: seconds, addedTables: added, changedTables: changed))
                }
                return steps
            }
        } catch { throw SQLiteDatabase.describe(error, path: scratch) }
    }

    /// Writes a new database with an older schema and every row of this one that fits into it.
    /// - Parameters:
    ///   - path: a database that nobody writes to meanwhile.
    ///   - new: the new file.
    /// - Returns: what is not in it.
    package static func goBack(_ path: String, to version: Int, writing new: String) throws(MartletError) -> [SchemaLoss] {
        do {
            let queue = try DatabaseQueue(path: new)
            chmod(new, 0o600)
            try queue.write { database in
                for migration in Migrations.all.prefix(version) { try database.execute(sql: migration) }
                try database.execute(sql: "PRAGMA user_version = \(version)")
            }
            return try queue.writeWithoutTransaction { database in
                try database.execute(sql: "ATTACH DATABASE ? AS present", arguments: [path])
                defer { try? database.execute(sql: "DETACH DATABASE present") }
                var losses: [SchemaLoss] = []
                try database.inTransaction {
                    losses = try fill(database)
                    return .commit
                }
                return losses
            }
        } catch { throw SQLiteDatabase.describe(error, path: new) }
    }

    private static func fill(_ database: Database) throws -> [SchemaLoss] {
        let old = try tables(database)
        var losses: [SchemaLoss] = []
        for table in try tables(database, in: "present").keys.sorted() {
            let name = quoted(table)
            let rows = try Int.fetchOne(database, sql: "SELECT count(*) FROM present.\(name)") ?? 0
            guard old[table] != nil else {
                if rows > 0 { losses.append(SchemaLoss(place: table, rows: rows)) }
                continue
            }
            let (mine, theirs) = (try columns(database, of: table, in: "main"), try columns(database, of: table, in: "present"))
            let shared = mine.keys.filter { theirs[$0] != nil }.sorted().map(quoted).joined(separator: ", ")
            try database.execute(sql: "DELETE FROM main.\(name)")
            try database.execute(sql: "INSERT OR IGNORE INTO main.\(name) (\(shared)) SELECT \(shared) FROM present.\(name)")
            let kept = try Int.fetchOne(database, sql: "SELECT count(*) FROM main.\(name)") ?? 0
            if kept < rows { losses.append(SchemaLoss(place: table, rows: rows - kept)) }
            for (column, standard) in theirs.sorted(by: { $0.key < $1.key }) where mine[column] == nil {
                let sql = "SELECT count(*) FROM present.\(name) WHERE \(quoted(column)) IS NOT \(standard)"
                let used = try Int.fetchOne(database, sql: sql) ?? 0
                if used > 0 { losses.append(SchemaLoss(place: "\(table).\(column)", rows: used)) }
            }
        }
        return losses
    }

    /// The tables with the statement that made each.
    private static func tables(_ database: Database, in schema: String = "main") throws -> [String: String] {
        let sql = "SELECT name, sql FROM \(schema).sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        let rows = try Row.fetchAll(database, sql: sql)
        return Dictionary(rows.map { ($0["name"] as String, $0["sql"] as String) }, uniquingKeysWith: { first, _ in first })
    }

    /// The columns of a table with the expression of what stands there where nothing was said.
    private static func columns(_ database: Database, of table: String, in schema: String) throws -> [String: String] {
        let rows = try Row.fetchAll(database, sql: "SELECT name, dflt_value FROM pragma_table_info(?, ?)", arguments: [table, schema])
        return Dictionary(rows.map { ($0["name"] as String, ($0["dflt_value"] as String?) ?? "NULL") }, uniquingKeysWith: { first, _ in first })
    }

    private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
