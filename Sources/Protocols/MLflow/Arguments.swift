internal import Support

/// What a request brings: the members of its body, or the fields of its query. Both are named as MLflow's messages name them, and what is not asked
/// for is ignored.
struct Arguments: Sendable {
    private let value: JSONValue
    /// Whether numbers may be written as text, as they are in a query.
    private let isQuery: Bool
    /// Where in the request this stands, for errors: `metrics[0].`.
    private let path: String

    init(body: JSONValue) { self.init(value: body, isQuery: false, path: "") }

    /// - Parameter query: the fields in their order; those that come more than once are lists.
    init(query: [(name: String, value: String)]) {
        var members = JSONValue.object([])
        for (name, value) in query {
            switch members[name] {
            case .null: members[name] = .string(value)
            case .array(let list): members[name] = .array(list + [.string(value)])
            case let first: members[name] = .array([first, .string(value)])
            }
        }
        self.init(value: members, isQuery: true, path: "")
    }

    private init(value: JSONValue, isQuery: Bool, path: String) {
        self.value = value
        self.isQuery = isQuery
        self.path = path
    }

    /// Whether there is something of that name.
    func has(_ name: String) -> Bool { !value[name].isNull }

    // MARK: - Texts

    func text(_ name: String) throws(MLflowError) -> String {
        guard let text = try optionalText(name), !text.isEmpty else { throw missing(name) }
        return text
    }

    func optionalText(_ name: String) throws(MLflowError) -> String? {
        switch value[name] {
        case .null: return nil
        case .string(let text): return text
        case let other: throw invalid(name, other)
        }
    }

    /// The list of texts of that name; none where it is missing.
    func texts(_ name: String) throws(MLflowError) -> [String] {
        switch value[name] {
        case .null: return []
        case .string(let text) where isQuery: return [text]
        case .array(let elements):
            var texts: [String] = []
            for element in elements {
                guard let text = element.text ?? element.int.map(String.init) else { throw invalid(name, value[name]) }
                texts.append(text)
            }
            return texts
        case let other: throw invalid(name, other)
        }
    }

    /// The numbers of experiments that a search names; what is no number names none.
    /// - Throws: where there are more than anybody has.
    func experiments(_ name: String = "experiment_ids") throws(MLflowError) -> [Int] {
        let numbers = try texts(name).compactMap { Int($0) }
        guard numbers.count <= Arguments.mostExperiments else {
            throw .invalid("A search can name at most \(Arguments.mostExperiments) experiments. Got \(numbers.count).")
        }
        return numbers
    }

    private static let mostExperiments = 10_000

    // MARK: - Numbers

    func whole(_ name: String) throws(MLflowError) -> Int64 {
        guard let number = try optionalWhole(name) else { throw missing(name) }
        return number
    }

    /// A whole number, also one that is written as text, as 64-bit numbers are in JSON of protocol buffers.
    func optionalWhole(_ name: String) throws(MLflowError) -> Int64? {
        switch value[name] {
        case .null: return nil
        case .integer(let number): return number
        case .number(let number):
            guard let whole = Int64(exactly: number) else { throw invalid(name, value[name]) }
            return whole
        case .string(let text):
            guard let whole = Int64(text) else { throw invalid(name, value[name]) }
            return whole
        case let other: throw invalid(name, other)
        }
    }

    /// A number; also `NaN` and the infinities, as words or as texts.
    func number(_ name: String) throws(MLflowError) -> Double {
        switch value[name] {
        case .null: throw missing(name)
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .string(let text):
            guard let number = Arguments.number(text) else { throw invalid(name, value[name]) }
            return number
        case let other: throw invalid(name, other)
        }
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "NaN", "nan": return .nan
        case "Infinity", "inf": return .infinity
        case "-Infinity", "-inf": return -.infinity
        default:
            // The reader of numbers takes hexadecimal ones and words too.
            guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
            return Double(text)
        }
    }

    func flag(_ name: String) throws(MLflowError) -> Bool {
        switch value[name] {
        case .null: return false
        case .bool(let flag): return flag
        case .string(let text) where ["true", "false"].contains(text.lowercased()): return text.lowercased() == "true"
        case let other: throw invalid(name, other)
        }
    }

    /// The number of entries of a page.
    /// - Throws: where it is not between 1 and the most.
    func limit(_ name: String = "max_results", standard: Int, most: Int) throws(MLflowError) -> Int {
        guard let limit = try optionalWhole(name) else { return standard }
        guard limit >= 1, limit <= most else { throw invalid(name, .integer(limit)) }
        return Int(limit)
    }

    // MARK: - Parts

    /// The list of messages of that name; none where it is missing.
    func list(_ name: String) throws(MLflowError) -> [Arguments] {
        switch value[name] {
        case .null: return []
        case .array(let elements):
            return elements.enumerated().map { Arguments(value: $1, isQuery: isQuery, path: "\(path)\(name)[\($0)].") }
        case let other: throw invalid(name, other)
        }
    }

    /// The message of that name; an empty one where it is missing.
    func part(_ name: String) -> Arguments { Arguments(value: value[name], isQuery: isQuery, path: "\(path)\(name).") }

    // MARK: - Errors

    func missing(_ name: String) -> MLflowError {
        .invalid("Missing value for required parameter '\(path)\(name)'. \(Arguments.hint)")
    }

    private func invalid(_ name: String, _ value: JSONValue) -> MLflowError {
        let type =
            switch value {
            case .null: "NoneType"
            case .bool: "bool"
            case .integer: "int"
            case .number: "float"
            case .string: "str"
            case .array: "list"
            case .object: "dict"
            }
        // A number with a fraction keeps it, as it was written.
        let shown = if case .number(let number) = value { "\(number)" } else { String(value.compact.prefix(200)) }
        return .invalid("Invalid value \(shown) for parameter '\(path)\(name)' supplied:  Hint: Value was of type '\(type)'. \(Arguments.hint)")
    }

    static let hint = "See the API docs for more information about request parameters."
}
