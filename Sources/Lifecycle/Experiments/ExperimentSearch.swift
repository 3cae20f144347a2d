package import Database

/// What experiments can be searched by.
package enum ExperimentField: Sendable {
    case id, name, created, updated
    case tag(String)

    fileprivate var column: SearchColumn {
        switch self {
        case .id: SearchColumn("CAST(e.id AS TEXT)")
        case .name: SearchColumn("e.name")
        case .created: SearchColumn("e.created")
        case .updated: SearchColumn("e.updated")
        case .tag(let key): SearchColumn("(SELECT value FROM experiment_tag WHERE experiment = e.id AND key = ?)", [.text(key)])
        }
    }
}

extension ExperimentStore {
    /// A page of experiments; the newest come first where the query names no order.
    package static func search(
        _ query: SearchQuery<ExperimentField>, visibility: Visibility = .active, offset: Int = 0, limit: Int, in session: SQLSession
    ) throws -> SearchPage<Experiment> {
        let search = ListSearch<ExperimentField>("experiment e WHERE \(visibility.condition(on: "e.deleted"))") { $0.column }
        let tieBreak = query.order.isEmpty ? "e.created DESC, e.id" : "e.id"
        let page = try search.page(query, selecting: "e.*", tieBreak: tieBreak, offset: offset, limit: limit, in: session)
        return SearchPage(items: try page.items.map { try experiment($0, in: session) }, hasMore: page.hasMore)
    }

    /// The datasets that active runs of some experiments have read, each once with every value of a tag that it was read with.
    package static func datasets(
        of experiments: [Int], tag: String, limit: Int, in session: SQLSession
    ) throws -> [(experiment: Int, name: String, digest: String, tag: String?)] {
        let chosen = experiments.map(String.init).joined(separator: ", ")
        let rows = try session.rowsOnce(
            "SELECT DISTINCT d.experiment, d.name, d.digest, json_extract(i.tags, ?) AS tag FROM run_input i "
                + "JOIN logged_dataset d ON d.id = i.dataset JOIN run r ON r.number = i.run "
                + "WHERE d.experiment IN (\(chosen)) AND r.deleted IS NULL ORDER BY d.experiment, d.name, d.digest LIMIT ?",
            [.text("$.\"\(tag)\""), SQLValue(limit)])
        return rows.map { ($0.int("experiment") ?? 0, $0.text("name") ?? "", $0.text("digest") ?? "", $0.text("tag")) }
    }
}
