import Settings
import Support
import Tables

extension RowRule {
    private static let words = [
        "trim", "lowercase", "strip_prefix", "strip_suffix", "map", "missing", "cast", "clip", "impute", "date_parts", "replace", "round",
        "outliers",
    ]

    /// Reads one entry of `clean:`: the word of a rule with its columns. One entry with several columns is several rules.
    static func read(_ node: SettingsNode) throws(MartletError) -> [RowRule] {
        let entries = try node.mapping(keys: words)
        guard entries.count == 1, let entry = entries.first else {
            throw node.failure("An entry of “clean” holds one rule. Give every rule a line of its own.")
        }
        switch entry.key {
        case "trim": return [.trim(try choice(entry.value))]
        case "lowercase": return [.lowercase(try choice(entry.value))]
        case "missing": return try missing(entry.value)
        default: return try perColumn(entry)
        }
    }

    private static func choice(_ node: SettingsNode) throws(MartletError) -> ColumnChoice {
        let names = try node.strings()
        guard !names.isEmpty else { throw node.failure("Name the columns, or write “all”.") }
        return names == ["all"] ? .all : .named(names)
    }

    private static func missing(_ node: SettingsNode) throws(MartletError) -> [RowRule] {
        guard case .mapping(let entries) = node.content else { return [.missing(.all, markers: try node.strings())] }
        var rules: [RowRule] = []
        for entry in entries { rules.append(.missing(entry.key == "all" ? .all : .named([entry.key]), markers: try entry.value.strings())) }
        return rules
    }

    private static func perColumn(_ entry: SettingsNode.Entry) throws(MartletError) -> [RowRule] {
        var rules: [RowRule] = []
        for column in try entry.value.entries() {
            rules.append(contentsOf: try read(entry.key, column.key, column.value))
        }
        guard !rules.isEmpty else { throw entry.value.failure("“\(entry.key)” needs columns: “\(entry.key): {column: ...}”.") }
        return rules
    }

    private static func read(_ word: String, _ column: String, _ node: SettingsNode) throws(MartletError) -> [RowRule] {
        switch word {
        case "strip_prefix": return [.stripPrefix(column: column, prefix: try nonEmpty(node))]
        case "strip_suffix": return [.stripSuffix(column: column, suffix: try nonEmpty(node))]
        case "map": return [.map(column: column, values: try replacements(node))]
        case "cast": return [try cast(column, node)]
        case "outliers": return [try outliers(column, node)]
        case "clip": return [try clip(column, node)]
        case "impute": return [.impute(column: column, with: try imputation(node))]
        case "date_parts": return [.dateParts(column: column, parts: try parts(node))]
        case "round": return [.round(column: column, digits: try node.int(in: -15...15))]
        default:
            return try replacements(node).map { .replace(column: column, from: $0.from, to: $0.to) }
        }
    }

    private static func nonEmpty(_ node: SettingsNode) throws(MartletError) -> String {
        let text = try node.string()
        guard !text.isEmpty else { throw node.failure("“\(node.path)” is empty.") }
        return text
    }

    private static func replacements(_ node: SettingsNode) throws(MartletError) -> [Replacement] {
        var values: [Replacement] = []
        for entry in try node.entries() {
            guard !entry.key.isEmpty else { throw node.failure("An empty text cannot be replaced. Use “impute” for missing values.") }
            values.append(Replacement(entry.key, try entry.value.string()))
        }
        guard !values.isEmpty else { throw node.failure("“\(node.path)” needs what is replaced by what: {from: to}.") }
        return values
    }

    private static func clip(_ column: String, _ node: SettingsNode) throws(MartletError) -> RowRule {
        var limits: [SettingsNode?] = []
        if case .list(let nodes) = node.content {
            guard nodes.count == 2 else { throw node.failure("“\(node.path)” takes two limits, such as [0, 100] or [null, 100].") }
            limits = nodes.map { $0.isNull ? nil : $0 }
        } else {
            _ = try node.mapping(keys: ["min", "max"])
            limits = [node["min"], node["max"]]
        }
        let low = try limits[0]?.double()
        let high = try limits[1]?.double()
        guard low != nil || high != nil else { throw node.failure("“\(node.path)” needs “min” or “max”, or both.") }
        if let low, let high, low > high { throw node.failure("“\(node.path)”: min is larger than max.") }
        return .clip(column: column, minimum: low, maximum: high)
    }

    private static func cast(_ column: String, _ node: SettingsNode) throws(MartletError) -> RowRule {
        guard case .mapping = node.content else { return .cast(column: column, kind: try node.choice()) }
        _ = try node.mapping(keys: ["to", "otherwise"])
        let kind = try node.required("to").choice(ColumnKind.self)
        switch try node["otherwise"]?.string() ?? "missing" {
        case "missing": return .cast(column: column, kind: kind)
        case let word:
            guard let otherwise = Misfit(rawValue: word) else {
                let words = ["missing", "drop", "fail"]
                throw node.failure(
                    "“otherwise” cannot be “\(word)”.\(didYouMean(word, among: words)) It is one of: \(words.joined(separator: ", ")).")
            }
            return .castStrictly(column: column, kind: kind, otherwise: otherwise)
        }
    }

    private static func outliers(_ column: String, _ node: SettingsNode) throws(MartletError) -> RowRule {
        guard case .mapping = node.content else {
            let method = try node.choice(OutlierMethod.self)
            return .outliers(column: column, method: method, factor: method.usualFactor, action: .missing)
        }
        _ = try node.mapping(keys: ["method", "factor", "action"])
        let method = try node["method"]?.choice(OutlierMethod.self) ?? .iqr
        return .outliers(
            column: column, method: method, factor: try node["factor"]?.double(in: 0.01...1000) ?? method.usualFactor,
            action: try node["action"]?.choice() ?? .missing)
    }

    private static func imputation(_ node: SettingsNode) throws(MartletError) -> Imputation {
        if case .mapping = node.content {
            _ = try node.mapping(keys: ["constant"])
            return .constant(try node.required("constant").string())
        }
        switch try node.string() {
        case "median": return .median
        case "mean": return .mean
        case "most_frequent": return .mostFrequent
        case let text:
            throw node.failure(
                "“\(node.path)” cannot be “\(text)”.\(didYouMean(text, among: ["median", "mean", "most_frequent"])) It is one of: median, mean, most_frequent, {constant: value}."
            )
        }
    }

    private static func parts(_ node: SettingsNode) throws(MartletError) -> [DatePart] {
        var parts: [DatePart] = []
        for part in try node.listOrOne() { parts.append(try part.choice()) }
        guard !parts.isEmpty, Set(parts).count == parts.count else {
            throw node.failure("“\(node.path)” needs each part once, such as [year, month, hour].")
        }
        return parts
    }
}
