package import Database
internal import Events
internal import Lineage
internal import Support

extension ModelCatalog {
    /// The tables that name models, with the column that does.
    private static let named: [(table: StaticString, column: StaticString)] = [
        ("registered_model", "name"), ("registered_model_tag", "model"), ("model_version", "model"), ("version_origin", "model"),
        ("version_state", "model"), ("version_tag", "model"), ("stage_move", "model"), ("alias_move", "model"), ("test_opening", "model"),
        ("traffic_change", "model"),
    ]

    /// Gives a model another name. The record and the lineage keep the old one: an arrow leads from each version's new name to it.
    /// - Throws: `alreadyExists` where the name is or was one of another; `refused` where somebody was asked to approve a version.
    package func rename(_ model: RegisteredModel, to name: String, in session: SQLSession) throws {
        if let other = try session.row("SELECT deleted FROM registered_model WHERE name = ?", [SQLValue(name)]) {
            let deleted = other.int("deleted") == nil ? "There is a registered model “\(name)” already." : "“\(name)” was the name of another model."
            throw MartletError(.alreadyExists, "\(deleted) Choose a name that is new.")
        }
        guard try session.row("SELECT 1 FROM approval_request WHERE model = ?", [SQLValue(model.name)]) == nil else {
            throw MartletError(.refused, "\(model.name) keeps its name: approvals were asked for versions of that name.")
        }
        for row in try session.rows("SELECT version, digest FROM model_version WHERE model = ?", [SQLValue(model.name)]) {
            guard let version = row.int("version") else { continue }
            let (old, new) = ("model:\(model.name)@v\(version)", "model:\(name)@v\(version)")
            try lineage.add(new, ["digest": .string(row.text("digest") ?? "")], in: session)
            try lineage.link(new, "renamed_from", old, in: session)
        }
        for (table, column) in ModelCatalog.named {
            try session.execute("UPDATE \(table) SET \(column) = ? WHERE \(column) = ?", [SQLValue(name), SQLValue(model.name)])
        }
        // The old name is free again; versions under it go on counting, so that a reference means one version for all time.
        try session.execute(
            "INSERT INTO registered_model (name, created, updated, deleted, numbered) SELECT ?, created, updated, ?, "
                + "max(numbered, coalesce((SELECT max(version) FROM model_version WHERE model = ?), 0)) FROM registered_model WHERE name = ?",
            [SQLValue(model.name), SQLValue(clock.now()), SQLValue(name), SQLValue(name)])
        try session.execute("UPDATE version_state SET updated = ? WHERE model = ?", [SQLValue(clock.now()), SQLValue(name)])
        try touch(name, in: session)
        try events.append("model.renamed", "model:\(model.name)", ["to": .string(name)], in: session)
    }
}
