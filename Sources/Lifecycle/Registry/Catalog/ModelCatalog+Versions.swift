package import Database
package import Digests
internal import Events
package import Experiments
internal import Lineage
package import Support

/// A version that a client registers.
package struct VersionDraft: Sendable {
    package var model: String
    /// The bytes that it stands for, in the object store.
    package var digest: Digest
    /// The run that made it; nil where none did.
    package var run: RunID?
    package var origin: VersionOrigin
    package var details: ModelVersion.Details
    package var description: String
    package var tags: [KeyValue]

    package init(
        model: String, digest: Digest, run: RunID?, origin: VersionOrigin, details: ModelVersion.Details, description: String, tags: [KeyValue]
    ) {
        self.model = model
        self.digest = digest
        self.run = run
        self.origin = origin
        self.details = details
        self.description = description
        self.tags = tags
    }
}

extension ModelCatalog {
    static let versionTables =
        "model_version v JOIN version_state s ON s.model = v.model AND s.version = v.version "
        + "LEFT JOIN version_origin o ON o.model = v.model AND o.version = v.version"
    static let versionColumns =
        "v.model, v.version, v.created, v.run, v.authors, s.description, s.stage, s.updated, o.source, o.run_link, o.logged_model, o.artifacts, o.format"

    // MARK: - Finding

    /// The version with that number; nil where there is none, or it is deleted.
    package static func version(_ model: String, _ number: Int, in session: SQLSession) throws -> RegisteredVersion? {
        let row = try session.row(
            "SELECT \(versionColumns) FROM \(versionTables) WHERE v.model = ? AND v.version = ? AND s.deleted IS NULL",
            [SQLValue(model), SQLValue(number)])
        return try row.map { try version($0, in: session) }
    }

    /// The newest version of each stage that has one.
    package static func newest(of model: String, in session: SQLSession) throws -> [RegisteredVersion] {
        try session.rows(
            "SELECT max(version) AS v FROM version_state WHERE model = ? AND deleted IS NULL GROUP BY stage ORDER BY 1", [SQLValue(model)]
        ).compactMap { try $0.int("v").flatMap { try version(model, $0, in: session) } }
    }

    static func version(_ row: SQLRow, in session: SQLSession) throws -> RegisteredVersion {
        let (model, number) = (row.text("model") ?? "", row.int("version") ?? 0)
        let authors = (try? JSONValue(parsing: row.text("authors") ?? "[]"))?.elements.compactMap(\.text) ?? []
        let tags = try session.rows(
            "SELECT key, value FROM version_tag WHERE model = ? AND version = ? ORDER BY key", [SQLValue(model), SQLValue(number)])
        let created = row.time("created") ?? Timestamp(microseconds: 0)
        return RegisteredVersion(
            model: model, version: number, created: created, updated: row.time("updated") ?? created, description: row.text("description") ?? "",
            stage: ModelStage(rawValue: row.text("stage") ?? "") ?? .none, actor: authors.last ?? "", run: row.text("run") ?? "",
            origin: row.text("source").map { source in
                VersionOrigin(
                    source: source, runLink: row.text("run_link") ?? "", loggedModel: row.text("logged_model") ?? "",
                    artifacts: row.text("artifacts") ?? "", format: row.text("format") ?? "")
            },
            tags: tags.map { KeyValue($0.text("key") ?? "", $0.text("value") ?? "") },
            aliases: try aliases(of: model, in: session).filter { $0.version == number }.map(\.alias))
    }

    // MARK: - Changing

    /// Registers a version, with its place in the lineage: the run that made it, and the data that the run says it read.
    package func register(_ draft: VersionDraft, in session: SQLSession) throws -> RegisteredVersion {
        let run = try draft.run.flatMap { try RunReader.run($0, in: session) }
        var datasets: [String] = []
        if let run {
            let facts: JSONValue = ["name": .string(run.name), "by": JSONValue(run.actor)]
            try lineage.add("run:\(run.id)", facts, in: session)
            datasets = try noteInputs(of: run, in: session)
        }
        let made = try models.register(
            model: draft.model, digest: draft.digest, run: draft.run ?? RunID(""), dataset: datasets.first ?? "", details: draft.details,
            trainer: run?.actor, announces: false, in: session)
        let key = [SQLValue(draft.model), SQLValue(made.version)]
        let origin = draft.origin
        try session.execute(
            "INSERT INTO version_origin (model, version, source, run_link, logged_model, artifacts, format) VALUES (?, ?, ?, ?, ?, ?, ?)",
            key + [
                SQLValue(origin.source), SQLValue(origin.runLink), SQLValue(origin.loggedModel), SQLValue(origin.artifacts), SQLValue(origin.format),
            ])
        try session.execute(
            "UPDATE version_state SET description = ? WHERE model = ? AND version = ?", [SQLValue(draft.description)] + key)
        for tag in draft.tags { try put(tag, on: draft.model, made.version, in: session) }
        guard let version = try ModelCatalog.version(draft.model, made.version, in: session) else {
            throw MartletError(.defect, "A registered version was not stored.")
        }
        return version
    }

