package import Support

/// A rule on data that is checked, under the name and with the arguments that Great Expectations gives it.
package struct Expectation: Sendable, Equatable, Codable {
    /// What a failure means.
    package enum Severity: String, Sendable, Equatable, Codable, CaseIterable {
        /// The data may not be used.
        case critical
        /// Somebody should look.
        case warning
        /// Worth a line in the report.
        case info
    }

    package var type: ExpectationType
    /// The arguments by their names in Great Expectations (`column`, `min_value`, `mostly`, ...), without `severity`.
    package var arguments: JSONValue
    package var severity: Severity
    /// What a suite notes about it; carried over to the result. An empty object where there is nothing.
    package var meta: JSONValue

    package init(_ type: ExpectationType, _ arguments: JSONValue, severity: Severity = .critical, meta: JSONValue = .object([])) {
        self.type = type
        self.arguments = arguments
        self.severity = severity
        self.meta = meta
    }

    /// The column, for an expectation on one.
    package var column: String? { arguments["column"].text }

    /// All columns that the arguments name.
    package var columns: [String] {
        let lists = arguments["column_list"].elements.compactMap(\.text)
        return ["column", "column_A", "column_B"].compactMap { arguments[$0].text } + lists
    }

    /// The least share of the judged rows that must meet the expectation.
    package var mostly: Double { arguments["mostly"].double ?? 1 }

    /// Which rows are judged, as SQL; nil is all.
    /// - Throws: `invalidInput` where the condition is written in another way than its parser reads.
    func rowCondition() throws(MartletError) -> String? {
        try RowCondition.sql(arguments["row_condition"], parser: arguments["condition_parser"].text)
    }
}
