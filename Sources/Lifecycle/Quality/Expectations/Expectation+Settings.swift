package import Settings
package import Support

extension Expectation {
    /// Reads one entry of `expect:`: a mapping of the expectation's name to its arguments.
    /// - Throws: `invalidInput` with line, column and suggestion.
    package init(_ node: SettingsNode) throws(MartletError) {
        let entries = try node.entries()
        guard entries.count == 1, let entry = entries.first else {
            throw node.failure("An expectation is one name with its arguments, such as “expect_column_values_to_not_be_null: {column: age}”.")
        }
        let type = try ExpectationType(named: entry.key, at: entry.place)
        let severity: Severity = try entry.value["severity"]?.choice() ?? .critical
        try self.init(type, entry.value, more: ["severity"], at: entry.place)
        self.severity = severity
    }

    /// Reads arguments.
    /// - Parameter more: keys that may stand beside them and are no arguments.
    init(_ type: ExpectationType, _ node: SettingsNode, more: [String], at place: SourcePlace) throws(MartletError) {
        let given = try node.mapping(keys: type.requiredArguments + type.optionalArguments + more)
        for name in type.requiredArguments where node[name] == nil {
            throw MartletError(.invalidInput, "\(type.rawValue) needs “\(name)”.", place: place)
        }
        var arguments: [JSONValue.Member] = []
        for argument in given where !more.contains(argument.key) && !argument.value.isNull {
            try ArgumentCheck.check(argument.key, argument.value, of: type)
            arguments.append(JSONValue.Member(argument.key, argument.value.json()))
        }
        self.init(type, .object(arguments))
        try checkRange(node)
        try checkCondition(node)
    }

    private func checkRange(_ node: SettingsNode) throws(MartletError) {
        let needsBound = type == .valuesToBeBetween || type == .lengthsToBeBetween
        if needsBound, node["min_value"] == nil, node["max_value"] == nil {
            throw node.failure("\(type.rawValue) needs “min_value” or “max_value”, or both.")
        }
        if let low = arguments["min_value"].double, let high = arguments["max_value"].double, low > high {
            throw node.failure("“min_value” is larger than “max_value”, so that nothing can lie between them.")
        }
    }

    private func checkCondition(_ node: SettingsNode) throws(MartletError) {
        do { _ = try rowCondition() } catch { throw (node["row_condition"] ?? node).failure(error.message) }
    }
}

extension ExpectationType {
    /// - Throws: `invalidInput` with the nearest name.
    init(named name: String, at place: SourcePlace) throws(MartletError) {
        guard let type = ExpectationType(rawValue: name) else {
            let hint = didYouMean(name, among: ExpectationType.allCases.map(\.rawValue))
            throw MartletError(.invalidInput, "There is no expectation “\(name)”.\(hint)", place: place)
        }
        self = type
    }
}
