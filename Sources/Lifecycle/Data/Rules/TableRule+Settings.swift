import Settings
import Support

extension TableRule {
    private static let words = ["deduplicate", "filter", "sql", "join", "window"]

    /// Reads one entry of `table_rules:`.
    init(_ node: SettingsNode) throws(MartletError) {
        let entries = try node.mapping(keys: TableRule.words)
        guard entries.count == 1, let entry = entries.first else {
            throw node.failure("A table rule is one of: \(TableRule.words.joined(separator: ", ")).")
        }
        switch entry.key {
        case "deduplicate":
            let names = try entry.value.strings()
            self = .deduplicate(by: names == ["all"] || names == ["true"] ? nil : names)
        case "filter": self = .filter(try entry.value.string())
        case "join": self = .join(try JoinRule(entry.value))
        case "window": self = .window(try WindowRule(entry.value))
        default: self = .sql(try entry.value.string())
        }
    }
}

extension JoinRule {
    init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["with", "on", "how", "columns", "prefix"])
        let keys = try node.required("on")
        var on: [Key] = []
        if case .mapping(let entries) = keys.content {
            for entry in entries { on.append(Key(entry.key, try entry.value.string())) }
        } else {
            on = try keys.strings().map { Key($0, $0) }
        }
        guard !on.isEmpty else { throw keys.failure("“\(keys.path)” needs the columns that tell which row belongs to which.") }
        self.init(
            path: try node.required("with").string(), on: on, kind: try node["how"]?.choice() ?? .left,
            columns: try node["columns"]?.strings() ?? [], prefix: try node["prefix"]?.string() ?? "")
        guard !path.isEmpty else { throw node.failure("“with” needs the path of a file or source:NAME.") }
    }
}

extension WindowRule {
    init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["by", "order", "add"])
        let added = try node.required("add")
        var figures: [Figure] = []
        for entry in try added.entries() { figures.append(try Figure(entry)) }
        guard !figures.isEmpty else { throw added.failure("“\(added.path)” needs columns, such as {spent_30d: {sum: amount, within: 30d}}.") }
        self.init(by: try node["by"]?.strings() ?? [], order: try node.required("order").string(), figures: figures)
    }
}

extension WindowRule.Figure {
    init(_ entry: SettingsNode.Entry) throws(MartletError) {
        let node = entry.value
        let functions = WindowRule.Function.allCases.map(\.rawValue)
        let keys = try node.mapping(keys: functions + ["rows", "within", "current"]).map(\.key)
        let named = keys.compactMap(WindowRule.Function.init)
        guard named.count == 1, let function = named.first else {
            throw node.failure("“\(node.path)” needs one of: \(functions.joined(separator: ", ")).")
        }
        let column = try node.required(function.rawValue).string()
        self.init(name: entry.key, function: function, column: column == "*" ? nil : column)
        guard self.column != nil || function == .count else { throw node.failure("“*” can be counted only. Name a column.") }
        reach = try WindowRule.Figure.reach(node)
        isWithCurrent = try node["current"]?.bool() ?? false
        guard function == .lag else { return }
        if node["within"] != nil || isWithCurrent {
            throw node.failure("“lag” is a value so many “rows” before; it takes neither “within” nor “current”.")
        }
        if reach == .all { reach = .rows(1) }
    }

    private static func reach(_ node: SettingsNode) throws(MartletError) -> WindowRule.Reach {
        if node["rows"] != nil, node["within"] != nil { throw node.failure("“\(node.path)” looks back by “rows” or “within”, not by both.") }
        if let rows = node["rows"] { return .rows(try rows.int(in: 1...1_000_000)) }
        guard let within = node["within"] else { return .all }
        if let span = Double(try within.string()) {
            guard span > 0, span.isFinite else { throw within.failure("“within” must be more than 0.") }
            return .span(span)
        }
        let seconds = try within.duration()
        guard seconds > 0 else { throw within.failure("“within” must be more than 0.") }
        return .seconds(seconds)
    }
}
