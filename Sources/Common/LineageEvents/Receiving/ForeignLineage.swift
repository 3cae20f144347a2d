package import Database
package import Support

/// A run of another tool, as its events tell of it.
package struct ForeignRun: Sendable, Equatable {
    /// 32 hexadecimal digits; nil for a job that only says what it reads and writes.
    package var run: String?
    package var job: EventJob
    package var parent: EventJob?
    package var state: EventState
    package var started: Timestamp?
    /// The moment of the last event.
    package var last: Timestamp
    package var producer: String
    package var inputs: [DatasetName] = []
    package var outputs: [DatasetName] = []
}

/// The events of other tools. They are only ever added, each once.
package struct ForeignLineage: Sendable {
    private let database: any MetadataDatabase
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    // MARK: Writing

    /// Keeps events, all or none.
    /// - Parameter keep: what came longer ago than so many seconds is forgotten; nil for nothing.
    /// - Returns: how many were not known yet.
    package func add(_ events: [ReceivedEvent], keep: Double? = nil) throws(MartletError) -> Int {
        let now = clock.now()
        return try database.write { session in
            var new = 0
            for event in events {
                try session.execute(
                    """
                    INSERT INTO foreign_event (digest, received, at, state, run, namespace, job, parent_namespace, parent_job, producer, body)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
                    """,
                    [
                        SQLValue(event.digest), SQLValue(now), SQLValue(event.at), SQLValue(event.state?.rawValue), SQLValue(event.run),
                        SQLValue(event.job?.namespace), SQLValue(event.job?.name), SQLValue(event.parent?.namespace), SQLValue(event.parent?.name),
                        SQLValue(event.producer), SQLValue(event.body.compact),
                    ])
                guard session.changedRows == 1 else { continue }
                new += 1
                for dataset in event.datasets {
                    try session.execute(
                        "INSERT INTO foreign_dataset (namespace, name, role, event) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        [
                            SQLValue(dataset.name.namespace), SQLValue(dataset.name.name), SQLValue(dataset.role.rawValue), SQLValue(event.digest),
                        ])
                }
            }
            if let keep { try forget(before: now.advanced(bySeconds: -keep), in: session) }
            return new
        }
    }

    private func forget(before moment: Timestamp, in session: SQLSession) throws {
        try session.execute(
            "DELETE FROM foreign_dataset WHERE event IN (SELECT digest FROM foreign_event WHERE received < ?)", [SQLValue(moment)])
        try session.execute("DELETE FROM foreign_event WHERE received < ?", [SQLValue(moment)])
    }

    // MARK: Reading

    /// How many events are kept.
    package func count() throws(MartletError) -> Int {
        try database.read { try $0.row("SELECT count(*) AS n FROM foreign_event")?.int("n") ?? 0 }
    }

    /// The runs that wrote a dataset, under any of its names, by a moment; the last first. Those that failed are left out.
    package func writers(of names: [DatasetName], by moment: Timestamp, limit: Int = 3) throws(MartletError) -> [ForeignRun] {
        try database.read { session in
            var found: [ForeignRun] = []
            for name in names {
                let rows = try session.rows(
                    """
                    SELECT e.run, e.namespace, e.job, max(e.at) AS last FROM foreign_dataset d JOIN foreign_event e ON e.digest = d.event
                    WHERE d.namespace = ? AND d.name = ? AND d.role = 'output' AND e.at <= ? GROUP BY e.run, e.namespace, e.job
                    ORDER BY last DESC LIMIT ?
                    """, [SQLValue(name.namespace), SQLValue(name.name), SQLValue(moment), SQLValue(limit * 3)])
                for row in rows {
                    guard let run = try ForeignLineage.run(row, by: moment, session), run.state != .fail, run.state != .abort,
                        !found.contains(where: { $0.run == run.run && $0.job == run.job })
                    else { continue }
                    found.append(run)
                }
            }
            return Array(found.sorted { $0.last > $1.last }.prefix(limit))
        }
    }

    /// Every job, with its last run; the one that was heard of last first.
    package func jobs(limit: Int = 200) throws(MartletError) -> [ForeignRun] {
        try database.read { session in
            let jobs = try session.rows(
                """
                SELECT namespace, job, max(at) AS last FROM foreign_event WHERE job IS NOT NULL GROUP BY namespace, job ORDER BY last DESC LIMIT ?
                """, [SQLValue(limit)])
            return try jobs.compactMap { row in
                let newest = try session.row(
                    "SELECT run, namespace, job FROM foreign_event WHERE namespace = ? AND job = ? ORDER BY at DESC LIMIT 1",
                    [row["namespace"], row["job"]])
                return try newest.flatMap { try ForeignLineage.run($0, by: Timestamp(microseconds: .max), session) }
            }
        }
    }

    /// What all events of a run together say by a moment.
    private static func run(_ row: SQLRow, by moment: Timestamp, _ session: SQLSession) throws -> ForeignRun? {
        guard let namespace = row.text("namespace"), let name = row.text("job") else { return nil }
        let run = row.text("run")
        let events = try session.rows(
            """
            SELECT digest, at, state, producer, parent_namespace, parent_job FROM foreign_event
            WHERE namespace = ? AND job = ? AND run IS ? AND at <= ? ORDER BY at, received LIMIT 1000
            """, [SQLValue(namespace), SQLValue(name), SQLValue(run), SQLValue(moment)])
        guard let last = events.last, let at = last.time("at") else { return nil }
        let states = events.compactMap { $0.text("state").flatMap(EventState.init) }
        let above = events.last { $0.text("parent_job") != nil }
        var found = ForeignRun(
            run: run, job: EventJob(namespace: namespace, name: name),
            parent: above.map { EventJob(namespace: $0.text("parent_namespace") ?? "", name: $0.text("parent_job") ?? "") },
            state: states.last { $0.isEnd } ?? states.last ?? .other,
            started: events.first { $0.text("state") == EventState.start.rawValue }?.time("at"), last: at, producer: last.text("producer") ?? "")
        var seen: Set<String> = []
        for event in events {
            let datasets = try session.rows(
                "SELECT role, namespace, name FROM foreign_dataset WHERE event = ? ORDER BY namespace, name LIMIT 200", [event["digest"]])
            for dataset in datasets {
                let name = DatasetName(dataset.text("namespace") ?? "", dataset.text("name") ?? "")
                guard let role = dataset.text("role"), seen.insert("\(role) \(name.text)").inserted else { continue }
                if role == ReceivedEvent.Dataset.Role.output.rawValue { found.outputs.append(name) } else { found.inputs.append(name) }
            }
        }
        return found
    }
}
