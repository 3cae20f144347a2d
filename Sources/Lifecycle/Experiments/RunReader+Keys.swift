package import Database

/// What keys of a run are names of.
package enum RunKeyKind: Sendable, CaseIterable {
    case metric, parameter, tag
}

extension RunReader {
    /// How many of the newest runs are looked through for keys, and how often a key is looked at elsewhere.
    private static let looked = 1000
    private static let probed = 500

    /// Keys that runs of an experiment have, for whoever writes a search: those that begin with a text first, then those that it stands in.
    ///
    /// The newest runs are looked through. Keys that only older runs have are found by their beginning, unless very many runs of other
    /// experiments have them too: an answer takes milliseconds, however many runs there are.
    package static func keys(_ kind: RunKeyKind, like text: String, of experiment: Int, limit: Int, in session: SQLSession) throws -> [String] {
        var keys = try recentKeys(kind, like: text, of: experiment, limit: limit, in: session)
        guard keys.count < limit, !text.isEmpty else { return keys }
        for key in try olderKeys(kind, beginning: text, of: experiment, limit: limit * 4, in: session) where keys.count < limit && !keys.contains(key)
        {
            keys.append(key)
        }
        return keys
    }

    private static func recentKeys(_ kind: RunKeyKind, like text: String, of experiment: Int, limit: Int, in session: SQLSession) throws -> [String] {
        let newest = "SELECT number FROM run WHERE experiment = ? AND deleted IS NULL ORDER BY started DESC LIMIT \(looked)"
        let rows = try session.rows(
            "SELECT \(kind.key) AS key FROM (\(newest)) r CROSS JOIN \(kind.table) k ON k.run = r.number \(kind.join) "
                + "WHERE instr(lower(\(kind.key)), lower(?)) > 0 GROUP BY \(kind.key) "
                + "ORDER BY instr(lower(\(kind.key)), lower(?)) > 1, count(*) DESC, \(kind.key) LIMIT ?",
            [SQLValue(experiment), .text(text), .text(text), SQLValue(limit)])
        return rows.compactMap { $0.text("key") }
    }

    /// Keys of any run that begin so, one step through an index for each, as far as a run of the experiment is soon found to have them.
    private static func olderKeys(
        _ kind: RunKeyKind, beginning text: String, of experiment: Int, limit: Int, in session: SQLSession
    ) throws -> [String] {
        var keys: [String] = []
        var after = text
        var least = ">="
        for _ in 0..<limit {
            let next = "SELECT \(kind.name) AS key FROM \(kind.names) WHERE \(kind.name) \(least) ? AND \(kind.name) < ? ORDER BY 1 LIMIT 1"
            guard let key = try session.row(next, [.text(after), .text(text + "\u{10FFFF}")])?.text("key") else { break }
            (after, least) = (key, ">")
            let some =
                "SELECT 1 FROM (\(kind.some) LIMIT \(probed)) k JOIN run r ON r.number = k.run WHERE r.experiment = ? AND r.deleted IS NULL LIMIT 1"
            if try session.row(some, [.text(key), SQLValue(experiment)]) != nil { keys.append(key) }
        }
        return keys
    }
}

extension RunKeyKind {
    /// Where each run's keys stand.
    fileprivate var table: String {
        switch self {
        case .metric: "metric_latest"
        case .parameter: "run_parameter"
        case .tag: "run_tag"
        }
    }

    fileprivate var key: String { self == .metric ? "n.name" : "k.key" }
    fileprivate var join: String { self == .metric ? "JOIN metric_name n ON n.id = k.metric" : "" }

    /// Where all keys stand in their order.
    fileprivate var names: String { self == .metric ? "metric_name" : table }
    fileprivate var name: String { self == .metric ? "name" : "key" }

    /// The runs that have a key.
    fileprivate var some: String {
        self == .metric
            ? "SELECT run FROM metric_latest WHERE metric = (SELECT id FROM metric_name WHERE name = ?)" : "SELECT run FROM \(table) WHERE key = ?"
    }
}
