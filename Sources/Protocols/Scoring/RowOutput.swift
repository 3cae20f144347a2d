internal import Serving
internal import Support

/// An output of a model's own, row by row.
struct RowOutput {
    let name: String
    private let shape: ArraySlice<Int>
    private let areTruths: Bool
    private let values: Tensor.Values

    init(_ tensor: Tensor) {
        name = tensor.name
        shape = tensor.shape.dropFirst()
        areTruths = tensor.datatype == .bool
        values = tensor.decoded
    }

    /// What stands for a row: a value, or lists of them where a row has dimensions of its own.
    func json(_ row: Int) -> JSONValue { json(row, shape) }

    private func json(_ place: Int, _ shape: ArraySlice<Int>) -> JSONValue {
        guard let size = shape.first else { return element(place) }
        return .array((0..<size).map { json(place * size + $0, shape.dropFirst()) })
    }

    private func element(_ place: Int) -> JSONValue {
        switch values {
        case .text(let texts) where texts.indices.contains(place): texts[place].map(JSONValue.string) ?? .null
        case .integers(let integers) where integers.indices.contains(place): areTruths ? .bool(integers[place] != 0) : .integer(integers[place])
        case .numbers(let numbers) where numbers.indices.contains(place): JSONValue(numbers[place])
        default: .null
        }
    }
}
