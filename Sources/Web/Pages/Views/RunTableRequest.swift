/// A column of the run table that a person chose: a metric, a parameter or a tag.
package struct RunColumn: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable { case metrics, params, tags }

    package var kind: Kind
    package var key: String

    package init(_ kind: Kind, _ key: String) {
        self.kind = kind
        self.key = key
    }

    /// `metrics.KEY`, `params.KEY` or `tags.KEY`.
    package init?(_ text: String) {
        guard let point = text.firstIndex(of: "."), let kind = Kind(rawValue: String(text[..<point])) else { return nil }
        let key = String(text[text.index(after: point)...])
        guard !key.isEmpty, key.utf8.count <= 1000 else { return nil }
        self.init(kind, key)
    }

    package var text: String { "\(kind.rawValue).\(key)" }
}

/// What a run table is sorted by.
package enum RunOrder: Sendable, Hashable {
    case name, status, started, ended, user
    case column(RunColumn)

    package init?(_ text: String) {
        switch text {
        case "name": self = .name
        case "status": self = .status
        case "started": self = .started
        case "ended": self = .ended
        case "user": self = .user
        default:
            guard let column = RunColumn(text) else { return nil }
            self = .column(column)
        }
    }

    package var text: String {
        switch self {
        case .name: "name"
        case .status: "status"
        case .started: "started"
        case .ended: "ended"
        case .user: "user"
        case .column(let column): column.text
        }
    }
}

/// The state of a run table, all of which stands in its address: a link is a saved view.
package struct RunTableRequest: Sendable, Equatable {
    package static let count = 50
    private static let mostColumns = 40
    private static let mostOpen = 10
    static let longestSearch = 5000

    package var experiment: Int
    /// A filter in the search language.
    package var search = ""
    /// Newest first where it is nil.
    package var order: RunOrder?
    package var isDescending = false
    /// Those that were chosen; the table chooses by itself where there are none.
    package var columns: [RunColumn] = []
    package var isDeleted = false
    /// What the runs are put together by; each stands by itself where it is nil.
    package var group: RunGroupKey?
    /// The groups that are open, by their marks.
    package var open: [String] = []
    /// How many runs, or groups, are passed over.
    package var from = 0

    package init(experiment: Int, _ fields: [(name: String, value: String)] = []) {
        self.experiment = experiment
        search = String((fields.first { $0.name == "search" }?.value ?? "").prefix(RunTableRequest.longestSearch))
        order = fields.first { $0.name == "sort" }.flatMap { RunOrder($0.value) }
        isDescending = fields.contains { $0.name == "desc" && $0.value == "1" }
        isDeleted = fields.contains { $0.name == "deleted" && $0.value == "1" }
        from = RunTableRequest.whole(fields.first { $0.name == "from" }?.value)
        for column in fields where column.name == "show" && columns.count < RunTableRequest.mostColumns {
            if let column = RunColumn(column.value), !columns.contains(column) { columns.append(column) }
        }
        group = fields.first { $0.name == "group" }.flatMap { RunGroupKey($0.value) }
        guard group != nil else { return }
        open = Array(fields.filter { $0.name == "open" && $0.value.utf8.count <= 1000 }.map(\.value).prefix(RunTableRequest.mostOpen))
    }

    /// A place in a list; 0 for what is none.
    static func whole(_ text: String?) -> Int { text.flatMap(Int.init).map { min(max($0, 0), 1_000_000_000) } ?? 0 }

    package var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if !search.isEmpty { fields.append(("search", search)) }
        if let order { fields.append(("sort", order.text)) }
        if isDescending { fields.append(("desc", "1")) }
        fields += columns.map { ("show", $0.text) }
        if isDeleted { fields.append(("deleted", "1")) }
        if let group { fields.append(("group", group.text)) }
        fields += open.map { ("open", $0) }
        if from > 0 { fields.append(("from", String(from))) }
        return fields
    }

    package var path: String {
        let query = fields.map { "\($0.name)=\(PagePath.segment($0.value))" }.joined(separator: "&")
        return query.isEmpty ? PagePath.experiment(experiment) : "\(PagePath.experiment(experiment))?\(query)"
    }

    /// The same with one thing changed, from the first page on.
    func with<Value>(_ field: WritableKeyPath<RunTableRequest, Value>, _ value: Value) -> RunTableRequest {
        var request = self
        request.from = 0
        request[keyPath: field] = value
        return request
    }

    /// The same with one thing changed, on the same page.
    func keepingPlace<Value>(_ field: WritableKeyPath<RunTableRequest, Value>, _ value: Value) -> RunTableRequest {
        var request = self
        request[keyPath: field] = value
        return request
    }

    /// The same by another order; the other way round where that is its order already.
    func sorted(by order: RunOrder) -> RunTableRequest {
        var request = with(\.order, order)
        request.isDescending = self.order == order ? !isDescending : order == .started || group != nil && order != .name
        return request
    }
}
