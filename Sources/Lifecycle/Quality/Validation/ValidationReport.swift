package import Support

/// How all expectations on a table turned out.
package struct ValidationReport: Sendable, Equatable, Codable {
    package var rowCount: Int
    /// In the order of the expectations.
    package var results: [ExpectationResult]
    /// How many rows were written as rejected; nil where none were to be.
    package var rejectedRows: Int?

    package init(rowCount: Int, results: [ExpectationResult]) {
        self.rowCount = rowCount
        self.results = results
    }

    package var passed: Int { results.count(where: \.success) }
    package var failed: Int { results.count - passed }

    /// The expectations that did not hold, of that severity.
    package func failures(_ severity: Expectation.Severity) -> [ExpectationResult] {
        results.filter { !$0.success && $0.expectation.severity == severity }
    }

    /// Whether the data may be used: no critical expectation failed.
    package var isUsable: Bool { failures(.critical).isEmpty }

    /// The report in the shape of Great Expectations.
    package var json: JSONValue {
        let share: JSONValue = results.isEmpty ? nil : .number(100 * Double(passed) / Double(results.count))
        return [
            "success": .bool(failed == 0), "results": .array(results.map(\.json)),
            "statistics": [
                "evaluated_expectations": JSONValue(results.count), "successful_expectations": JSONValue(passed),
                "unsuccessful_expectations": JSONValue(failed), "success_percent": share,
            ],
        ]
    }

    /// A line for the whole and one for each expectation that did not hold.
    package var lines: [String] {
        let order: [Expectation.Severity] = [.critical, .warning, .info]
        let sentences = order.flatMap { severity in failures(severity).map { "\(severity.rawValue): \($0.sentence)" } }
        return ["\(passed) of \(results.count) expectations hold on \(rowCount) rows."] + sentences
    }
}
