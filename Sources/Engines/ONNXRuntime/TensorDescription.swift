/// The type of a tensor's values, by ONNX's names.
package enum TensorElementType: String, Sendable, CaseIterable, Codable {
    case undefined, float, uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64, complex64, complex128, bfloat16

    /// The number of `ONNXTensorElementDataType`, which is the position in the list.
    var number: CInt { CInt(Self.allCases.firstIndex(of: self) ?? 0) }

    init(number: CInt) { self = Self.allCases.indices.contains(Int(number)) ? Self.allCases[Int(number)] : .undefined }
}

/// An input or output of a model.
package struct TensorDescription: Sendable, Equatable {
    package var name: String
    package var elementType: TensorElementType
    /// The size of each dimension; -1 where it varies.
    package var shape: [Int]
    /// Whether the model answers with a list of maps from class to score, which is read as a rows × classes tensor of doubles.
    package var isMapSequence: Bool

    package init(name: String, elementType: TensorElementType, shape: [Int], isMapSequence: Bool = false) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.isMapSequence = isMapSequence
    }

    /// Whether a shape fits: the same rank, and equal sizes where they are fixed.
    func accepts(_ other: [Int]) -> Bool {
        shape.count == other.count && zip(shape, other).allSatisfy { $1 >= 0 && ($0 < 0 || $0 == $1) }
    }

    /// The shape for an error message: `[any, 4]`.
    var shapeText: String { "[" + shape.map { $0 < 0 ? "any" : String($0) }.joined(separator: ", ") + "]" }
}
