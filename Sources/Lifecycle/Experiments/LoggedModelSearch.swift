package import Database

/// What logged models can be searched by.
package enum LoggedModelField: Sendable {
    case id, name, type, status, run, created, updated
    case parameter(String), tag(String)
    /// The latest value of a metric, of one dataset where one is named.
    case metric(String, dataset: String?, digest: String?)

    fileprivate var column: SearchColumn {
        switch self {
        case .id: SearchColumn("m.id")
        case .name: SearchColumn("m.name")
        case .type: SearchColumn("m.type")
        case .status: SearchColumn("m.status")
        case .run: SearchColumn("m.run")
        case .created: SearchColumn("m.created")
        case .updated: SearchColumn("m.updated")
        case .parameter(let key): SearchColumn("(SELECT value FROM logged_model_parameter WHERE model = m.id AND key = ?)", [.text(key)])
        case .tag(let key): SearchColumn("(SELECT value FROM logged_model_tag WHERE model = m.id AND key = ?)", [.text(key)])
        case .metric(let name, let dataset, let digest): LoggedModelField.metric(name, dataset, digest)
        }
    }

    private static func metric(_ name: String, _ dataset: String?, _ digest: String?) -> SearchColumn {
        let select = "SELECT v.value FROM logged_model_metric v JOIN metric_name n ON n.id = v.metric WHERE v.model = m.id AND n.name = ?"
        var (text, arguments) = (select, [SQLValue.text(name)])
        if let dataset { (text, arguments) = (text + " AND v.dataset_name = ?", arguments + [.text(dataset)]) }
        if let digest { (text, arguments) = (text + " AND v.dataset_digest = ?", arguments + [.text(digest)]) }
        return SearchColumn("(\(text) ORDER BY v.step DESC, v.at DESC LIMIT 1)", arguments)
    }
}

extension LoggedModelStore {
    /// A page of logged models, newest first where the query names no order.
    /// - Parameter datasets: where there are any, only models that were measured on one of them.
    package static func search(
        _ query: SearchQuery<LoggedModelField>, experiments: [Int], datasets: [(name: String, digest: String?)] = [], offset: Int = 0, limit: Int,
        in session: SQLSession
    ) throws -> SearchPage<LoggedModel> {
        let chosen = experiments.map(String.init).joined(separator: ", ")
        var source = "logged_model m WHERE m.deleted IS NULL AND m.experiment IN (\(chosen))"
        if !datasets.isEmpty {
            let any = datasets.map { _ in "v.dataset_name = ? AND v.dataset_digest = coalesce(?, v.dataset_digest)" }.joined(separator: " OR ")
            source += " AND EXISTS (SELECT 1 FROM logged_model_metric v WHERE v.model = m.id AND (\(any)))"
        }
        let arguments = datasets.flatMap { [SQLValue($0.name), SQLValue($0.digest)] }
        let search = ListSearch<LoggedModelField>(source) { $0.column }
        let page = try search.page(
            query, selecting: "m.*", arguments: arguments, tieBreak: "m.created DESC, m.id", offset: offset, limit: limit, in: session)
        return SearchPage(items: try page.items.map { try model($0, in: session) }, hasMore: page.hasMore)
    }
}
