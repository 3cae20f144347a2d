package import Support

/// How one expectation turned out, with the figures that Great Expectations gives.
package struct ExpectationResult: Sendable, Equatable, Codable {
    /// A value that was not expected, and how often it occurs.
    package struct ValueCount: Sendable, Equatable, Codable {
        package var value: JSONValue
        package var count: Int
    }

    package var expectation: Expectation
    package var success: Bool
    /// The rows that the row condition lets through.
    package var elementCount: Int?
    package var missingCount: Int?
    package var unexpectedCount: Int?
    /// The first 20 values that were not expected; pairs and compounds as objects.
    package var partialUnexpected: [JSONValue] = []
    /// The 20 most frequent of them.
    package var partialUnexpectedCounts: [ValueCount] = []
    /// The figure that was judged, for an expectation on a column or table as a whole.
    package var observed: JSONValue?
    /// Why it could not be judged; it counts as failed then.
    package var exception: String?

    init(_ expectation: Expectation, success: Bool, observed: JSONValue? = nil, elementCount: Int? = nil) {
        self.expectation = expectation
        self.success = success
        self.observed = observed
        self.elementCount = elementCount
    }

    /// An expectation that cannot be judged.
    init(_ expectation: Expectation, exception: String) {
        self.init(expectation, success: false)
        self.exception = exception
    }

    /// The rows with a value; for the two null checks all rows.
    package var judgedCount: Int? {
        guard let elementCount else { return nil }
        return elementCount - (missingCount ?? 0)
    }
}

extension ExpectationResult {
    /// The result in the shape of Great Expectations.
    package var json: JSONValue {
        var arguments = expectation.arguments
        arguments["severity"] = nil
        var result: JSONValue = .object([])
        if let elementCount { result["element_count"] = JSONValue(elementCount) }
        if let unexpectedCount {
            result["unexpected_count"] = JSONValue(unexpectedCount)
            result["unexpected_percent"] = percent(unexpectedCount, judgedCount)
            result["partial_unexpected_list"] = .array(partialUnexpected)
            result["partial_unexpected_counts"] = .array(partialUnexpectedCounts.map { ["value": $0.value, "count": JSONValue($0.count)] })
        }
        if let missingCount {
            result["missing_count"] = JSONValue(missingCount)
            result["missing_percent"] = percent(missingCount, elementCount)
            result["unexpected_percent_total"] = percent(unexpectedCount ?? 0, elementCount)
            result["unexpected_percent_nonmissing"] = percent(unexpectedCount ?? 0, judgedCount)
        }
        if let observed { result["observed_value"] = observed }
        let exceptionInfo: JSONValue = [
            "raised_exception": .bool(exception != nil), "exception_message": JSONValue(exception), "exception_traceback": nil,
        ]
        return [
            "success": .bool(success),
            "expectation_config": [
                "type": .string(expectation.type.rawValue), "kwargs": arguments, "severity": .string(expectation.severity.rawValue),
                "meta": .object([]),
            ],
            "result": result, "exception_info": exceptionInfo, "meta": .object([]),
        ]
    }

    /// A sentence for a person.
    package var sentence: String {
        let name = expectation.type.rawValue.replacing("expect_", with: "").replacing("_", with: " ")
        let subject = expectation.columns.isEmpty ? name : "\(expectation.columns.joined(separator: ", ")): \(name)"
        if let exception { return "\(subject): \(exception)" }
        if success { return "\(subject): holds." }
        if let unexpectedCount, let judgedCount {
            let share = judgedCount == 0 ? "" : " (\(ExpectationResult.text(100 * Double(unexpectedCount) / Double(judgedCount))) %)"
            let examples = partialUnexpected.isEmpty ? "" : ", for example \(partialUnexpected.prefix(3).map(\.compact).joined(separator: ", "))"
            return "\(subject): does not hold in \(unexpectedCount) of \(judgedCount) rows\(share)\(examples)."
        }
        return "\(subject): does not hold; it is \(observed?.compact ?? "unknown")."
    }

    private func percent(_ part: Int, _ whole: Int?) -> JSONValue {
        guard let whole, whole > 0 else { return nil }
        return .number(100 * Double(part) / Double(whole))
    }

    private static func text(_ percent: Double) -> String { JSONValue.text(of: (percent * 100).rounded() / 100) }
}
