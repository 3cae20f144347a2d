import Support

/// The JSON of an infer request, taken apart: numbers of tensors go into memory as they are read, everything else is small.
struct InferMessage {
    /// An element of “inputs”.
    struct Input {
        enum Data {
            /// The value of “data”; null where there is none.
            case json(JSONValue)
            case numbers([Double])
        }

        /// The members other than “data”; no object where the element is none.
        var fields: JSONValue = .object([])
        var data = Data.json(.null)
    }

    private(set) var id = JSONValue.null
    private(set) var parameters = JSONValue.null
    private(set) var outputs = JSONValue.null
    /// Nil where there is no list of them.
    private(set) var inputs: [Input]?
    private static let inputLimit = 20_000

    /// - Throws: `invalidInput` where it is no JSON object; `tooLarge`.
    init(parsing bytes: [UInt8], capacity: Int) throws(MartletError) {
        var reader = JSONReader(bytes: bytes, capacity: capacity)
        guard reader.isAtObject() else {
            _ = try JSONValue(parsing: bytes, capacity: capacity)
            throw MartletError(.invalidInput, "The request must be a JSON object.")
        }
        var seen: Set<String> = []
        try reader.members { (key, reader) throws(MartletError) in
            // Of members of the same name the first counts.
            guard seen.insert(key).inserted else { return _ = try reader.value() }
            try take(key, &reader)
        }
        try reader.end()
    }

    private mutating func take(_ key: String, _ reader: inout JSONReader) throws(MartletError) {
        switch key {
        case "id": id = try reader.value()
        case "parameters": parameters = try reader.value()
        case "outputs": outputs = try reader.value()
        case "inputs" where reader.isAtList():
            var found: [Input] = []
            try reader.elements { (reader) throws(MartletError) in
                guard found.count < InferMessage.inputLimit else { throw MartletError(.invalidInput, "The request has too many inputs.") }
                found.append(try InferMessage.input(&reader))
            }
            inputs = found
        default: _ = try reader.value()
        }
    }

    private static func input(_ reader: inout JSONReader) throws(MartletError) -> Input {
        guard reader.isAtObject() else { return Input(fields: try reader.value()) }
        var input = Input()
        var members: [JSONValue.Member] = []
        var hasData = false
        try reader.members { (key, reader) throws(MartletError) in
            guard key == "data", !hasData else { return members.append(JSONValue.Member(key, try reader.value())) }
            hasData = true
            if let numbers = try reader.numbers() { input.data = .numbers(numbers) } else { input.data = .json(try reader.value()) }
        }
        input.fields = .object(members)
        return input
    }
}
