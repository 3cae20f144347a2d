internal import Exploration
import Support

extension Message {
    // MARK: Text format

    /// The message in text format, as protocol buffers print it.
    func pretty(_ form: MessageForm, indent: String = "") -> String {
        var text = ""
        for field in form.fields {
            for value in self[all: field.name] {
                switch value {
                case .message(let inner):
                    guard case .message(let name) = field.kind else { continue }
                    text += "\(indent)\(field.name) {\n\(inner.pretty(.named(name), indent: indent + "  "))\(indent)}\n"
                case .other: continue
                default: text += "\(indent)\(field.name): \(Self.spelled(value, field.kind))\n"
                }
            }
        }
        return text
    }

    private static func spelled(_ value: Value, _ kind: MessageForm.Kind) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .whole(let number): "\(number)"
        case .number(let number): spelled(number, isFloat: kind == .float)
        case .flag(let flag): flag ? "true" : "false"
        case .word(let word): word
        case .message, .other: ""
        }
    }

    private static func spelled(_ number: Double, isFloat: Bool) -> String {
        guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
        return isFloat ? "\(Float(number))" : "\(number)"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                quoted += "\\" + String(repeating: "0", count: scalar.value < 8 ? 2 : scalar.value < 64 ? 1 : 0) + String(scalar.value, radix: 8)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    // MARK: Bytes

    /// The message on the wire.
    func bytes(_ form: MessageForm) -> [UInt8] {
        var writer = MessageBytes()
        write(form, into: &writer)
        return writer.bytes
    }

    private func write(_ form: MessageForm, into writer: inout MessageBytes) {
        for field in form.fields {
            for value in self[all: field.name] {
                switch value {
                case .text(let text): writer.presentText(field.number, text)
                case .whole(let number): writer.present(field.number, number)
                case .number(let number):
                    if field.kind == .float { writer.presentFloat(field.number, number) } else { writer.presentDouble(field.number, number) }
                case .flag(let flag): writer.present(field.number, flag ? 1 : 0)
                case .word(let word):
                    if case .word(let words) = field.kind, let number = words[word] { writer.present(field.number, number) }
                case .message(let inner):
                    if case .message(let name) = field.kind { writer.message(field.number) { inner.write(.named(name), into: &$0) } }
                case .other: continue
                }
            }
        }
    }

    // MARK: JSON

    /// The message as the JSON of protocol buffers, with the fields' own names; entries of a map as members of an object.
    func json(_ form: MessageForm) -> JSONValue {
        var object: JSONValue = .object([])
        for field in form.fields {
            let values = self[all: field.name]
            guard !values.isEmpty else { continue }
            if field.kind == .message("AnomalyEntry") {
                let entries = messages(field.name).map { entry in
                    JSONValue.Member(entry.text("key") ?? "", entry.message("value")?.json(.named("AnomalyInfo")) ?? nil)
                }
                object[field.name] = .object(entries)
            } else {
                let spelled = values.map { Self.json($0, field.kind) }
                object[field.name] = field.isList ? .array(spelled) : spelled.last ?? nil
            }
        }
        return object
    }

    private static func json(_ value: Value, _ kind: MessageForm.Kind) -> JSONValue {
        switch value {
        case .text(let text): .string(text)
        // Numbers of 64 bits are texts there; these are small enough for a number, which is read as well.
        case .whole(let number): JSONValue(number)
        case .number(let number): ExpectationResult.figure(number)
        case .flag(let flag): .bool(flag)
        case .word(let word): .string(word)
        case .message(let inner): if case .message(let name) = kind { inner.json(.named(name)) } else { nil }
        case .other: nil
        }
    }
}
