import Support

/// What is said over the socket: a head of 16 bytes (a mark, the kind, the length), then the body.
struct WorkerMessage {
    enum Kind: UInt8 {
        /// To the worker, as JSON: the model's folder and its limits.
        case load = 1
        /// From the worker, as JSON: what the loaded model says of itself.
        case ready
        /// To the worker: the tensors that the model is asked with.
        case ask
        /// From the worker: the tensors that it answers.
        case answer
        /// From the worker, as JSON: why there is none.
        case failure
    }

    static let mark: [UInt8] = Array("MWK1".utf8)
    static let headSize = 16
    /// The most bytes of a body that are read.
    static let limit = 1 << 30

    var kind: Kind
    var body: [UInt8]

    var head: [UInt8] {
        WorkerMessage.mark + [kind.rawValue, 0, 0, 0] + Swift.withUnsafeBytes(of: UInt64(body.count).littleEndian) { Array($0) }
    }

    /// Reads a head.
    /// - Throws: `stepFailed` where it is none.
    static func read(head: [UInt8]) throws(MartletError) -> (kind: Kind, size: Int) {
        let size = head.dropFirst(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard head.count == headSize, Array(head.prefix(4)) == mark, let kind = Kind(rawValue: head[4]), size <= limit else {
            throw MartletError(
                .stepFailed, "The Python worker said something that is no message; the model may write to descriptors that are not its own.")
        }
        return (kind, Int(size))
    }
}
