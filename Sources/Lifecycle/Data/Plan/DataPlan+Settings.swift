import Ingestion
import Quality
package import Settings
package import Support
import Tables

extension DataPlan {
    /// Reads the `data:` section.
    /// - Throws: `invalidInput` with line, column and suggestion.
    package init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["source", "sources", "columns", "clean", "table_rules", "expect", "schema", "split", "policy"])
        self.init(source: try SourcePlan(node.required("source")))
        places[""] = node.place
        places["source"] = node["source"]?.place
        sources = try NamedSource.list(node["sources"])
        try readColumns(node["columns"])
        try readRules(node["clean"])
        for (i, entry) in (try node["table_rules"]?.list() ?? []).enumerated() {
            tableRules.append(try TableRule(entry))
            places["table_rules[\(i)]"] = entry.place
        }
        try requireSources(node["source"] ?? node)
        try readExpectations(node["expect"])
        schema = try node["schema"].map { node throws(MartletError) in try SchemaPlan(node) }
        places["schema"] = node["schema"]?.place
        if let part = node["split"] {
            split = try SplitPlan(part, hasTestFile: !source.test.isEmpty)
            places["split"] = part.place
            places["split.by"] = part["by"]?.place
        }
        if let part = node["policy"] { policy = try PolicyPlan(part) }
    }

    /// What is read by a source's name is there.
    private func requireSources(_ node: SettingsNode) throws(MartletError) {
        let names = sources.map(\.reference)
        for path in reads where path.hasPrefix(NamedSource.prefix) && !names.contains(path) {
            throw node.failure("There is no “\(path)”.\(didYouMean(path, among: names)) Describe it in “data.sources”.")
        }
    }

    private mutating func readColumns(_ node: SettingsNode?) throws(MartletError) {
        for entry in try node?.entries() ?? [] {
            columns.append(try ColumnPlan(entry))
            places["columns.\(entry.key)"] = entry.place
        }
        if let second = columns.filter(\.weight).dropFirst().first {
            throw MartletError(
                .invalidInput, "Two columns are marked as weight. A row has one weight; keep one.", place: places["columns.\(second.name)"])
        }
    }

    /// A list of expectations, or the path of a suite file, which `loadSuite` reads.
    private mutating func readExpectations(_ node: SettingsNode?) throws(MartletError) {
        places["expect"] = node?.place
        if let node, case .scalar = node.content, !node.isNull {
            suite = try node.string()
            return
        }
        for (i, entry) in (try node?.list() ?? []).enumerated() {
            expectations.append(try Expectation(entry))
            places["expect[\(i)]"] = entry.place
        }
    }

    private mutating func readRules(_ node: SettingsNode?) throws(MartletError) {
        for entry in try node?.list() ?? [] {
            for rule in try RowRule.read(entry) {
                places["clean[\(rules.count)]"] = entry.place
                rules.append(rule)
            }
        }
    }
}

extension ColumnPlan {
    init(_ entry: SettingsNode.Entry) throws(MartletError) {
        let node = entry.value
        _ = try node.mapping(keys: ["use", "why", "sensitive", "weight", "key", "kind", "pii"])
        self.init(entry.key)
        use = try node["use"]?.bool() ?? true
        why = try node["why"]?.string()
        sensitive = try node["sensitive"]?.bool() ?? false
        weight = try node["weight"]?.bool() ?? false
        key = try node["key"]?.bool() ?? false
        kind = try node["kind"]?.choice()
        pii = try node["pii"]?.choice()
        if weight, let kind, !kind.isNumeric { throw node.failure("A weight must be a number. Remove “kind: text” or “weight: true”.") }
    }
}

