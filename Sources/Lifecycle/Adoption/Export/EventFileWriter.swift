import Support

/// Writes an event file of TensorBoard's: records with their checksums, gathered and written piece by piece.
struct EventFileWriter {
    private let path: String
    private var waiting: [UInt8] = []

    private static let enough = 1 << 20

    /// - Parameter started: the time of the first event, which says what kind of file it is.
    init(_ path: String, started: Timestamp) throws(MartletError) {
        self.path = path
        FileCopy.remove(path)
        var first = WireWriter()
        first.double(1, started.seconds)
        first.text(3, "brain.Event:2")
        try write(record: first.bytes)
    }

    /// Writes a value of a step.
    /// - Parameter value: builds the message `Summary.Value` behind its tag.
    mutating func write(_ tag: String, step: Int64, at: Timestamp, _ value: (inout WireWriter) -> Void) throws(MartletError) {
        var event = WireWriter()
        event.double(1, at.seconds)
        event.integer(2, step)
        event.message(5) { summary in
            summary.message(1) { message in
                message.text(1, tag)
                value(&message)
            }
        }
        try write(record: event.bytes)
    }

    /// Writes what is still gathered.
    mutating func finish() throws(MartletError) {
        try FileCopy.append(bytes: waiting, to: path)
        waiting.removeAll()
    }

    private mutating func write(record bytes: [UInt8]) throws(MartletError) {
        var head = WireWriter()
        head.fixed(UInt64(bytes.count))
        waiting += head.bytes
        waiting += EventFileWriter.sum(of: head.bytes)
        waiting += bytes
        waiting += EventFileWriter.sum(of: bytes)
        if waiting.count > EventFileWriter.enough { try finish() }
    }

    private static func sum(of bytes: [UInt8]) -> [UInt8] {
        let sum = Checksum.masked(bytes.withUnsafeBytes { Checksum.castagnoli.value(of: $0) })
        return withUnsafeBytes(of: sum.littleEndian) { Array($0) }
    }
}