    /// The datasets that a run logged as its inputs, as things of the lineage.
    private func noteInputs(of run: TrackedRun, in session: SQLSession) throws -> [String] {
        let inputs = try RunReader.contents(of: [run], in: session).first?.inputs ?? []
        return try inputs.map { input in
            let ref = "dataset:\(input.name)@\(input.digest)"
            try lineage.add(ref, ["source": .string(input.source), "source_type": .string(input.sourceType)], in: session)
            try lineage.link("run:\(run.id)", "read", ref, in: session)
            return ref
        }
    }

    package func describe(_ version: RegisteredVersion, _ description: String, in session: SQLSession) throws {
        try session.execute(
            "UPDATE version_state SET description = ?, updated = ? WHERE model = ? AND version = ?",
            [SQLValue(description), SQLValue(clock.now()), SQLValue(version.model), SQLValue(version.version)])
        try events.append("model.described", version.reference, ["description": .string(description)], in: session)
    }

    /// Deletes a version with its aliases. Its number is not given again, and what the record tells of it stays.
    package func delete(_ version: RegisteredVersion, reason: String, in session: SQLSession) throws {
        for alias in version.aliases { try models.withdraw(alias, model: version.model, reason: reason, in: session) }
        try session.execute(
            "UPDATE version_state SET deleted = ?, description = '' WHERE model = ? AND version = ?",
            [SQLValue(clock.now()), SQLValue(version.model), SQLValue(version.version)])
        try touch(version.model, in: session)
        try events.append("model.version_deleted", version.reference, ["reason": .string(reason)], in: session)
    }

    /// Moves a version to a stage.
    /// - Parameter archives: whether the others that stand there are archived.
    package func move(_ version: RegisteredVersion, to stage: ModelStage, archives: Bool, in session: SQLSession) throws {
        if archives {
            let others = try session.rows(
                "SELECT version FROM version_state WHERE model = ? AND stage = ? AND version != ? AND deleted IS NULL",
                [SQLValue(version.model), SQLValue(stage.rawValue), SQLValue(version.version)])
            for other in others.compactMap({ $0.int("version") }) { try place(version.model, other, at: .archived, in: session) }
        }
        try place(version.model, version.version, at: stage, in: session)
        try touch(version.model, in: session)
    }

    private func place(_ model: String, _ number: Int, at stage: ModelStage, in session: SQLSession) throws {
        let (now, key) = (SQLValue(clock.now()), [SQLValue(model), SQLValue(number)])
        try session.execute("UPDATE version_state SET stage = ?, updated = ? WHERE model = ? AND version = ?", [SQLValue(stage.rawValue), now] + key)
        try session.execute(
            "INSERT INTO stage_move (model, version, stage, at, actor) VALUES (?, ?, ?, ?, ?)",
            key + [SQLValue(stage.rawValue), now, SQLValue(events.currentActor)])
        try events.append("model.staged", "model:\(model)@v\(number)", ["stage": .string(stage.rawValue)], in: session)
    }

    package func set(_ tag: KeyValue, on version: RegisteredVersion, in session: SQLSession) throws {
        try put(tag, on: version.model, version.version, in: session)
        try events.append("model.tagged", version.reference, ["key": .string(tag.key), "value": .string(tag.value)], in: session)
    }

    package func removeTag(_ key: String, from version: RegisteredVersion, in session: SQLSession) throws {
        try session.execute(
            "DELETE FROM version_tag WHERE model = ? AND version = ? AND key = ?",
            [SQLValue(version.model), SQLValue(version.version), SQLValue(key)])
        try events.append("model.untagged", version.reference, ["key": .string(key)], in: session)
    }

    private func put(_ tag: KeyValue, on model: String, _ number: Int, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO version_tag (model, version, key, value) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [SQLValue(model), SQLValue(number), SQLValue(tag.key), SQLValue(tag.value)])
    }

    // MARK: - Aliases

    /// Lets a version take an alias that nothing guards, with who did it, when and why.
    package func move(_ alias: String, to version: RegisteredVersion, reason: String, in session: SQLSession) throws {
        guard !version.aliases.contains(alias) else { return }
        let subject = version.reference
        let decision = PromotionDecision(gate: GateDecision(subject: subject, results: []), approvals: ApprovalStanding(subject: subject))
        try models.move(
            alias, of: models.version(version.model, number: version.version, in: session), under: decision, reason: reason, in: session)
    }

    /// Takes an alias away, where a version has it.
    package func withdraw(_ alias: String, from model: String, reason: String, in session: SQLSession) throws {
        guard try ModelCatalog.aliases(of: model, in: session).contains(where: { $0.alias == alias }) else { return }
        try models.withdraw(alias, model: model, reason: reason, in: session)
    }
}

extension RegisteredVersion {
    /// As the lineage and the record call it.
    package var reference: String { "model:\(model)@v\(version)" }
}
