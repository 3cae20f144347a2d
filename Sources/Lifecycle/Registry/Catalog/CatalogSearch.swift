package import Database
package import Experiments

/// What registered models can be searched by.
package enum RegisteredModelField: Sendable {
    case name, kind, updated
    case tag(String)

    fileprivate var column: SearchColumn {
        switch self {
        case .name: SearchColumn("m.name")
        case .kind: SearchColumn("m.kind")
        case .updated: SearchColumn("m.updated")
        case .tag(let key): SearchColumn("(SELECT value FROM registered_model_tag WHERE model = m.name AND key = ?)", [.text(key)])
        }
    }
}

/// What versions can be searched by.
package enum RegisteredVersionField: Sendable {
    case model, number, run, source, created, updated
    /// Of the model as a whole.
    case kind
    case tag(String)

    fileprivate var column: SearchColumn {
        switch self {
        case .model: SearchColumn("v.model")
        case .number: SearchColumn("v.version")
        case .run: SearchColumn("v.run")
        case .source: SearchColumn("coalesce(o.source, '')")
        case .created: SearchColumn("v.created")
        case .updated: SearchColumn("s.updated")
        case .kind: SearchColumn("(SELECT kind FROM registered_model WHERE name = v.model)")
        case .tag(let key): SearchColumn("(SELECT value FROM version_tag WHERE model = v.model AND version = v.version AND key = ?)", [.text(key)])
        }
    }
}

extension ModelCatalog {
    /// A page of registered models, by name where the query leaves it open.
    package static func search(
        _ query: SearchQuery<RegisteredModelField>, offset: Int, limit: Int, in session: SQLSession
    ) throws -> SearchPage<RegisteredModel> {
        let search = ListSearch<RegisteredModelField>("registered_model m WHERE m.deleted IS NULL") { $0.column }
        let page = try search.page(query, selecting: "m.*", tieBreak: "m.name", offset: offset, limit: limit, in: session)
        return SearchPage(items: try page.items.map { try model($0, in: session) }, hasMore: page.hasMore)
    }

    /// A page of versions; those changed last come first where the query names no order.
    package static func search(
        _ query: SearchQuery<RegisteredVersionField>, offset: Int, limit: Int, in session: SQLSession
    ) throws -> SearchPage<RegisteredVersion> {
        let search = ListSearch<RegisteredVersionField>("\(versionTables) WHERE s.deleted IS NULL") { $0.column }
        let tieBreak = query.order.isEmpty ? "s.updated DESC, v.model, v.version DESC" : "v.model, v.version DESC"
        let page = try search.page(query, selecting: versionColumns, tieBreak: tieBreak, offset: offset, limit: limit, in: session)
        return SearchPage(items: try page.items.map { try version($0, in: session) }, hasMore: page.hasMore)
    }
}
