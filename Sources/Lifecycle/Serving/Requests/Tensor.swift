package import Support

/// The element types of the Open Inference Protocol.
package enum Datatype: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case fp16 = "FP16"
    case fp32 = "FP32"
    case fp64 = "FP64"
    /// The upper half of FP32.
    case bf16 = "BF16"
    case bytes = "BYTES"

    /// Bytes of one element in the binary form; nil for BYTES, whose elements carry their length.
    package var size: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .fp16, .bf16: 2
        case .uint32, .int32, .fp32: 4
        case .uint64, .int64, .fp64: 8
        case .bytes: nil
        }
    }

    /// Whether elements are whole numbers.
    package var isWhole: Bool { ![.bool, .fp16, .bf16, .fp32, .fp64, .bytes].contains(self) }
    /// Whether elements are real numbers.
    package var isReal: Bool { [.fp16, .bf16, .fp32, .fp64].contains(self) }
    /// The whole numbers that fit; nil for other types. UINT64 above 2^63 is not represented.
    package var range: ClosedRange<Int64>? {
        switch self {
        case .uint8: 0...255
        case .int8: -128...127
        case .uint16: 0...65_535
        case .int16: -32_768...32_767
        case .uint32: 0...4_294_967_295
        case .int32: -2_147_483_648...2_147_483_647
        case .uint64: 0...Int64.max
        case .int64: Int64.min...Int64.max
        default: nil
        }
    }
}

/// A named array of a request, in no protocol's particular form.
package struct Tensor: Sendable, Equatable {
    /// The elements in row-major order.
    package enum Values: Sendable, Equatable {
        /// Real numbers, and whole numbers or truth values among which some are missing; NaN is missing.
        case numbers([Double])
        /// Whole numbers, and truth values as 0 and 1.
        case integers([Int64])
        /// Nil is missing.
        case text([String?])
        /// Elements of a datatype of fixed size as they travel: little-endian, without padding; BOOL one byte.
        case raw(ArraySlice<UInt8>)
    }

    package var name: String
    package var datatype: Datatype
    package var shape: [Int]
    package var values: Values

    package init(name: String, datatype: Datatype, shape: [Int], values: Values) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.values = values
    }

    /// The number of elements of a shape.
    /// - Throws: `invalidInput` for a negative dimension, none at all, or a product above 2^31.
    package static func elementCount(_ shape: [Int], of name: String) throws(MartletError) -> Int {
        var count = 1
        for dimension in shape {
            guard dimension >= 0 else { throw MartletError(.invalidInput, "Input “\(name)” has shape \(shape); a dimension cannot be negative.") }
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow, product <= 1 << 31 else { throw MartletError(.invalidInput, "Input “\(name)” has shape \(shape), which is too large.") }
            count = product
        }
        return count
    }
}
