import Foundation

/// A tensor that is stored in the graph, in row-major order.
package struct ConstantTensor: Sendable {
    package let type: ElementType
    package let shape: [Int]
    /// The elements in little-endian order; empty for texts.
    let bytes: [UInt8]
    let strings: [String]

    /// Doubles; without a shape, one dimension.
    package init(_ values: [Double], shape: [Int]? = nil) {
        self.init(type: .double, shape: shape ?? [values.count], bytes: values.flatMap { Self.littleEndian($0.bitPattern) })
    }

    /// Whole numbers; without a shape, one dimension.
    package init(_ values: [Int64], shape: [Int]? = nil) {
        self.init(type: .int64, shape: shape ?? [values.count], bytes: values.flatMap { Self.littleEndian(UInt64(bitPattern: $0)) })
    }

    /// Bytes in one dimension.
    package init(bytes: [UInt8]) { self.init(type: .uint8, shape: [bytes.count], bytes: bytes) }

    /// Texts; without a shape, one dimension.
    package init(_ values: [String], shape: [Int]? = nil) { self.init(type: .string, shape: shape ?? [values.count], strings: values) }

    private init(type: ElementType, shape: [Int], bytes: [UInt8] = [], strings: [String] = []) {
        self.type = type
        self.shape = shape
        self.bytes = bytes
        self.strings = strings
    }

    private static func littleEndian(_ word: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }

    func message(name: String) -> ONNXTensorProto {
        var message = ONNXTensorProto()
        message.name = name
        message.dims = shape.map { Int64($0) }
        message.dataType = type.rawValue
        if type == .string { message.stringData = strings.map { Data($0.utf8) } } else { message.rawData = Data(bytes) }
        return message
    }
}
