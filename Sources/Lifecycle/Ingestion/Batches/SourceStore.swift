package import Database
package import Digests
package import Events
internal import Foundation
package import Objects
package import Support

/// The batches of all sources and how far each source is: one transaction takes both on.
package struct SourceStore: Sendable {
    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    // MARK: Reading

    /// How far a source is.
    package func standing(_ source: String) throws(MartletError) -> SourceStanding { try database.read { try SourceStore.standing(source, $0) } }

    private static func standing(_ source: String, _ session: SQLSession) throws -> SourceStanding {
        guard let row = try session.row("SELECT * FROM source_state WHERE source = ?", [SQLValue(source)]) else { return SourceStanding() }
        return SourceStanding(
            state: (try? JSONValue(parsing: row.text("state") ?? "{}")) ?? .object([]), checked: row.time("checked"), newest: row.time("newest"),
            error: row.text("error"), failed: row.time("failed"))
    }

    /// The batches that count, in their order.
    package func batches(_ source: String) throws(MartletError) -> [SourceBatch] {
        try database.read { session in
            try session.rows("SELECT * FROM source_batch WHERE source = ? AND replaced IS NULL ORDER BY sequence", [SQLValue(source)]).map(
                SourceStore.batch)
        }
    }

    /// All batches that were ever kept and not removed since, in their order.
    package func history(_ source: String) throws(MartletError) -> [SourceBatch] {
        try database.read { session in
            try session.rows("SELECT * FROM source_batch WHERE source = ? ORDER BY sequence", [SQLValue(source)]).map(SourceStore.batch)
        }
    }

    /// Which of these keys came before.
    package func known(_ keys: [String], of source: String) throws(MartletError) -> Set<String> {
        try database.read { session in
            var found: Set<String> = []
            for list in SourceStore.lists(keys) {
                let known = "SELECT key FROM source_key WHERE source = ? AND key IN (SELECT value FROM json_each(?))"
                for row in try session.rows(known, [SQLValue(source), SQLValue(list)]) { if let key = row.text("key") { found.insert(key) } }
            }
            return found
        }
    }

    /// Keys as lists in JSON, in rising order as the table holds them: one statement for many keys takes a fraction of the time of one for each.
    private static func lists(_ keys: [String]) -> [String] {
        let sorted = keys.sorted()
        return stride(from: 0, to: sorted.count, by: 20_000).map { JSONValue(Array(sorted[$0..<min($0 + 20_000, sorted.count)])).compact }
    }

    private static func batch(_ row: SQLRow) -> SourceBatch {
        SourceBatch(
            source: row.text("source") ?? "", sequence: row.int("sequence") ?? 0, name: row.text("name") ?? "",
            digest: Digest(rawValue: row.text("digest") ?? ""), rows: row.int("rows"), bytes: row.int("bytes") ?? 0,
            at: row.time("at") ?? Timestamp(microseconds: 0), replaced: row.time("replaced"))
    }

    // MARK: Writing

    /// A file that is in the object store already.
    package struct NewFile: Sendable {
        package var name: String
        package var digest: Digest
        package var rows: Int?
        package var bytes: Int

        /// Takes a finished file into the object store.
        package init(adopting path: String, name: String, rows: Int?, into objects: DiskObjectStore) throws(MartletError) {
            bytes = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
            digest = try objects.adopt(file: path)
            self.name = name
            self.rows = rows
        }
    }

    /// What a fetch changes.
    package struct Commit: Sendable {
        package var files: [NewFile] = []
        /// Whether the batches before count no longer.
        package var replaces = false
        /// Whether there is nothing any more.
        package var empties = false
        /// The state that the fetch began with; where another one is kept by now, somebody else was faster.
        package var from: JSONValue
        package var to: JSONValue
        package var newest: Timestamp?
        /// The keys of the rows.
        package var keys: [String] = []

        package init(from: JSONValue, to: JSONValue) {
            self.from = from
            self.to = to
        }
    }

    /// Keeps what a fetch brought: batches, keys and the state after it, as a whole.
    /// - Throws: `conflict` where the source was taken on by somebody else meanwhile; nothing is kept then.
    @discardableResult
    package func commit(_ source: String, _ commit: Commit) throws(MartletError) -> [SourceBatch] {
        let now = clock.now()
        return try database.write { session in
            let standing = try SourceStore.standing(source, session)
            guard standing.state == commit.from else { throw SourceStore.overtaken(source) }
            try put(source, commit.to, checked: now, newest: commit.newest ?? standing.newest, session)
            guard !commit.files.isEmpty || commit.empties else { return [] }
            if commit.replaces || commit.empties {
                try session.execute("UPDATE source_batch SET replaced = ? WHERE source = ? AND replaced IS NULL", [SQLValue(now), SQLValue(source)])
                try session.execute("DELETE FROM source_key WHERE source = ?", [SQLValue(source)])
            }
            for list in SourceStore.lists(commit.keys) {
                try session.execute("INSERT INTO source_key (source, key) SELECT ?, value FROM json_each(?)", [SQLValue(source), SQLValue(list)])
            }
            let batches = try add(commit.files, to: source, at: now, session)
            let rows = batches.compactMap(\.rows).reduce(0, +)
            try events.append(
                "source.fetched", "source:\(source)",
                [
                    "batches": .array(batches.map { .string($0.digest.rawValue) }),
                    "rows": batches.contains { $0.rows == nil } ? nil : JSONValue(rows),
                ], in: session)
            return batches
        }
    }

    private func put(_ source: String, _ state: JSONValue, checked: Timestamp, newest: Timestamp?, _ session: SQLSession) throws {
        try session.execute(
            """
            INSERT INTO source_state (source, state, checked, newest, error, failed) VALUES (?, ?, ?, ?, NULL, NULL)
            ON CONFLICT (source) DO UPDATE SET state = excluded.state, checked = excluded.checked, newest = excluded.newest, error = NULL, failed = NULL
            """, [SQLValue(source), SQLValue(state.compact), SQLValue(checked), newest.map { SQLValue($0) } ?? nil])
    }

    private func add(_ files: [NewFile], to source: String, at now: Timestamp, _ session: SQLSession) throws -> [SourceBatch] {
        let last = try session.row("SELECT max(sequence) AS n FROM source_batch WHERE source = ?", [SQLValue(source)])?.int("n") ?? 0
        var batches: [SourceBatch] = []
        for (i, file) in files.enumerated() {
            let batch = SourceBatch(
                source: source, sequence: last + 1 + i, name: file.name, digest: file.digest, rows: file.rows, bytes: file.bytes, at: now,
                replaced: nil)
            try session.execute(
                "INSERT INTO source_batch (source, sequence, name, digest, rows, bytes, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    SQLValue(source), SQLValue(batch.sequence), SQLValue(batch.name), SQLValue(batch.digest), SQLValue(batch.rows),
                    SQLValue(batch.bytes), SQLValue(now),
                ])
            batches.append(batch)
        }
        return batches
    }

    /// Records that a fetch failed; what was kept stays.
    package func fail(_ source: String, _ error: MartletError) throws(MartletError) {
        try database.write { session in
            let state = try SourceStore.standing(source, session).state
            try session.execute(
                """
                INSERT INTO source_state (source, state, error, failed) VALUES (?, ?, ?, ?)
                ON CONFLICT (source) DO UPDATE SET error = excluded.error, failed = excluded.failed
                """, [SQLValue(source), SQLValue(state.compact), SQLValue(error.message), SQLValue(clock.now())])
        }
    }

    /// Puts one file in the place of batches that follow one another.
    /// - Throws: `conflict` where one of them counts no longer.
    func merge(_ batches: [SourceBatch], into file: NewFile) throws(MartletError) {
        guard let first = batches.first, let last = batches.last else { return }
        try database.write { session in
            for batch in batches {
                try session.execute(
                    "DELETE FROM source_batch WHERE source = ? AND sequence = ? AND digest = ? AND replaced IS NULL",
                    [SQLValue(batch.source), SQLValue(batch.sequence), SQLValue(batch.digest)])
                guard session.changedRows == 1 else { throw SourceStore.overtaken(batch.source) }
            }
            try session.execute(
                "INSERT INTO source_batch (source, sequence, name, digest, rows, bytes, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    SQLValue(first.source), SQLValue(last.sequence), SQLValue(file.name), SQLValue(file.digest), SQLValue(file.rows),
                    SQLValue(file.bytes), SQLValue(last.at),
                ])
        }
    }

    /// Removes the batches that came, or were replaced, before a moment; of sources that are replaced as a whole the newest stays.
    /// - Returns: how many, with their rows.
    package func expire(_ source: NamedSource, before moment: Timestamp, isRehearsal: Bool = false) throws(MartletError) -> [SourceBatch] {
        let old = try history(source.name).filter { batch in
            if let replaced = batch.replaced { return replaced < moment }
            return source.growth == .adds && batch.at < moment
        }
        guard !old.isEmpty, !isRehearsal else { return old }
        try database.write { session in
            for batch in old {
                try session.execute("DELETE FROM source_batch WHERE source = ? AND sequence = ?", [SQLValue(batch.source), SQLValue(batch.sequence)])
            }
            try events.append(
                "source.expired", "source:\(source.name)",
                ["batches": JSONValue(old.count), "rows": JSONValue(old.compactMap(\.rows).reduce(0, +))], in: session)
        }
        return old
    }

    private static func overtaken(_ source: String) -> MartletError {
        MartletError(.conflict, "The source “\(source)” was fetched by somebody else at the same time. Nothing was lost; try again.")
    }
}
