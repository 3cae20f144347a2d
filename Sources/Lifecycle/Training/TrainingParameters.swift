import Support

/// Reads a trainer's parameters from a closed set of keys and keeps what each was resolved to.
struct TrainingParameters {
    private let trainer: String
    private let given: JSONValue
    /// Every parameter that was asked for, with the value that is used.
    private(set) var resolved: JSONValue = .object([])

    /// - Throws: `invalidInput` for anything but an object, or for an unknown key, with the nearest known one.
    init(_ given: JSONValue, of trainer: any Trainer.Type) throws(MartletError) {
        self.trainer = trainer.name
        self.given = given
        switch given {
        case .null, .object: break
        default: throw MartletError(.invalidInput, "The parameters of \(trainer.name) must be a mapping (key: value).")
        }
        let known = trainer.parameterNames
        for member in given.members where !known.contains(member.key) {
            let all = known.isEmpty ? "It takes none." : "It takes: \(known.joined(separator: ", "))."
            throw MartletError(.invalidInput, "\(trainer.name) has no parameter “\(member.key)”.\(didYouMean(member.key, among: known)) \(all)")
        }
    }

    mutating func number(_ key: String, default value: Double, in range: ClosedRange<Double>) throws(MartletError) -> Double {
        let found = given[key]
        guard !found.isNull else { return note(key, value, JSONValue(value)) }
        guard let number = found.double, range.contains(number) else { throw failure(key, found, "a number \(Self.text(range))") }
        return note(key, number, JSONValue(number))
    }

    mutating func whole(_ key: String, default value: Int, in range: ClosedRange<Int>) throws(MartletError) -> Int {
        let found = given[key]
        guard !found.isNull else { return note(key, value, JSONValue(value)) }
        guard let number = found.int, range.contains(number) else {
            throw failure(key, found, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return note(key, number, JSONValue(number))
    }

    mutating func flag(_ key: String, default value: Bool) throws(MartletError) -> Bool {
        let found = given[key]
        guard !found.isNull else { return note(key, value, .bool(value)) }
        guard let flag = found.flag else { throw failure(key, found, "true or false") }
        return note(key, flag, .bool(flag))
    }

    mutating func choice(_ key: String, default value: String, of choices: [String]) throws(MartletError) -> String {
        let found = given[key]
        guard !found.isNull else { return note(key, value, .string(value)) }
        guard let text = found.text, choices.contains(text) else {
            throw failure(key, found, "one of \(choices.joined(separator: ", "))", hint: didYouMean(found.text ?? "", among: choices))
        }
        return note(key, text, .string(text))
    }

    private mutating func note<Value>(_ key: String, _ value: Value, _ json: JSONValue) -> Value {
        resolved[key] = json
        return value
    }

    private func failure(_ key: String, _ found: JSONValue, _ expected: String, hint: String = "") -> MartletError {
        MartletError(.invalidInput, "The parameter “\(key)” of \(trainer) must be \(expected), not \(found.compact).\(hint)")
    }

    private static func text(_ range: ClosedRange<Double>) -> String {
        switch (range.lowerBound.isFinite, range.upperBound.isFinite && range.upperBound < .greatestFiniteMagnitude) {
        case (true, true): "from \(JSONValue.text(of: range.lowerBound)) to \(JSONValue.text(of: range.upperBound))"
        case (true, false): "of at least \(JSONValue.text(of: range.lowerBound))"
        default: "of any size"
        }
    }
}
