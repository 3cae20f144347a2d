import Support

/// Reads the text format of protocol buffers: `name: value`, `name { ... }`, lists in square brackets, texts in single or double quotes, comments after
/// `#`. Errors name the line.
struct MessageTextReader {
    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1
    private static let deepest = 50

    /// - Parameter file: the name to show in errors.
    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
    }

    /// The whole text as one message of a form.
    /// - Throws: `invalidInput` with the line.
    static func read(_ text: String, as form: String, file: String) throws(MartletError) -> Message {
        var reader = MessageTextReader(text, file: file)
        let message = try reader.message(MessageForm.named(form), depth: 0)
        guard reader.next == nil else { throw reader.failure("“\(reader.word())” closes nothing that was opened.") }
        return message
    }

    // MARK: Structure

    private mutating func message(_ form: MessageForm, depth: Int) throws(MartletError) -> Message {
        guard depth < Self.deepest else { throw failure("Messages are nested too deep.") }
        var message = Message()
        skipSpace()
        while let byte = next, byte != UInt8(ascii: "}"), byte != UInt8(ascii: ">") {
            let name = word()
            guard let field = form[name] else {
                let hint = didYouMean(name, among: form.fields.map(\.name))
                throw failure(name.isEmpty ? "A field's name is missing." : "There is no field “\(name)” here.\(hint)")
            }
            try values(field, depth: depth, into: &message)
            skipSpace()
            if next == UInt8(ascii: ",") || next == UInt8(ascii: ";") { advance() }
            skipSpace()
        }
        return message
    }

    private mutating func values(_ field: MessageForm.Field, depth: Int, into message: inout Message) throws(MartletError) {
        skipSpace()
        let hasColon = next == UInt8(ascii: ":")
        if hasColon { advance() }
        skipSpace()
        guard next == UInt8(ascii: "[") else { return message.add(field.name, try value(field, hasColon: hasColon, depth: depth)) }
        advance()
        skipSpace()
        while next != UInt8(ascii: "]") {
            message.add(field.name, try value(field, hasColon: true, depth: depth))
            skipSpace()
            if next == UInt8(ascii: ",") { advance() } else if next != UInt8(ascii: "]") { throw failure("A list of “\(field.name)” is not closed.") }
            skipSpace()
        }
        advance()
    }

    private mutating func value(_ field: MessageForm.Field, hasColon: Bool, depth: Int) throws(MartletError) -> Message.Value {
        if next == UInt8(ascii: "{") || next == UInt8(ascii: "<") {
            switch field.kind {
            case .message(let form): return .message(try nested(MessageForm.named(form), depth))
            case .other:
                try skipMessage(depth)
                return .other
            default: throw failure("“\(field.name)” is a value, not a message.")
            }
        }
        if case .message = field.kind { throw failure("“\(field.name)” needs “{”.") }
        guard hasColon else { throw failure("“\(field.name)” needs a colon and a value.") }
        return try scalar(field)
    }

    private mutating func nested(_ form: MessageForm, _ depth: Int) throws(MartletError) -> Message {
        let closing = next == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ">")
        advance()
        let inner = try message(form, depth: depth + 1)
        guard next == closing else { throw failure("A message is not closed.") }
        advance()
        return inner
    }

    /// Reads over a message, whatever its fields are.
    private mutating func skipMessage(_ depth: Int) throws(MartletError) {
        var open = 0
        repeat {
            skipSpace()
            guard let byte = next else { throw failure("A message is not closed.") }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "<"): open += 1
            case UInt8(ascii: "}"), UInt8(ascii: ">"): open -= 1
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                _ = try quoted()
                continue
            default: break
            }
            advance()
        } while open > 0
    }

    // MARK: Values

    private mutating func scalar(_ field: MessageForm.Field) throws(MartletError) -> Message.Value {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
            let text = try texts()
            if field.kind == .other { return .other }
            guard field.kind == .text else { throw failure("“\(field.name)” is no text.") }
            return .text(text)
        }
        let word = word()
        switch field.kind {
        case .whole: if let number = Self.whole(word) { return .whole(number) }
        case .double, .float: if let number = Self.number(word) { return .number(field.kind == .float ? Double(Float(number)) : number) }
        case .flag:
            if ["true", "True", "t", "1"].contains(word) { return .flag(true) }
            if ["false", "False", "f", "0"].contains(word) { return .flag(false) }
        case .word(let words):
            if words[word] != nil { return .word(word) }
            if let number = Int(word), let known = words.first(where: { $0.value == number }) { return .word(known.key) }
            throw failure("“\(field.name)” cannot be “\(word)”.\(didYouMean(word, among: Array(words.keys)))")
        case .other: return .other
        case .text, .message: break
        }
        throw failure("“\(field.name)” cannot be “\(word)”.")
    }

    private static func whole(_ word: String) -> Int? {
        let isNegative = word.hasPrefix("-")
        let digits = isNegative ? word.dropFirst() : word[...]
        let isHexadecimal = digits.lowercased().hasPrefix("0x")
        return Int((isNegative ? "-" : "") + (isHexadecimal ? digits.dropFirst(2) : digits), radix: isHexadecimal ? 16 : 10)
    }

    private static func number(_ word: String) -> Double? {
        let plain = word.hasSuffix("f") && !word.lowercased().hasSuffix("inf") ? String(word.dropLast()) : word
        return Double(plain)
    }

    /// Texts that stand beside each other are one.
    private mutating func texts() throws(MartletError) -> String {
        var bytes: [UInt8] = []
        while next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
            bytes += try quoted()
            skipSpace()
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("A text is not UTF-8.") }
        return text
    }

    private mutating func quoted() throws(MartletError) -> [UInt8] {
        let quote = next
        advance()
        var result: [UInt8] = []
        while let byte = next, byte != quote {
            guard byte != UInt8(ascii: "\n") else { break }
            advance()
            if byte == UInt8(ascii: "\\") { try escape(&result) } else { result.append(byte) }
        }
        guard next == quote, quote != nil else { throw failure("A text is not closed.") }
        advance()
        return result
    }

    private mutating func escape(_ result: inout [UInt8]) throws(MartletError) {
        guard let byte = next else { throw failure("A text is not closed.") }
        advance()
        let plain: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12,
            UInt8(ascii: "v"): 11,
        ]
        switch byte {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): result.append(UInt8(truncatingIfNeeded: try digits(2, radix: 16, first: "")))
        case UInt8(ascii: "u"): try scalar(digits(4, radix: 16, first: ""), &result)
        case UInt8(ascii: "U"): try scalar(digits(8, radix: 16, first: ""), &result)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            result.append(UInt8(truncatingIfNeeded: try digits(2, radix: 8, first: String(UnicodeScalar(byte)))))
        default: result.append(plain[byte] ?? byte)
        }
    }

    private func scalar(_ code: Int, _ result: inout [UInt8]) throws(MartletError) {
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else { throw failure("A text names no character of Unicode.") }
        result += Array(String(Character(scalar)).utf8)
    }

    private mutating func digits(_ most: Int, radix: Int, first: String) throws(MartletError) -> Int {
        var text = first
        for _ in 0..<most {
            guard let byte = next, Int(String(UnicodeScalar(byte)), radix: radix) != nil else { break }
            text.unicodeScalars.append(UnicodeScalar(byte))
            advance()
        }
        guard let code = Int(text, radix: radix) else { throw failure("A text has an escape without digits.") }
        return code
    }

    // MARK: Bytes

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func advance() {
        if next == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skipSpace() {
        while let byte = next {
            if byte == UInt8(ascii: "#") {
                while let byte = next, byte != UInt8(ascii: "\n") { advance() }
            } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
                advance()
            } else {
                return
            }
        }
    }

    /// The letters, digits and signs that stand here; where there are none, one byte, so that every call gets on.
    private mutating func word() -> String {
        let start = position
        while let byte = next, Self.isOfWord(byte) { advance() }
        if position == start, next != nil { advance() }
        return String(decoding: bytes[start..<position].prefix(80), as: UTF8.self)
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
        default: false
        }
    }

    private func failure(_ message: String) -> MartletError {
        MartletError(.invalidInput, message, place: SourcePlace(file: file, line: line, column: 1))
    }
}
