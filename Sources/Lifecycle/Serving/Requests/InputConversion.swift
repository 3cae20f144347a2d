import Support
import Tables

/// Turns one tensor of a request into the column that the signature asks for.
struct InputConversion {
    let field: Signature.Field
    let tensor: Tensor

    private static let exactLimit = 9_007_199_254_740_992.0  // 2^53

    /// - Throws: `invalidInput` for another datatype, a missing value that may not be missing, or a value the column cannot hold.
    func column() throws(MartletError) -> Column {
        switch field.kind {
        case .text: Column(field.name, text: try text())
        case .timestamp: Column(field.name, kind: .timestamp, numbers: try times())
        case .number: Column(field.name, kind: .number, numbers: try numbers())
        case .integer: Column(field.name, kind: .integer, numbers: try wholeNumbers())
        case .boolean: Column(field.name, kind: .boolean, numbers: try truths())
        }
    }

    /// The text of each row; nil where it is missing.
    private func strings() throws(MartletError) -> [String?] {
        guard case .text(let values) = tensor.values else { throw wrongType() }
        var strings: [String?] = []
        strings.reserveCapacity(values.count)
        for (row, value) in values.enumerated() {
            if let value, !value.isEmpty { strings.append(value) } else { strings.append(try missing(row)) }
        }
        return strings
    }

    private func text() throws(MartletError) -> TextValues { TextValues(try strings()) }

    private func times() throws(MartletError) -> [Double] {
        var times: [Double] = []
        for (row, value) in try strings().enumerated() {
            guard let value else {
                times.append(.nan)
                continue
            }
            guard let time = Timestamp(value) else {
                throw refusal(row, "is “\(value.prefix(40))”; it must be a time as in 2026-11-23T21:36:00Z")
            }
            times.append(time.seconds)
        }
        return times
    }

    /// Finite numbers, NaN where one is missing.
    private func numbers() throws(MartletError) -> [Double] {
        let values: [Double]
        switch tensor.decoded {
        case .numbers(let numbers): values = numbers
        case .integers(let integers):
            values = integers.map(Double.init)
            if let row = values.firstIndex(where: { $0.magnitude > InputConversion.exactLimit }) {
                throw refusal(row, "is \(integers[row]); whole numbers may reach 2^53")
            }
        case .text, .raw: throw wrongType()
        }
        for (row, value) in values.enumerated() {
            if value.isNaN { _ = try missing(row) }
            if value.isInfinite { throw refusal(row, "is infinite") }
        }
        return values
    }

    private func wholeNumbers() throws(MartletError) -> [Double] {
        let values = try numbers()
        for (row, value) in values.enumerated() where !value.isNaN {
            guard value == value.rounded() else { throw refusal(row, "is \(JSONValue.text(of: value)); it must be a whole number") }
            guard value.magnitude <= InputConversion.exactLimit else { throw refusal(row, "is \(value); whole numbers may reach 2^53") }
        }
        return values
    }

    private func truths() throws(MartletError) -> [Double] {
        let values = try numbers()
        if let row = values.firstIndex(where: { $0 != 0 && $0 != 1 && !$0.isNaN }) {
            throw refusal(row, "is \(JSONValue.text(of: values[row])); it must be true or false (1 or 0)")
        }
        return values
    }

    /// Nil where the column may be missing.
    private func missing(_ row: Int) throws(MartletError) -> String? {
        guard field.mayBeMissing else { throw refusal(row, "has no value, and the model cannot do without one") }
        return nil
    }

    private func wrongType() -> MartletError {
        MartletError(.invalidInput, "Input “\(field.name)” has datatype \(tensor.datatype.rawValue); it must be \(field.datatype.rawValue).")
    }

    private func refusal(_ row: Int, _ what: String) -> MartletError {
        MartletError(.invalidInput, "Input “\(field.name)” in row \(row) (counted from 0) \(what).")
    }
}
