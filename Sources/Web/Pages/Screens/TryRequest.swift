package import Support
import Tables

/// A request of one row, or of tensors, to an endpoint, in the Open Inference Protocol, made from the texts of a form.
package struct TryRequest: Sendable {
    package let endpoint: EndpointSummaryView
    /// One text for each input, in the order of the signature; empty or nil is a missing value.
    package let values: [String?]

    /// Why the form cannot be sent: it was made for another model version, whose columns may differ.
    package let staleness: MartletError?

    package init(endpoint: EndpointSummaryView, values: [String?]) {
        self.endpoint = endpoint
        self.values = values
        staleness = nil
    }

    /// Reads the fields of a posted form: `v0`, `v1`, ... in the order of the signature, and `version`.
    package init(endpoint: EndpointSummaryView, form: [(name: String, value: String)]) {
        let fields = Dictionary(form.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let isFresh = fields["version"] == String(endpoint.version)
        self.endpoint = endpoint
        let count = endpoint.tensors.isEmpty ? endpoint.inputs.count : endpoint.tensors.count
        values = isFresh ? (0..<count).map { fields["v\($0)"] ?? "" } : endpoint.exampleTexts
        let message =
            "The endpoint \(endpoint.name) now answers with version \(endpoint.version), which may ask for other columns than the form had. Reload the page and send it again."
        staleness = isFresh ? nil : MartletError(.conflict, message)
    }

    /// The body of the request. A text that is not of the column's type is sent as it is: the endpoint says what is wrong with it.
    package var request: JSONValue {
        guard endpoint.tensors.isEmpty else { return ["inputs": .array(zip(endpoint.tensors, values).map { $0.tensor(of: $1 ?? "") })] }
        let inputs = zip(endpoint.inputs, values).map { input, text -> JSONValue in
            ["name": .string(input.name), "shape": [1], "datatype": .string(input.datatype), "data": [input.value(of: text ?? "")]]
        }
        return ["inputs": .array(inputs)]
    }

    /// The request as a command for a shell.
    func curl(address: String) -> String {
        let rows = request["inputs"].elements.map(\.compact).joined(separator: ",\n  ")
        let body = "{\"inputs\":[\n  \(rows)]}".split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        let url = "\(address)/v2/models/\(PagePath.segment(endpoint.name))/infer"
        return "curl -s \(url) \\\n  -H 'Content-Type: application/json' -d '\(body)'"
    }
}

extension InputView {
    /// A text of a form as the JSON value that the datatype asks for.
    func value(of text: String) -> JSONValue {
        if datatype == "BYTES" { return text.isEmpty && mayBeMissing ? .null : .string(text) }
        let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        guard !trimmed.isEmpty else { return .null }
        if datatype == "BOOL" { return trimmed == "true" || trimmed == "1" ? true : trimmed == "false" || trimmed == "0" ? false : .string(text) }
        if kind == .boolean, trimmed == "true" || trimmed == "false" { return trimmed == "true" ? 1 : 0 }
        if let whole = Int64(trimmed) { return .integer(whole) }
        if let number = Double(trimmed), number.isFinite { return .number(number) }
        return .string(text)
    }

    /// A usual value: the most frequent text, or the middle of the range.
    package var exampleText: String? {
        switch kind {
        case .text: return categories.first ?? (mayBeMissing ? nil : "text")
        case .boolean: return "true"
        case .timestamp: return Timestamp(seconds: min(middle ?? 1_767_225_600, 4e9).rounded()).description
        case .integer: return JSONValue.text(of: (middle ?? 1).rounded())
        case .number: return JSONValue.text(of: rounded(middle ?? 1))
        }
    }

    private var middle: Double? {
        guard let minimum, let maximum, minimum.isFinite, maximum.isFinite else { return nil }
        return minimum / 2 + maximum / 2
    }

    /// To three decimals, where that keeps the value within the range.
    private func rounded(_ value: Double) -> Double {
        let short = (value * 1000).rounded() / 1000
        return short.isFinite && short >= minimum ?? short && short <= maximum ?? short ? short : value
    }
}

/// What came of a request from the form.
package struct TryAttempt: Sendable {
    package let request: TryRequest
    /// The body of the answer, or why there is none.
    package let result: Result<JSONValue, MartletError>

    package init(request: TryRequest, result: Result<JSONValue, MartletError>) {
        self.request = request
        self.result = result
    }
}
