package import Data
internal import Objects
package import Support

/// How an expectation on a dataset version came out.
package struct DatasetVerdict: Sendable, Equatable {
    /// As Great Expectations names it.
    package var assertion: String
    package var column: String?
    package var holds: Bool
    /// `critical`, `warning` or `info`.
    package var severity: String
    /// What was found, without values of the data; nil where it holds by itself.
    package var found: String?
}

extension Project {
    /// How the expectations on a version came out, in their order; none where the report was let go.
    package func verdicts(on version: DatasetVersion) throws(MartletError) -> [DatasetVerdict] {
        guard objects.contains(version.details.validation) else { return [] }
        return try JSONValue(parsing: objects.bytes(version.details.validation))["results"].elements.map { result in
            let expectation = result["expectation_config"]
            return DatasetVerdict(
                assertion: expectation["type"].text ?? "", column: expectation["kwargs"]["column"].text, holds: result["success"].flag ?? false,
                severity: expectation["severity"].text ?? "info",
                found: result["result"]["unexpected_count"].int.map { "\($0) unexpected \($0 == 1 ? "row" : "rows")" })
        }
    }

    /// What `why` tells of a version beside what was recorded of it: what cleaned it, and what was expected and not found.
    func datasetFacts(_ name: String, _ number: Int) throws(MartletError) -> [(name: String, value: String)] {
        let version = try datasets.version(name, number)
        let details = version.details
        let count = details.expectationsPassed + details.expectationsFailed
        var facts = [(name: "validation", value: "\(details.expectationsPassed) of \(count) expectations hold")]
        for verdict in try verdicts(on: version).filter({ !$0.holds }).prefix(20) {
            let column = verdict.column.map { " of \($0)" } ?? ""
            facts.append(("not as expected", "\(verdict.assertion)\(column) (\(verdict.severity))" + (verdict.found.map { ": \($0)" } ?? "")))
        }
        for rule in details.cleaning ?? [] {
            let columns = rule.columns.isEmpty ? "" : " \(rule.columns.joined(separator: ", "))"
            facts.append(("cleaned", "\(rule.rule)\(columns): \(rule.changed) \(rule.changed == 1 ? "row" : "rows") changed"))
        }
        return facts
    }
}
