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
    /// The rows that are not judged since values are missing; of sets the values that are not there.
    package var missingCount: Int?
    package var unexpectedCount: Int?
    /// The first 20 values that were not expected; pairs as lists, of more columns as objects.
    package var partialUnexpected: [JSONValue] = []
    /// The numbers of their rows, from 0.
    package var partialIndexes: [Int] = []
    /// The 20 most frequent of them.
    package var partialUnexpectedCounts: [ValueCount] = []
    /// Of sets, the first 20 values that are not there.
    package var partialMissing: [JSONValue] = []
    /// The figure that was judged, for an expectation on a column or table as a whole.
    package var observed: JSONValue?
    /// What else Great Expectations tells of some.
    package var details: JSONValue?
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

    /// A number as JSON; infinities, for which JSON has no number, as text.
    static func figure(_ value: Double) -> JSONValue {
        value.isFinite ? .number(value) : value.isNaN ? .null : .string(value < 0 ? "-Infinity" : "Infinity")
    }

    /// The number of such a value.
    static func number(_ value: JSONValue) -> Double? {
        if let flag = value.flag { return flag ? 1 : 0 }
        return value.double ?? value.text.flatMap(Double.init)
    }

    /// Whether a value stands before another of its kind; lists and rows by their first difference.
    static func precedes(_ a: JSONValue, _ b: JSONValue) -> Bool {
        let lists = (a.members.map(\.value) + a.elements, b.members.map(\.value) + b.elements)
        if let place = zip(lists.0, lists.1).first(where: { $0 != $1 }) { return precedes(place.0, place.1) }
        if let one = number(a), let other = number(b) { return one < other }
        if let one = a.text, let other = b.text { return one.unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars) }
        return false
    }

    /// A whole number from its digits; nil where there are none.
    static func whole(_ digits: JSONValue) -> JSONValue? {
        guard let text = digits.text else { return nil }
        return Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number)
    }
}

extension ExpectationResult {
    /// The result in the shape of Great Expectations.
    package var json: JSONValue {
        let exceptionInfo: JSONValue = [
            "raised_exception": .bool(exception != nil), "exception_message": JSONValue(exception), "exception_traceback": nil,
        ]
        return [
            "success": .bool(success),
            "expectation_config": [
                "type": .string(expectation.type.rawValue), "kwargs": expectation.arguments, "severity": .string(expectation.severity.rawValue),
                "meta": expectation.meta,
            ],
            "result": figures, "exception_info": exceptionInfo, "meta": .object([]),
        ]
    }

    private var figures: JSONValue {
        var result: JSONValue = .object([])
        if let observed { result["observed_value"] = observed }
        if let elementCount { result["element_count"] = JSONValue(elementCount) }
        if let unexpectedCount {
            result["unexpected_count"] = JSONValue(unexpectedCount)
            if elementCount != nil { result["unexpected_percent"] = percent(unexpectedCount, judgedCount) }
            result["partial_unexpected_list"] = .array(partialUnexpected)
        }
        if let missingCount {
            result["missing_count"] = JSONValue(missingCount)
            if elementCount == nil {
                result["partial_missing_list"] = .array(partialMissing)
            } else {
                result["missing_percent"] = percent(missingCount, elementCount)
                result["unexpected_percent_total"] = percent(unexpectedCount ?? 0, elementCount)
                result["unexpected_percent_nonmissing"] = percent(unexpectedCount ?? 0, judgedCount)
            }
        }
        if elementCount != nil {
            result["partial_unexpected_counts"] = .array(
                partialUnexpectedCounts.map { ["value": ExpectationResult.row($0.value), "count": JSONValue($0.count)] })
            result["partial_unexpected_index_list"] = .array(partialIndexes.map { JSONValue($0) })
        }
        if let details { result["details"] = details }
        return result
    }

    /// The values of a row as Great Expectations counts them: without their names.
    private static func row(_ value: JSONValue) -> JSONValue {
        if case .object(let members) = value { .array(members.map(\.value)) } else { value }
    }

    private func percent(_ part: Int, _ whole: Int?) -> JSONValue {
        guard let whole, whole > 0 else { return nil }
        return .number(Double(part) / Double(whole) * 100)
    }
}

extension ExpectationResult {
    /// A sentence for a person.
    package var sentence: String {
        let name = expectation.type.rawValue.replacing("expect_", with: "").replacing("_", with: " ")
        let subject = expectation.columns.isEmpty ? name : "\(expectation.columns.joined(separator: ", ")): \(name)"
        if let exception { return "\(subject): \(exception)" }
        if success { return "\(subject): holds." }
        if let unexpectedCount, let judgedCount {
            let share = judgedCount == 0 ? "" : " (\(ExpectationResult.text(100 * Double(unexpectedCount) / Double(judgedCount))) %)"
            return "\(subject): does not hold in \(unexpectedCount) of \(judgedCount) rows\(share)\(examples(partialUnexpected))."
        }
        if let unexpectedCount, unexpectedCount > 0 {
            return "\(subject): does not hold; \(unexpectedCount) of the values are not in the set\(examples(partialUnexpected))."
        }
        if let missingCount { return "\(subject): does not hold; \(missingCount) values of the set are not there\(examples(partialMissing))." }
        return "\(subject): does not hold; it is \(observed?.compact ?? "unknown")."
    }

    private func examples(_ values: [JSONValue]) -> String {
        let known = values.filter { !$0.isNull }.prefix(3).map(\.compact)
        return known.isEmpty ? "" : ", for example \(known.joined(separator: ", "))"
    }

    private static func text(_ percent: Double) -> String { JSONValue.text(of: (percent * 100).rounded() / 100) }
}