extension SourcePlan {
    init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: [
            "train", "test", "header", "columns", "delimiter", "quote", "escape", "decimal", "encoding", "missing", "max_rejected",
        ])
        self.init(train: try SourcePlan.paths(node.required("train")))
        if let test = node["test"] { self.test = try SourcePlan.paths(test) }
        header = try SourcePlan.header(node["header"])
        names = try node["columns"]?.strings() ?? []
        for (i, name) in names.enumerated() where names[..<i].contains(name) {
            throw (node["columns"] ?? node).failure("Two columns are called “\(name)”. Rename one.")
        }
        delimiter = try SourcePlan.character(node["delimiter"])
        quote = try SourcePlan.character(node["quote"])
        escape = try SourcePlan.character(node["escape"])
        decimal = try SourcePlan.oneOf([".", ","], node["decimal"]) ?? "."
        encoding = try SourcePlan.oneOf(["utf-8", "latin-1", "utf-16"], node["encoding"]) ?? "utf-8"
        missing = try node["missing"]?.strings() ?? []
        maximumRejected = try node["max_rejected"]?.double(in: 0...1) ?? 0.001
        if decimal == ",", delimiter == "," {
            throw (node["decimal"] ?? node).failure("The comma cannot separate both columns and fractions. Correct “delimiter” or “decimal”.")
        }
    }

    private static func paths(_ node: SettingsNode) throws(MartletError) -> [String] {
        let paths = try node.strings()
        guard !paths.isEmpty, paths.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
            throw node.failure("“\(node.path)” needs the path of a file.")
        }
        return paths
    }

    private static func header(_ node: SettingsNode?) throws(MartletError) -> Header {
        switch try node?.string() {
        case nil: .detect
        case "true", "True", "TRUE": .present
        case "false", "False", "FALSE": .absent
        case let path?: .file(path)
        }
    }

    private static func oneOf(_ words: [String], _ node: SettingsNode?) throws(MartletError) -> String? {
        guard let node else { return nil }
        let word = try node.string()
        guard words.contains(word) else {
            throw node.failure("“\(node.path)” cannot be “\(word)”.\(didYouMean(word, among: words)) It is one of: \(words.joined(separator: ", ")).")
        }
        return word
    }

    /// One character; `tab` and `\t` mean a tabulator, `none` means that there is no such character (an empty text).
    private static func character(_ node: SettingsNode?) throws(MartletError) -> String? {
        guard let node else { return nil }
        switch try node.string() {
        case "tab", "\\t", "\t": return "\t"
        case "none": return ""
        case let text where text.utf8.count == 1 && text != "\n" && text != "\r": return text
        case let text: throw node.failure("“\(node.path)” must be one character, tab or none, not “\(text)”.")
        }
    }
}

extension SplitPlan {
    init(_ node: SettingsNode, hasTestFile: Bool) throws(MartletError) {
        _ = try node.mapping(keys: ["validation", "test", "how", "by", "seed"])
        self.init()
        validation = try node["validation"]?.double(in: 0...0.9) ?? 0.2
        test = try node["test"]?.double(in: 0...0.9) ?? (hasTestFile ? 0 : 0.2)
        if hasTestFile, test > 0 { throw (node["test"] ?? node).failure("There is a test file; remove “test” here, or the file from “source”.") }
        guard validation + test < 1 else { throw node.failure("Validation and test take every row; leave some for training.") }
        method = try node["how"]?.choice() ?? .random
        by = try node["by"]?.string()
        seed = UInt64(try node["seed"]?.int(in: 0...Int.max) ?? 7)
        let needsColumn = method == .grouped || method == .time
        if needsColumn, by == nil { throw node.failure("A split by \(method == .time ? "time" : "groups") needs “by”, the column to go by.") }
        if !needsColumn, by != nil { throw (node["by"] ?? node).failure("“by” is for “how: grouped” and “how: time”. Remove it, or change “how”.") }
    }
}

extension PolicyPlan {
    init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["owner", "licence", "keep", "labelling"])
        self.init(
            owner: try node["owner"]?.string(), licence: try node["licence"]?.string(), keep: try node["keep"]?.duration(),
            labelling: try node["labelling"]?.string())
    }
}
