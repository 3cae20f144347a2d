package import Support

/// The types of the elements that go over the socket, by the numbers that stand for them there.
package enum WorkerElement: UInt8, Sendable, CaseIterable {
    case bool = 1
    case uint8, uint16, uint32, uint64
    case int8, int16, int32, int64
    case fp16, fp32, fp64
    /// UTF-8.
    case text = 14

    /// Bytes of one element; nil for texts.
    package var size: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .fp16: 2
        case .uint32, .int32, .fp32: 4
        case .uint64, .int64, .fp64: 8
        case .text: nil
        }
    }
}

/// A named array that goes to a worker or comes from it.
package struct WorkerTensor: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        /// Elements of a fixed size: little-endian, row by row, without padding.
        case bytes(ArraySlice<UInt8>)
        /// Nil is missing.
        case texts([String?])
    }

    package var name: String
    package var element: WorkerElement
    package var shape: [Int]
    package var content: Content

    package init(name: String, element: WorkerElement, shape: [Int], content: Content) {
        self.name = name
        self.element = element
        self.shape = shape
        self.content = content
    }
}

extension WorkerTensor {
    private static let missing = UInt32.max
    private static let most = 10_000

    /// The body of a message: their number, then each with name, type, shape and data.
    package static func encode(_ tensors: [WorkerTensor]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserve(tensors)
        out.append(UInt32(clamping: tensors.count))
        for tensor in tensors {
            let name = Array(tensor.name.utf8.prefix(Int(UInt16.max)))
            out.append(UInt16(name.count))
            out += name
            out += [tensor.element.rawValue, UInt8(clamping: tensor.shape.count)]
            for size in tensor.shape { out.append(UInt64(bitPattern: Int64(size))) }
            switch tensor.content {
            case .bytes(let bytes):
                out.append(UInt64(bytes.count))
                out += bytes
            case .texts(let texts):
                out.append(UInt64(texts.reduce(0) { $0 + 4 + ($1?.utf8.count ?? 0) }))
                for text in texts { out.append(text.map { UInt32(clamping: $0.utf8.count) } ?? missing) }
                for text in texts { if let text { out += text.utf8 } }
            }
        }
        return out
    }

    /// Reads the body of an answer, which may be anything: a model can write to the socket itself.
    /// - Throws: `stepFailed` where it is not what `encode` writes.
    package static func decode(_ body: [UInt8]) throws(MartletError) -> [WorkerTensor] {
        var reader = BodyReader(body)
        let count = Int(try reader.number(UInt32.self))
        guard count <= most else { throw BodyReader.garbled }
        var tensors: [WorkerTensor] = []
        for _ in 0..<count { tensors.append(try reader.tensor()) }
        guard reader.isAtEnd else { throw BodyReader.garbled }
        return tensors
    }

    fileprivate static func texts(_ data: ArraySlice<UInt8>, count: Int) throws(MartletError) -> [String?] {
        guard data.count >= 4 * count else { throw BodyReader.garbled }
        var reader = BodyReader(Array(data))
        var lengths: [UInt32] = []
        for _ in 0..<count { lengths.append(try reader.number(UInt32.self)) }
        var texts: [String?] = []
        for length in lengths {
            texts.append(length == missing ? nil : String(decoding: try reader.bytes(Int(length)), as: UTF8.self))
        }
        guard reader.isAtEnd else { throw BodyReader.garbled }
        return texts
    }
}

/// Reads values one after another.
private struct BodyReader {
    static let garbled = MartletError(
        .stepFailed, "The Python worker answered something that is no answer; the model may write to descriptors that are not its own.")

    private let body: [UInt8]
    private var place = 0

    init(_ body: [UInt8]) { self.body = body }

    var isAtEnd: Bool { place == body.count }

    mutating func bytes(_ count: Int) throws(MartletError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= body.count - place else { throw BodyReader.garbled }
        defer { place += count }
        return body[place..<place + count]
    }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(MartletError) -> Number {
        try bytes(MemoryLayout<Number>.size).withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
    }

    mutating func tensor() throws(MartletError) -> WorkerTensor {
        let name = String(decoding: try bytes(Int(number(UInt16.self))), as: UTF8.self)
        guard let element = WorkerElement(rawValue: try number(UInt8.self)) else { throw BodyReader.garbled }
        var shape: [Int] = []
        var count = 1
        for _ in 0..<(try number(UInt8.self)) {
            let size = try number(Int64.self)
            let product = count.multipliedReportingOverflow(by: Int(size))
            guard size >= 0, !product.overflow, product.partialValue <= 1 << 31 else { throw BodyReader.garbled }
            shape.append(Int(size))
            count = product.partialValue
        }
        guard let length = Int(exactly: try number(UInt64.self)) else { throw BodyReader.garbled }
        let data = try bytes(length)
        guard let size = element.size else {
            return WorkerTensor(name: name, element: element, shape: shape, content: .texts(try WorkerTensor.texts(data, count: count)))
        }
        guard data.count == size * count else { throw BodyReader.garbled }
        return WorkerTensor(name: name, element: element, shape: shape, content: .bytes(data))
    }
}

extension [UInt8] {
    fileprivate mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func reserve(_ tensors: [WorkerTensor]) {
        reserveCapacity(
            tensors.reduce(64) { sum, tensor in
                if case .bytes(let bytes) = tensor.content { sum + bytes.count + 64 } else { sum + 64 }
            })
    }
}
