/// A recursive-descent reader over UTF-8 bytes, for whole values, or for messages that are read member by member.
package struct JSONReader {
    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0
    /// How much more is taken.
    private var rest: Int
    private let capacity: Int
    private let takesNaN: Bool

    /// The parameters are those of `JSONValue(parsing:)`.
    package init(bytes: [UInt8], capacity: Int = .max, takesNaN: Bool = false) {
        self.takesNaN = takesNaN
        self.bytes = bytes
        self.capacity = capacity
        rest = capacity
    }

    mutating func document() throws(MartletError) -> JSONValue {
        let value = try self.value()
        try end()
        return value
    }

    // MARK: - Piece by piece

    /// - Throws: `invalidInput` where more follows than space.
    package mutating func end() throws(MartletError) {
        skipSpace()
        guard at == bytes.count else { throw failure("text after the end of the value") }
    }

    /// Whether an object begins here.
    package mutating func isAtObject() -> Bool { isAt(UInt8(ascii: "{")) }

    /// Whether a list begins here.
    package mutating func isAtList() -> Bool { isAt(UInt8(ascii: "[")) }

    private mutating func isAt(_ byte: UInt8) -> Bool {
        skipSpace()
        return at < bytes.count && bytes[at] == byte
    }

    /// Reads the object that begins here; `read` takes the value of each member.
    package mutating func members(_ read: (_ key: String, inout JSONReader) throws(MartletError) -> Void) throws(MartletError) {
        try take(1)
        try descend()
        var isFirst = true
        while try !ends(with: UInt8(ascii: "}"), first: isFirst) {
            isFirst = false
            try read(try key(), &self)
        }
    }

    /// Reads the list that begins here; `read` takes each element.
    package mutating func elements(_ read: (inout JSONReader) throws(MartletError) -> Void) throws(MartletError) {
        try take(1)
        try descend()
        var isFirst = true
        while try !ends(with: UInt8(ascii: "]"), first: isFirst) {
            isFirst = false
            try read(&self)
        }
    }

    /// The numbers of a list, or of lists within it, in order.
    /// - Returns: nil where there is anything else, or a whole number that a double does not hold; the reader stands where it stood.
    package mutating func numbers() throws(MartletError) -> [Double]? {
        var ahead = self
        guard ahead.isAtList() else { return nil }
        var numbers: [Double] = []
        do { try ahead.collect(into: &numbers) } catch is NoNumbers { return nil } catch {
            guard let error = error as? MartletError, error.code == .tooLarge else { return nil }
            throw error
        }
        self = ahead
        return numbers
    }

    private struct NoNumbers: Error {}

    private mutating func collect(into numbers: inout [Double]) throws {
        try take(1)
        try descend()
        var isFirst = true
        while try !ends(with: UInt8(ascii: "]"), first: isFirst) {
            isFirst = false
            skipSpace()
            guard at < bytes.count else { throw NoNumbers() }
            guard bytes[at] != UInt8(ascii: "[") else {
                try collect(into: &numbers)
                continue
            }
            try take(1)
            switch nextNumber() {
            case .whole(let whole) where whole.magnitude <= 1 << 53: numbers.append(Double(whole))
            case .real(let value) where value.isFinite: numbers.append(value)
            default: throw NoNumbers()
            }
        }
    }

    // MARK: - Values

    private func failure(_ what: String) -> MartletError { MartletError(.invalidInput, "The JSON is malformed at byte \(at): \(what).") }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    /// Reads the value that begins here.
    package mutating func value() throws(MartletError) -> JSONValue {
        skipSpace()
        guard at < bytes.count else { throw failure("it ends where a value should stand") }
        try take(1)
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N") where takesNaN: return try word("NaN", .number(.nan))
        case UInt8(ascii: "I") where takesNaN: return try word("Infinity", .number(.infinity))
        case UInt8(ascii: "-") where takesNaN && bytes[(at + 1)...].first == UInt8(ascii: "I"): return try word("-Infinity", .number(-.infinity))
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(MartletError) -> JSONValue {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[at..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { throw failure("an unknown word") }
        at = end
        return value
    }

    private mutating func take(_ cost: Int) throws(MartletError) {
        rest -= cost
        guard rest >= 0 else {
            throw MartletError(.tooLarge, "The JSON holds more than \(capacity) values. Send fewer at once.")
        }
    }

    private mutating func descend() throws(MartletError) {
        try take(3)
        depth += 1
        guard depth <= 512 else { throw failure("nested deeper than 512") }
        at += 1
    }

    /// Whether a list ends here; otherwise steps over the comma between elements.
    private mutating func ends(with close: UInt8, first: Bool) throws(MartletError) -> Bool {
        skipSpace()
        guard at < bytes.count else { throw failure("it ends inside a list or an object") }
        if bytes[at] == close {
            at += 1
            depth -= 1
            return true
        }
        guard !first else { return false }
        guard bytes[at] == UInt8(ascii: ",") else { throw failure("a comma is missing") }
        at += 1
        return false
    }

    private mutating func array() throws(MartletError) -> JSONValue {
        try descend()
        var elements: [JSONValue] = []
        while try !ends(with: UInt8(ascii: "]"), first: elements.isEmpty) { elements.append(try value()) }
        return .array(elements)
    }

    private mutating func object() throws(MartletError) -> JSONValue {
        try descend()
        var members: [JSONValue.Member] = []
        while try !ends(with: UInt8(ascii: "}"), first: members.isEmpty) {
            members.append(JSONValue.Member(try key(), try value()))
        }
        return .object(members)
    }

    /// Reads a member's key and the colon after it.
    private mutating func key() throws(MartletError) -> String {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw failure("a key must be a string") }
        let key = try string()
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw failure("a colon is missing") }
        at += 1
        return key
    }

    private mutating func number() throws(MartletError) -> JSONValue {
        let start = at
        guard let number = nextNumber() else { throw failure("not a value") }
        switch number {
        case .whole(let whole): return .integer(whole)
        case .real(let value):
            guard value.isFinite else {
                throw failure("“\(String(decoding: bytes[start..<min(at, start + 40)], as: UTF8.self))” is not a number that a double can hold")
            }
            return .number(value)
        }
    }

    private mutating func nextNumber() -> DecimalNumber.Value? {
        guard let number = bytes.withUnsafeBufferPointer({ DecimalNumber($0, at: at) }) else { return nil }
        at = number.end
        return number.value
    }

    private mutating func string() throws(MartletError) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            guard let text = String(validating: bytes[start..<at], as: UTF8.self) else { throw failure("a string is not valid UTF-8") }
            at += 1
            return text
        }
        var out = Array(bytes[start..<at])
        while true {
            guard at < bytes.count else { throw failure("a string does not end") }
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else { throw failure("a control character inside a string") }
            if byte == UInt8(ascii: "\\") { try escape(into: &out) } else { out.append(byte) }
        }
        guard let text = String(validating: out, as: UTF8.self) else { throw failure("a string is not valid UTF-8") }
        return text
    }

    private mutating func escape(into out: inout [UInt8]) throws(MartletError) {
        guard at < bytes.count else { throw failure("a string does not end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "u"): out.append(contentsOf: String(Character(try unicodeScalar())).utf8)
        default: throw failure("an unknown escape")
        }
    }

    private mutating func unicodeScalar() throws(MartletError) -> Unicode.Scalar {
        let first = try hexUnit()
        guard (0xD800..<0xDC00).contains(first) else {
            guard let scalar = Unicode.Scalar(first) else { throw failure("a lone surrogate") }
            return scalar
        }
        guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else { throw failure("a lone surrogate") }
        at += 2
        let second = try hexUnit()
        guard (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("a lone surrogate") }
        return scalar
    }

    private mutating func hexUnit() throws(MartletError) -> UInt32 {
        guard at + 4 <= bytes.count, !"+-".utf8.contains(bytes[at]), let unit = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw failure("a \\u escape needs four hexadecimal digits") }
        at += 4
        return unit
    }
}
