extension JSONValue {
    /// Reads JSON text (RFC 8259). Refuses `NaN`, trailing text, lone surrogates and nesting deeper than 512.
    /// - Throws: `invalidInput` with the byte at which reading stopped.
    package init(parsing text: String) throws(MartletError) { self = try JSONValue(parsing: Array(text.utf8)) }

    /// Reads UTF-8 JSON.
    /// - Parameter capacity: how many values are taken at most, a list or an object counting as four: what bounds the memory, since a value takes
    ///   many times the bytes that it is written in.
    /// - Parameter takesNaN: whether the bare words `NaN`, `Infinity` and `-Infinity` are numbers, as Python writes them.
    /// - Throws: `invalidInput`; `tooLarge` where there are more values.
    package init(parsing bytes: [UInt8], capacity: Int = .max, takesNaN: Bool = false) throws(MartletError) {
        var reader = JSONReader(bytes: bytes, capacity: capacity, takesNaN: takesNaN)
        self = try reader.document()
    }
}

/// A recursive-descent reader over UTF-8 bytes.
private struct JSONReader {
    let bytes: [UInt8]
    var at = 0
    var depth = 0
    /// How much more is taken.
    private var rest: Int
    private let capacity: Int

    private let takesNaN: Bool

    init(bytes: [UInt8], capacity: Int, takesNaN: Bool) {
        self.takesNaN = takesNaN
        self.bytes = bytes
        self.capacity = capacity
        rest = capacity
    }

    mutating func document() throws(MartletError) -> JSONValue {
        let value = try self.value()
        skipSpace()
        guard at == bytes.count else { throw failure("text after the end of the value") }
        return value
    }

    private func failure(_ what: String) -> MartletError { MartletError(.invalidInput, "The JSON is malformed at byte \(at): \(what).") }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    }

    private mutating func value() throws(MartletError) -> JSONValue {
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
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw failure("a key must be a string") }
            let key = try string()
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { throw failure("a colon is missing") }
            at += 1
            members.append(JSONValue.Member(key, try value()))
        }
        return .object(members)
    }

    private mutating func number() throws(MartletError) -> JSONValue {
        let start = at
        if let whole = shortWhole() { return .integer(whole) }
        while at < bytes.count, "+-.0123456789eE".utf8.contains(bytes[at]) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard JSONReader.isNumber(bytes[start..<at]) else { throw failure("not a value") }
        if let whole = Int64(text) { return .integer(whole) }
        guard let value = Double(text), value.isFinite else { throw failure("“\(text.prefix(40))” is not a number that a double can hold") }
        return .number(value)
    }

    /// Reads a whole number of up to eighteen digits, which most are; goes back and gives nil where it is any other.
    private mutating func shortWhole() -> Int64? {
        let start = at
        let isNegative = bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        let first = at
        var value: Int64 = 0
        while at < bytes.count, at - first < 18, (0x30...0x39).contains(bytes[at]) {
            value = value * 10 + Int64(bytes[at] - 0x30)
            at += 1
        }
        let digits = at - first
        let goesOn = at < bytes.count && "+-.0123456789eE".utf8.contains(bytes[at])
        guard digits > 0, !goesOn, digits == 1 || bytes[first] != 0x30, !(isNegative && value == 0) else {
            at = start
            return nil
        }
        return isNegative ? -value : value
    }

    /// Whether this is a number by the grammar of RFC 8259, which allows less than Swift's own reader: digits before and after a point, no
    /// leading zero, no plus.
    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return false }
        }
        if let mark = rest.first, "eE".utf8.contains(mark) {
            rest = rest.dropFirst()
            if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
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
