package import Database
package import Events
package import Experiments
internal import Lineage
package import Support

/// What clients register: names, versions of them, and what is said of both. Every call works in the caller's transaction and leaves its event.
package struct ModelCatalog: Sendable {
    let models: ModelStore
    let events: EventLog
    let lineage: LineageGraph
    let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        let lineage = LineageGraph(database: database, clock: clock)
        models = ModelStore(database: database, events: events, lineage: lineage, clock: clock)
        self.events = events
        self.lineage = lineage
        self.clock = clock
    }

    // MARK: - Finding

    /// The model of that name; nil where there is none, or it is deleted.
    package static func model(_ name: String, in session: SQLSession) throws -> RegisteredModel? {
        try session.row("SELECT * FROM registered_model WHERE name = ? AND deleted IS NULL", [SQLValue(name)]).map { try model($0, in: session) }
    }

    static func model(_ row: SQLRow, in session: SQLSession) throws -> RegisteredModel {
        let name = row.text("name") ?? ""
        let tags = try session.rows("SELECT key, value FROM registered_model_tag WHERE model = ? ORDER BY key", [SQLValue(name)])
        return RegisteredModel(
            name: name, kind: RegisteredModel.Kind(rawValue: row.text("kind") ?? "") ?? .model, description: row.text("description") ?? "",
            created: row.time("created") ?? Timestamp(microseconds: 0), updated: row.time("updated") ?? Timestamp(microseconds: 0),
            tags: tags.map { KeyValue($0.text("key") ?? "", $0.text("value") ?? "") })
    }

    /// Where a model's aliases stand, by name.
    package static func aliases(of model: String, in session: SQLSession) throws -> [(alias: String, version: Int)] {
        try session.rows(
            "SELECT m.alias, m.version FROM alias_move m WHERE m.model = ? AND m.version IS NOT NULL "
                + "AND m.id = (SELECT max(id) FROM alias_move WHERE model = m.model AND alias = m.alias) ORDER BY m.alias", [SQLValue(model)]
        ).compactMap { row in row.int("version").map { (row.text("alias") ?? "", $0) } }
    }

    // MARK: - Changing

    /// Makes a model without versions. The numbers of one that was deleted go on.
    /// - Throws: `alreadyExists`.
    package func create(
        _ name: String, kind: RegisteredModel.Kind, description: String, tags: [KeyValue], in session: SQLSession
    ) throws -> RegisteredModel {
        guard try ModelCatalog.model(name, in: session) == nil else {
            throw MartletError(.alreadyExists, "There is a registered model “\(name)” already.")
        }
        let now = clock.now()
        try session.execute(
            "INSERT INTO registered_model (name, kind, description, created, updated) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                + "kind = excluded.kind, description = excluded.description, created = excluded.created, updated = excluded.updated, deleted = NULL",
            [SQLValue(name), SQLValue(kind.rawValue), SQLValue(description), SQLValue(now), SQLValue(now)])
        for tag in tags { try put(tag, on: name, in: session) }
        try events.append("model.created", "model:\(name)", ["kind": .string(kind.rawValue), "description": .string(description)], in: session)
        guard let model = try ModelCatalog.model(name, in: session) else { throw MartletError(.defect, "A registered model was not stored.") }
        return model
    }

    package func describe(_ name: String, _ description: String, in session: SQLSession) throws {
        try session.execute("UPDATE registered_model SET description = ? WHERE name = ?", [SQLValue(description), SQLValue(name)])
        try touch(name, in: session)
        try events.append("model.described", "model:\(name)", ["description": .string(description)], in: session)
    }

    /// Deletes a model with its versions, aliases and tags; what the record and the lineage tell of them stays.
    package func delete(_ model: RegisteredModel, reason: String, in session: SQLSession) throws {
        for (alias, _) in try ModelCatalog.aliases(of: model.name, in: session) {
            try models.withdraw(alias, model: model.name, reason: reason, in: session)
        }
        let (now, name) = (SQLValue(clock.now()), SQLValue(model.name))
        try session.execute("UPDATE registered_model SET deleted = ? WHERE name = ?", [now, name])
        try session.execute("UPDATE version_state SET deleted = ? WHERE model = ? AND deleted IS NULL", [now, name])
        try session.execute("DELETE FROM registered_model_tag WHERE model = ?", [name])
        try events.append("model.deleted", "model:\(model.name)", ["kind": .string(model.kind.rawValue)], in: session)
    }

    /// Sets a tag.
    /// - Parameter kind: what the tag makes of the model, where it says so.
    package func set(_ tag: KeyValue, on name: String, kind: RegisteredModel.Kind? = nil, in session: SQLSession) throws {
        try put(tag, on: name, in: session)
        if let kind { try session.execute("UPDATE registered_model SET kind = ? WHERE name = ?", [SQLValue(kind.rawValue), SQLValue(name)]) }
        try events.append("model.tagged", "model:\(name)", ["key": .string(tag.key), "value": .string(tag.value)], in: session)
    }

    package func removeTag(_ key: String, from name: String, in session: SQLSession) throws {
        try session.execute("DELETE FROM registered_model_tag WHERE model = ? AND key = ?", [SQLValue(name), SQLValue(key)])
        try events.append("model.untagged", "model:\(name)", ["key": .string(key)], in: session)
    }

    private func put(_ tag: KeyValue, on name: String, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO registered_model_tag (model, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [SQLValue(name), SQLValue(tag.key), SQLValue(tag.value)])
    }

    func touch(_ name: String, in session: SQLSession) throws {
        try session.execute("UPDATE registered_model SET updated = ? WHERE name = ?", [SQLValue(clock.now()), SQLValue(name)])
    }
}
