/// What is met while XML is read.
enum XMLEvent: Equatable {
    case start(String, [String: String])
    case end(String)
}

/// The XML is not well-formed, or is more than is read here.
struct XMLFailure: Error {
    let line: Int
}

/// Reads the elements of an XML document (XML 1.0) with their attributes: as much as reports need. Text between them is passed over. A document type
/// with declarations of its own is refused, so that no entity can name a file or grow; nothing but UTF-8 is read.
///
/// Foundation's reader is not used: on Linux malformed attributes end the process.
struct XMLElements {
    private let bytes: [UInt8]
    private var at = 0
    private var open: [String] = []
    private var pendingEnd: String?
    private var roots = 0

    /// No test runner nests suites deeper.
    private static let deepest = 100

    init(_ bytes: [UInt8]) { self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes }

    /// The line at hand, counted from 1.
    private var failure: XMLFailure { XMLFailure(line: 1 + bytes[..<min(at, bytes.count)].count { $0 == 0x0A }) }

    /// The next start or end of an element; nil after the end of the one root.
    mutating func next() throws(XMLFailure) -> XMLEvent? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "<") else {
                try text()
                continue
            }
            if skip("<!--") {
                try passOver(to: "-->")
            } else if skip("<?") {
                try passOver(to: "?>")
            } else if skip("<![CDATA[") {
                guard !open.isEmpty else { throw failure }
                try passOver(to: "]]>")
            } else if skip("<!DOCTYPE") {
                try documentType()
            } else if skip("</") {
                return try end()
            } else {
                at += 1
                return try start()
            }
        }
        guard open.isEmpty, roots == 1 else { throw failure }
        return nil
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let word = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[at...].starts(with: word) else { return false }
        at += word.count
        return true
    }

    private mutating func passOver(to end: StaticString) throws(XMLFailure) {
        while at < bytes.count { if skip(end) { return } else { at += 1 } }
        throw failure
    }

    private mutating func documentType() throws(XMLFailure) {
        guard roots == 0 else { throw failure }
        while at < bytes.count, bytes[at] != UInt8(ascii: ">") {
            guard bytes[at] != UInt8(ascii: "["), bytes[at] != UInt8(ascii: "<") else { throw failure }
            at += 1
        }
        guard skip(">") else { throw failure }
    }

    /// Text between elements; outside of the root only spaces.
    private mutating func text() throws(XMLFailure) {
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") {
            guard !open.isEmpty || XMLElements.isSpace(bytes[at]) else { throw failure }
            at += 1
        }
        guard XMLElements.unescaped(bytes[start..<at]) != nil else { throw failure }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    @discardableResult
    private mutating func spaces() -> Bool {
        let start = at
        while at < bytes.count, XMLElements.isSpace(bytes[at]) { at += 1 }
        return at > start
    }

    private mutating func name() throws(XMLFailure) -> String {
        let start = at
        while at < bytes.count, !XMLElements.isSpace(bytes[at]), !"<>/=\"'&!?".utf8.contains(bytes[at]), bytes[at] >= 0x20 { at += 1 }
        guard at > start, !"-.0123456789".utf8.contains(bytes[start]), let name = String(validating: bytes[start..<at], as: UTF8.self) else {
            throw failure
        }
        return name
    }

    private mutating func start() throws(XMLFailure) -> XMLEvent {
        let element = try name()
        if open.isEmpty { roots += 1 }
        guard roots == 1, open.count < XMLElements.deepest else { throw failure }
        var attributes: [String: String] = [:]
        while true {
            let isApart = spaces()
            if skip("/>") {
                pendingEnd = element
                break
            }
            if skip(">") {
                open.append(element)
                break
            }
            guard isApart else { throw failure }
            let key = try name()
            spaces()
            guard skip("=") else { throw failure }
            spaces()
            guard attributes.updateValue(try value(), forKey: key) == nil else { throw failure }
        }
        return .start(element, attributes)
    }

    private mutating func value() throws(XMLFailure) -> String {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else { throw failure }
        let quote = bytes[at]
        let start = at + 1
        guard let end = bytes[start...].firstIndex(where: { $0 == quote || $0 == UInt8(ascii: "<") }), bytes[end] == quote,
            let text = XMLElements.unescaped(bytes[start..<end])
        else { throw failure }
        at = end + 1
        return text
    }

    private mutating func end() throws(XMLFailure) -> XMLEvent {
        let element = try name()
        spaces()
        guard skip(">"), open.popLast() == element else { throw failure }
        return .end(element)
    }

    /// The text with its references replaced; nil where it is not UTF-8, or names an entity that nobody declared.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        guard bytes.contains(UInt8(ascii: "&")) else { return text }
        var out = ""
        for (number, part) in text.split(separator: "&", omittingEmptySubsequences: false).enumerated() {
            guard number > 0 else {
                out += part
                continue
            }
            let pieces = part.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2, let scalar = scalar(pieces[0]) else { return nil }
            out.unicodeScalars.append(scalar)
            out += pieces[1]
        }
        return out
    }

    private static func scalar(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#"), !name.contains("+"), !name.contains("-") else { return nil }
            let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            return number.flatMap { $0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0) ? Unicode.Scalar($0) : nil }
        }
    }
}
