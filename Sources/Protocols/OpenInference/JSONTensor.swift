import Serving
import Support

/// The elements of a tensor that stands in JSON, nested by rows or flat. `null` is a missing value.
struct JSONTensor {
    let name: String
    let datatype: Datatype

    func values(_ data: InferMessage.Input.Data) throws(MartletError) -> Tensor.Values {
        switch data {
        case .numbers(let numbers) where datatype.isReal: return .numbers(numbers)
        case .numbers(let numbers): return try values(numbers.map { number in Int64(exactly: number).map(JSONValue.integer) ?? .number(number) })
        case .json(.array(let elements)):
            let isNested = elements.contains { if case .array = $0 { true } else { false } }
            return try values(isNested ? JSONTensor.flattened(elements) : elements)
        case .json: throw refusal("Input “\(name)” needs “data”, a list of values.")
        }
    }

    private func values(_ flat: [JSONValue]) throws(MartletError) -> Tensor.Values {
        if datatype == .bytes { return .text(try texts(flat)) }
        if datatype.isReal || flat.contains(.null) { return .numbers(try numbers(flat)) }
        return .integers(try integers(flat))
    }

    /// The values within lists within lists, in order. Depth is bounded by the JSON reader.
    private static func flattened(_ elements: [JSONValue]) -> [JSONValue] {
        elements.flatMap { element in if case .array(let inner) = element { flattened(inner) } else { [element] } }
    }

    private func texts(_ elements: [JSONValue]) throws(MartletError) -> [String?] {
        var texts: [String?] = []
        texts.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            switch element {
            case .string(let text): texts.append(text)
            case .null: texts.append(nil)
            default: throw wrong(element, row, "text")
            }
        }
        return texts
    }

    private func numbers(_ elements: [JSONValue]) throws(MartletError) -> [Double] {
        var numbers: [Double] = []
        numbers.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() {
            if element.isNull {
                numbers.append(.nan)
            } else if datatype.isReal {
                guard let number = element.double else { throw wrong(element, row, "a number or null") }
                numbers.append(number)
            } else {
                numbers.append(Double(try integer(element, row)))
            }
        }
        return numbers
    }

    private func integers(_ elements: [JSONValue]) throws(MartletError) -> [Int64] {
        var integers: [Int64] = []
        integers.reserveCapacity(elements.count)
        for (row, element) in elements.enumerated() { integers.append(try integer(element, row)) }
        return integers
    }

    private func integer(_ element: JSONValue, _ row: Int) throws(MartletError) -> Int64 {
        if datatype == .bool {
            if let flag = element.flag { return flag ? 1 : 0 }
            guard let number = element.int, number == 0 || number == 1 else { throw wrong(element, row, "true or false") }
            return Int64(number)
        }
        guard let number = element.int.map(Int64.init), datatype.range?.contains(number) == true else {
            throw wrong(element, row, "a whole number that \(datatype.rawValue) can hold")
        }
        return number
    }

    private func wrong(_ element: JSONValue, _ row: Int, _ expected: String) -> MartletError {
        refusal("Input “\(name)” in row \(row) (counted from 0) is \(element.compact.prefix(40)); it must be \(expected).")
    }

    private func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }
}
