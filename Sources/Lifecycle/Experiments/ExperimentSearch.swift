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
    /// A page of experiments; those changed last come first where the query names no order.
    package static func search(
        _ query: SearchQuery<ExperimentField>, visibility: Visibility = .active, offset: Int = 0, limit: Int, in session: SQLSession
    ) throws -> SearchPage<Experiment> {
        let search = ListSearch<ExperimentField>("experiment e WHERE \(visibility.condition(on: "e.deleted"))") { $0.column }
        let tieBreak = query.order.isEmpty ? "e.updated DESC, e.id DESC" : "e.id"
        let page = try search.page(query, selecting: "e.*", tieBreak: tieBreak, offset: offset, limit: limit, in: session)
        return SearchPage(items: try page.items.map { try experiment($0, in: session) }, hasMore: page.hasMore)
    }
}
