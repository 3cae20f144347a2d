package import Database
package import Support

/// Every evaluation of every objective, and who confirmed the charter.
package struct CheckResults: Sendable {
    private let database: any MetadataDatabase

    package init(database: any MetadataDatabase) { self.database = database }

    /// Records evaluations, in the caller's transaction.
    package func add(_ results: [CheckResult], in session: SQLSession) throws {
        for result in results {
            try session.execute(
                "INSERT INTO check_result (objective, subject, at, verdict, value, lower, upper, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    SQLValue(result.objective), SQLValue(result.subject), SQLValue(result.at), SQLValue(result.verdict.rawValue),
                    SQLValue(result.measurement?.value), SQLValue(result.measurement?.lower), SQLValue(result.measurement?.upper),
                    SQLValue(result.reason),
                ])
        }
    }

    /// The newest evaluation of each objective, optionally of one subject.
    package func latest(subject: String? = nil) throws(MartletError) -> [String: CheckResult] {
        try database.read { session in
            let rows = try session.rows(
                "SELECT * FROM check_result WHERE id IN (SELECT max(id) FROM check_result WHERE ? IS NULL OR subject = ? GROUP BY objective)",
                [SQLValue(subject), SQLValue(subject)])
            return Dictionary(rows.map { ($0.text("objective") ?? "", CheckResults.result($0)) }, uniquingKeysWith: { $1 })
        }
    }

    /// The newest evaluation of an objective for one subject that has a measured value.
    package func lastMeasured(_ objective: String, subject: String) throws(MartletError) -> CheckResult? {
        try database.read { session in
            try session.row(
                "SELECT * FROM check_result WHERE objective = ? AND subject = ? AND value IS NOT NULL ORDER BY id DESC LIMIT 1",
                [SQLValue(objective), SQLValue(subject)]
            ).map(CheckResults.result)
        }
    }

    /// Everything that was ever judged.
    package func subjects() throws(MartletError) -> [String] {
        try database.read { try $0.rows("SELECT DISTINCT subject FROM check_result").compactMap { $0.text("subject") } }
    }

    /// All evaluations of one subject, oldest first.
    package func history(subject: String) throws(MartletError) -> [CheckResult] { try database.read { try history(subject: subject, in: $0) } }

    /// The same as a transaction sees it.
    package func history(subject: String, in session: SQLSession) throws -> [CheckResult] {
        try session.rows("SELECT * FROM check_result WHERE subject = ? ORDER BY id", [SQLValue(subject)]).map(CheckResults.result)
    }

    /// Records that a person agrees to the charter with this digest, in the caller's transaction.
    package func confirm(charter digest: String, at: Timestamp, actor: String, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO charter_confirmation (digest, at, actor) VALUES (?, ?, ?)", [SQLValue(digest), SQLValue(at), SQLValue(actor)])
    }

    /// Who confirmed the charter with this digest, and when; nil where nobody did.
    package func confirmation(of digest: String) throws(MartletError) -> (actor: String, at: Timestamp)? {
        try database.read { try confirmation(of: digest, in: $0) }
    }

    /// The same as a transaction sees it.
    package func confirmation(of digest: String, in session: SQLSession) throws -> (actor: String, at: Timestamp)? {
        let row = try session.row("SELECT * FROM charter_confirmation WHERE digest = ? ORDER BY id DESC LIMIT 1", [SQLValue(digest)])
        guard let row, let actor = row.text("actor"), let at = row.time("at") else { return nil }
        return (actor, at)
    }

    private static func result(_ row: SQLRow) -> CheckResult {
        CheckResult(
            objective: row.text("objective") ?? "", subject: row.text("subject") ?? "", at: row.time("at") ?? Timestamp(microseconds: 0),
            verdict: Verdict(rawValue: row.text("verdict") ?? "") ?? .yellow,
            measurement: row.double("value").map { Measurement(value: $0, lower: row.double("lower"), upper: row.double("upper")) },
            reason: row.text("reason") ?? "")
    }
}
