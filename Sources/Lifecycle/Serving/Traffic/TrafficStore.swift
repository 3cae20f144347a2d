package import Database
package import Support

/// A change of how an endpoint's requests are shared.
package struct TrafficChange: Sendable, Equatable {
    /// Its number, which is the plan's.
    package var id: Int
    package var endpoint: String
    /// The registered model whose versions the plan names.
    package var model: String
    /// Nil where the champion answers all from then on.
    package var plan: TrafficPlan?
    package var at: Timestamp
    package var actor: String
    package var reason: String

    /// The change for `--json`.
    package var json: JSONValue {
        [
            "at": .string(at.description), "by": .string(actor), "endpoint": .string(endpoint), "model": .string(model),
            "plan": plan?.json ?? .null, "reason": .string(reason),
        ]
    }
}

/// The traffic plans of a project's endpoints: what is in force, and what was. Rows are only ever added.
package struct TrafficStore: Sendable {
    private let database: any MetadataDatabase
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    // MARK: Reading

    /// The newest change of an endpoint; nil where its champion has always answered alone.
    package func standing(_ endpoint: String) throws(MartletError) -> TrafficChange? {
        try database.read { try standing(endpoint, in: $0) }
    }

    /// The same in the caller's transaction.
    package func standing(_ endpoint: String, in session: SQLSession) throws -> TrafficChange? {
        try session.row("SELECT * FROM traffic_change WHERE endpoint = ? ORDER BY id DESC LIMIT 1", [SQLValue(endpoint)]).map(TrafficStore.change)
    }

    /// The changes of an endpoint, oldest first; the newest of them where there are more than the limit.
    package func history(_ endpoint: String, limit: Int = 1000) throws(MartletError) -> [TrafficChange] {
        try database.read { session in
            try session.rows("SELECT * FROM traffic_change WHERE endpoint = ? ORDER BY id DESC LIMIT ?", [SQLValue(endpoint), SQLValue(limit)])
                .reversed().map(TrafficStore.change)
        }
    }

    /// The endpoints whose traffic was ever shared, by name.
    package func endpoints() throws(MartletError) -> [String] {
        try database.read { try $0.rows("SELECT DISTINCT endpoint FROM traffic_change ORDER BY endpoint").compactMap { $0.text("endpoint") } }
    }

    /// The newest change of each endpoint whose traffic was ever shared among versions of a model, in the caller's transaction.
    package func standing(of model: String, in session: SQLSession) throws -> [TrafficChange] {
        let newest = "SELECT MAX(id) FROM traffic_change GROUP BY endpoint"
        return try session.rows("SELECT * FROM traffic_change WHERE model = ? AND id IN (\(newest)) ORDER BY id", [SQLValue(model)]).map(
            TrafficStore.change)
    }

    private static func change(_ row: SQLRow) throws(MartletError) -> TrafficChange {
        let (id, at) = (row.int("id") ?? 0, row.time("at") ?? Timestamp(microseconds: 0))
        let plan = try row.text("plan").map { text throws(MartletError) in try TrafficPlan(stored: JSONValue(parsing: text), id: id, since: at) }
        return TrafficChange(
            id: id, endpoint: row.text("endpoint") ?? "", model: row.text("model") ?? "", plan: plan, at: at, actor: row.text("actor") ?? "",
            reason: row.text("reason") ?? "")
    }

    // MARK: Writing

    /// Adds a change in the caller's transaction, which also records it as an event.
    /// - Parameter plan: what is to be in force; nil for the champion alone.
    package func add(
        _ plan: TrafficPlan?, endpoint: String, model: String, by actor: String, reason: String, in session: SQLSession
    ) throws -> TrafficChange {
        try session.execute(
            "INSERT INTO traffic_change (endpoint, model, plan, at, actor, reason) VALUES (?, ?, ?, ?, ?, ?)",
            [
                SQLValue(endpoint), SQLValue(model), plan.map { SQLValue($0.json.compact) } ?? .null, SQLValue(clock.now()), SQLValue(actor),
                SQLValue(reason),
            ])
        guard let change = try standing(endpoint, in: session) else {
            throw MartletError(.defect, "A change of the traffic is not there once written.")
        }
        return change
    }
}

extension TrafficPlan {
    /// Reads what `json` wrote; number and time are those of the row.
    fileprivate init(stored: JSONValue, id: Int, since: Timestamp) throws(MartletError) {
        guard let kind = stored["kind"].text.flatMap(Kind.init(rawValue:)) else {
            throw MartletError(.corrupted, "Change \(id) of the traffic has no kind that is known. Was it written by a newer version?")
        }
        let weights = stored["versions"].elements.compactMap { entry in
            entry["version"].int.flatMap { version in entry["share"].double.map { Share(version: version, share: $0) } }
        }
        try self.init(
            id: id, kind: kind, weights: weights, key: stored["key"].text, since: since, until: stored["until"].text.flatMap { Timestamp($0) })
    }
}
