package import Database
package import Support

/// What monitors found, by endpoint and time, for the pages.
package struct MonitorResults: Sendable {
    private let database: any MetadataDatabase

    package init(database: any MetadataDatabase) { self.database = database }

    /// Records a finding, in the caller's transaction.
    package func add(_ monitor: String, endpoint: String, at: Timestamp, _ body: JSONValue, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO monitor_result (monitor, endpoint, at, body) VALUES (?, ?, ?, ?)",
            [SQLValue(monitor), SQLValue(endpoint), SQLValue(at), SQLValue(body.compact)])
    }

    /// The newest findings of a monitor, oldest first.
    package func latest(_ monitor: String, endpoint: String, count: Int) throws(MartletError) -> [(at: Timestamp, body: JSONValue)] {
        let rows = try database.read {
            try $0.rows(
                "SELECT at, body FROM monitor_result WHERE monitor = ? AND endpoint = ? ORDER BY id DESC LIMIT ?",
                [SQLValue(monitor), SQLValue(endpoint), SQLValue(count)])
        }
        return rows.reversed().compactMap { row in
            guard let at = row.time("at"), let body = try? JSONValue(parsing: row.text("body") ?? "") else { return nil }
            return (at, body)
        }
    }
}
