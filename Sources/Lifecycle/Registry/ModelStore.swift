internal import Access
package import Database
package import Digests
package import Events
internal import Foundation
package import Lineage
package import Support

/// The registered models, their versions and aliases.
package struct ModelStore: Sendable {
    private let database: any MetadataDatabase
    private let events: EventLog
    private let lineage: LineageGraph
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, lineage: LineageGraph, clock: any WallClock) {
        self.database = database
        self.events = events
        self.lineage = lineage
        self.clock = clock
    }

    // MARK: - Versions

    /// Registers a new version, in the caller's transaction, with its event and its place in the lineage.
    /// - Parameters:
    ///   - trainer: who trained it, where that is known; who registers it is its author beside them.
    ///   - announces: whether webhooks hear of it here.
    /// - Returns: the version, numbered from 1.
    package func register(
        model: String, digest: Digest, run: RunID, dataset: String, details: ModelVersion.Details, trainer: String? = nil, announces: Bool = true,
        in session: SQLSession
    ) throws -> ModelVersion {
        let authors = [trainer, events.currentActor].compactMap(\.self).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let last =
            try session.row(
                "SELECT max(coalesce((SELECT max(version) FROM model_version WHERE model = ?), 0), "
                    + "coalesce((SELECT numbered FROM registered_model WHERE name = ?), 0)) AS v", [SQLValue(model), SQLValue(model)])?.int("v") ?? 0
        let version = ModelVersion(
            model: model, version: last + 1, digest: digest, created: clock.now(), run: run, dataset: dataset, details: details,
            authors: authors)
        try session.execute(
            "INSERT INTO model_version (model, version, digest, created, run, dataset, body, authors) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                SQLValue(model), SQLValue(version.version), SQLValue(digest), SQLValue(version.created), SQLValue(run), SQLValue(dataset),
                SQLValue(try encode(details)), SQLValue(JSONValue(authors).compact),
            ])
        let ref = version.reference.description
        var facts: JSONValue = ["digest": .string(digest.rawValue), "trainer": .string(details.trainer)]
        if !details.step.isEmpty { facts["step"] = .string(details.step) }
        try lineage.add(ref, facts, in: session)
        if run.rawValue.isEmpty {
            if !dataset.isEmpty { try lineage.link(ref, "trained_on", dataset, in: session) }
        } else {
            try lineage.link(ref, "trained_by", "run:\(run)", in: session)
            if !dataset.isEmpty { try lineage.link("run:\(run)", "read", dataset, in: session) }
        }
        let body: JSONValue = ["digest": .string(digest.rawValue), "run": .string(run.rawValue), "authors": JSONValue(authors)]
        try events.append("model.registered", ref, body, in: session)
        try note(version, announces: announces, in: session)
        return version
    }

    /// What is said of a version beside its bytes, and of the model as a whole.
    private func note(_ version: ModelVersion, announces: Bool, in session: SQLSession) throws {
        let moment = SQLValue(version.created)
        try session.execute(
            "INSERT INTO registered_model (name, created, updated) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET updated = excluded.updated, deleted = NULL",
            [SQLValue(version.model), moment, moment])
        try session.execute(
            "INSERT INTO version_state (model, version, updated) VALUES (?, ?, ?)", [SQLValue(version.model), SQLValue(version.version), moment])
        guard announces else { return }
        let data: JSONValue = [
            "name": .string(version.model), "version": .string("\(version.version)"), "source": .string("\(version.reference)"),
            "run_id": .string(version.run.rawValue), "tags": .object([]), "description": .null,
        ]
        try WebhookOutbox.add(.versionCreated, data, at: version.created, in: session)
    }

    /// Replaces what may be added later: the evaluation and the test scores. Nothing that a prediction depends on changes.
    package func update(_ version: ModelVersion, in session: SQLSession) throws {
        try session.execute(
            "UPDATE model_version SET body = ? WHERE model = ? AND version = ?",
            [SQLValue(try encode(version.details)), SQLValue(version.model), SQLValue(version.version)])
        let body: JSONValue = [
            "run": JSONValue(version.details.evaluationRun?.rawValue), "evaluation": JSONValue(version.details.evaluation?.rawValue),
            "test_scores": JSONValue(version.details.testScores?.rawValue),
        ]
        try events.append("model.judged", version.reference.description, body, in: session)
    }

    /// Puts other kept scores in the place of a version's, in the caller's transaction: after rows were erased from its test set.
    package func replaceTestScores(_ version: ModelVersion, with scores: Digest, in session: SQLSession) throws {
        try session.execute(
            "UPDATE model_version SET body = json_set(body, '$.testScores', ?) WHERE model = ? AND version = ?",
            [SQLValue(scores.rawValue), SQLValue(version.model), SQLValue(version.version)])
    }

    /// Passes what is stored about every version through a change, in the caller's transaction; what it says of bytes and origin stays.
    package func rewriteBodies(in session: SQLSession, _ change: (JSONValue) -> JSONValue) throws {
        for row in try session.rows("SELECT model, version, body FROM model_version") {
            guard let text = row.text("body"), let body = try? JSONValue(parsing: text), case let new = change(body), new != body else { continue }
            try session.execute(
                "UPDATE model_version SET body = ? WHERE model = ? AND version = ?", [SQLValue(new.compact), row["model"], row["version"]])
        }
    }

    /// The version with that number, or the one that an alias stands at; the newest where the selector is nil.
    /// - Throws: `notFound` with what there is.
    package func version(_ model: String, _ selector: String?) throws(MartletError) -> ModelVersion {
        let all = try versions(of: model)
        guard !all.isEmpty else { throw unknown(model, among: try models()) }
        guard let selector else { return all[all.count - 1] }
        let aliases = try standing(model)
        let number = Reference(.model, model, selector).version ?? aliases[selector]
        guard let found = all.first(where: { $0.version == number }) else {
            let known = all.map { "v\($0.version)" } + aliases.keys.sorted()
            let hint = didYouMean(selector, among: aliases.keys.sorted())
            throw MartletError(.notFound, "model:\(model) has no “\(selector)”.\(hint) It has: \(known.joined(separator: ", ")).")
        }
        return found
    }

    /// All versions of a model that are not deleted, oldest first.
    package func versions(of model: String) throws(MartletError) -> [ModelVersion] { try database.read { try versions(of: model, in: $0) } }

    private func versions(of model: String, in session: SQLSession) throws -> [ModelVersion] {
        try session.rows(
            "SELECT v.* FROM model_version v JOIN version_state s ON s.model = v.model AND s.version = v.version "
                + "WHERE v.model = ? AND s.deleted IS NULL ORDER BY v.version", [SQLValue(model)]
        ).map(decode)
    }

    /// Every version that was ever registered, deleted ones and prompts too, by name and number.
    package func registered() throws(MartletError) -> [ModelVersion] {
        try database.read { try $0.rows("SELECT * FROM model_version ORDER BY model, version").map(decode) }
    }

    /// The version with that number as a transaction sees it.
    /// - Throws: `notFound`.
    package func version(_ model: String, number: Int, in session: SQLSession) throws -> ModelVersion {
        let row = try session.row("SELECT * FROM model_version WHERE model = ? AND version = ?", [SQLValue(model), SQLValue(number)])
        guard let row else { throw MartletError(.notFound, "There is no model:\(model)@v\(number). See “martlet model list”.") }
        return try decode(row)
    }

    /// The number of the newest version as a transaction sees it; nil where there is none.
    package func newest(_ model: String, in session: SQLSession) throws -> Int? {
        try session.row("SELECT max(version) AS v FROM model_version WHERE model = ?", [SQLValue(model)])?.int("v")
    }

    /// The newest version made by a run from these bytes, where there is one.
    package func version(_ model: String, digest: Digest, run: RunID) throws(MartletError) -> ModelVersion? {
        try database.read { try version(model, digest: digest, run: run, in: $0) }
    }

    /// The same in the caller's transaction.
    package func version(_ model: String, digest: Digest, run: RunID, in session: SQLSession) throws -> ModelVersion? {
        try versions(of: model, in: session).last { $0.digest == digest && $0.run == run }
    }

    /// The names of all models that have versions. Prompts are none.
    package func models() throws(MartletError) -> [String] {
        try database.read {
            try $0.rows(
                "SELECT name FROM registered_model m WHERE deleted IS NULL AND kind = 'model' AND EXISTS "
                    + "(SELECT 1 FROM version_state WHERE model = m.name AND deleted IS NULL) ORDER BY name"
            ).compactMap { $0.text("name") }
        }
    }

    /// Where a version that a client registered came from; nil for one of the project's pipeline.
    package func origin(of version: ModelVersion, in session: SQLSession) throws -> VersionOrigin? {
        try ModelCatalog.version(version.model, version.version, in: session)?.origin
    }

    // MARK: - Aliases

    /// Where each alias stands, now or at an earlier moment.
    package func standing(_ model: String, at moment: Timestamp? = nil) throws(MartletError) -> [String: Int] {
        var standing: [String: Int] = [:]
        for move in try history(of: model) where moment.map({ move.at <= $0 }) ?? true { standing[move.alias] = move.version }
        return standing
    }

    /// Where an alias stands now, by the models that have it. Prompts are none.
    package func standing(of alias: String) throws(MartletError) -> [String: Int] {
        try database.read { session in
            let rows = try session.rows(
                "SELECT a.model, a.version FROM alias_move a JOIN registered_model m ON m.name = a.model "
                    + "JOIN version_state s ON s.model = a.model AND s.version = a.version "
                    + "WHERE a.id IN (SELECT max(id) FROM alias_move WHERE alias = ? GROUP BY model) "
                    + "AND m.deleted IS NULL AND m.kind = 'model' AND s.deleted IS NULL", [SQLValue(alias)])
            return Dictionary(rows.compactMap { row in row.text("model").flatMap { name in row.int("version").map { (name, $0) } } }) { $1 }
        }
    }

    /// All moves of a model's aliases, oldest first.
    package func history(of model: String) throws(MartletError) -> [AliasMove] { try database.read { try history(of: model, in: $0) } }

    /// The same as a transaction sees it.
    package func history(of model: String, in session: SQLSession) throws -> [AliasMove] {
        try session.rows("SELECT * FROM alias_move WHERE model = ? ORDER BY id", [SQLValue(model)]).map { row in
            AliasMove(
                alias: row.text("alias") ?? "", version: row.int("version"), at: row.time("at") ?? Timestamp(microseconds: 0),
                actor: row.text("actor") ?? "", reason: row.text("reason") ?? "", isRollback: row.int("is_rollback") == 1)
        }
    }

    /// The versions that an alias stood at on the way to where it stands now, oldest first, the present one last. A rollback leaves the way
    /// shorter instead of adding to it, so that the next one goes a step further back.
    package func way(of alias: String, model: String) throws(MartletError) -> [Int] {
        try database.read { try way(of: alias, model: model, in: $0) }
    }

    /// The same as a transaction sees it.
    package func way(of alias: String, model: String, in session: SQLSession) throws -> [Int] {
        var way: [Int] = []
        for move in try history(of: model, in: session) where move.alias == alias {
            guard let version = move.version, version != way.last else { continue }
            if move.isRollback, let place = way.lastIndex(of: version) {
                way.removeSubrange((place + 1)...)
            } else {
                way.append(version)
            }
        }
        return way
    }

    /// Moves an alias, in the caller's transaction.
    /// - Parameters:
    ///   - decision: what lets it move; made in the same transaction.
    ///   - isRollback: whether it goes back to a version that had the alias before.
    /// - Throws: `refused` where the decision does not let this version pass.
    package func move(
        _ alias: String, of version: ModelVersion, under decision: PromotionDecision, reason: String, isRollback: Bool = false,
        in session: SQLSession
    ) throws {
        guard decision.passes, decision.subject == version.reference.description else { throw MartletError(.refused, decision.sentence) }
        try session.execute(
            "INSERT INTO alias_move (model, alias, version, at, actor, reason, is_rollback) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                SQLValue(version.model), SQLValue(alias), SQLValue(version.version), SQLValue(clock.now()), SQLValue(events.currentActor),
                SQLValue(reason), SQLValue(isRollback ? 1 : 0),
            ])
        var body: JSONValue = ["alias": .string(alias), "reason": .string(reason)]
        if !decision.approvals.given.isEmpty { body["approved_by"] = JSONValue(decision.approvals.given.map { $0.answer.principal.rawValue }) }
        if let override = decision.override { body["override"] = .string(override) }
        try events.append(isRollback ? "model.restored" : "model.promoted", version.reference.description, body, in: session)
        let data: JSONValue = ["name": .string(version.model), "alias": .string(alias), "version": .string("\(version.version)")]
        try announce(.aliasCreated, .promptAliasCreated, version.model, data, in: session)
    }

    /// Takes an alias away from whatever version has it, in the caller's transaction.
    package func withdraw(_ alias: String, model: String, reason: String, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO alias_move (model, alias, version, at, actor, reason) VALUES (?, ?, NULL, ?, ?, ?)",
            [SQLValue(model), SQLValue(alias), SQLValue(clock.now()), SQLValue(events.currentActor), SQLValue(reason)])
        try events.append("model.withdrawn", "model:\(model)", ["alias": .string(alias), "reason": .string(reason)], in: session)
        try announce(.aliasDeleted, .promptAliasDeleted, model, ["name": .string(model), "alias": .string(alias)], in: session)
    }

    /// Tells webhooks, of a prompt by another name.
    private func announce(_ event: WebhookEvent, _ ofPrompt: WebhookEvent, _ model: String, _ data: JSONValue, in session: SQLSession) throws {
        let isPrompt = try ModelCatalog.model(model, in: session)?.kind == .prompt
        try WebhookOutbox.add(isPrompt ? ofPrompt : event, data, at: clock.now(), in: session)
    }

    // MARK: - The test set

    /// Records that the test set was opened for a version, in the caller's transaction.
    package func recordTestOpening(_ version: ModelVersion, purpose: String, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO test_opening (model, version, at, purpose) VALUES (?, ?, ?, ?)",
            [SQLValue(version.model), SQLValue(version.version), SQLValue(clock.now()), SQLValue(purpose)])
        try events.append("testset.opened", version.reference.description, ["purpose": .string(purpose)], in: session)
    }

    /// How often the test set was opened for a version.
    package func testOpenings(_ version: ModelVersion) throws(MartletError) -> Int {
        try database.read {
            try $0.row(
                "SELECT count(*) AS n FROM test_opening WHERE model = ? AND version = ?", [SQLValue(version.model), SQLValue(version.version)])?
                .int("n") ?? 0
        }
    }

    // MARK: - Rows

    private func unknown(_ model: String, among known: [String]) -> MartletError {
        let there =
            known.isEmpty
            ? "No model is registered yet: run “martlet run”, or let a client register one." : "There is: \(known.joined(separator: ", "))."
        return MartletError(.notFound, "There is no model “\(model)”.\(didYouMean(model, among: known)) \(there)")
    }

    private func encode(_ details: ModelVersion.Details) throws -> String {
        String(decoding: try JSONEncoder().encode(details), as: UTF8.self)
    }

    private func decode(_ row: SQLRow) throws -> ModelVersion {
        let details = try JSONDecoder().decode(ModelVersion.Details.self, from: Data((row.text("body") ?? "").utf8))
        return ModelVersion(
            model: row.text("model") ?? "", version: row.int("version") ?? 0, digest: Digest(rawValue: row.text("digest") ?? ""),
            created: row.time("created") ?? Timestamp(microseconds: 0), run: RunID(row.text("run") ?? ""), dataset: row.text("dataset") ?? "",
            details: details, authors: (try? JSONValue(parsing: row.text("authors") ?? "[]"))?.elements.compactMap(\.text) ?? [])
    }
}
