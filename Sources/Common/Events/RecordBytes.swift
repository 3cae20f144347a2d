internal import Digests
internal import Support

/// The bytes over which a record's hash is taken: the JSON list of the hash before it, its number, its time in microseconds, who, what, to what
/// and the body's text. Written byte by byte, so that a million records are checked in seconds.
struct RecordBytes {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1024) }

    mutating func begin(previous: some Sequence<UInt8>) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(0x5B)
        quote(previous)
    }

    mutating func add(_ number: Int64) {
        bytes.append(0x2C)
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func add(_ text: some Sequence<UInt8>) {
        bytes.append(0x2C)
        quote(text)
    }

    mutating func end() { bytes.append(0x5D) }

    private mutating func quote(_ text: some Sequence<UInt8>) {
        bytes.append(0x22)
        for byte in text {
            if byte >= 0x20, byte != 0x22, byte != 0x5C { bytes.append(byte) } else { escape(byte) }
        }
        bytes.append(0x22)
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(0x5C)
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x0A: bytes.append(0x6E)
        case 0x0D: bytes.append(0x72)
        case 0x09: bytes.append(0x74)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(contentsOf: "0123456789abcdef".utf8.dropFirst(Int(byte >> 4)).prefix(1))
            bytes.append(contentsOf: "0123456789abcdef".utf8.dropFirst(Int(byte & 15)).prefix(1))
        }
    }

    /// The hash of one record.
    static func hash(
        _ previous: String, _ sequence: Int, _ at: Timestamp, _ actor: String, _ kind: String, _ subject: String, _ body: String
    ) -> String {
        var record = RecordBytes()
        record.begin(previous: previous.utf8)
        record.add(Int64(sequence))
        record.add(at.microseconds)
        for text in [actor, kind, subject, body] { record.add(text.utf8) }
        record.end()
        return Digest(of: record.bytes).rawValue
    }
}
