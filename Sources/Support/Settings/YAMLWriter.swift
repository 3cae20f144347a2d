package import Support

/// Writes values as YAML to the byte as ruamel.yaml does when it keeps the order of keys and writes every list and mapping on lines of its own: lines are
/// folded at 80 characters, what would be read as something else is quoted. So DVC writes `dvc.lock`.
package struct YAMLWriter {
    /// Where lines are folded.
    private static let width = 80
    /// Keys of this length and more get a `?` of their own.
    private static let longestKey = 128

    private var scalars: [Unicode.Scalar] = []
    private var column = 0

    private init() {}

    /// The members of a mapping as lines.
    /// - Parameter indent: how far they stand from the left.
    package static func text(_ members: [JSONValue.Member], indent: Int = 0) -> String {
        var writer = YAMLWriter()
        for member in members { writer.write(member, at: indent) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: writer.scalars)
        return String(text)
    }

    // MARK: Mappings and lists

    private mutating func write(_ member: JSONValue.Member, at indent: Int) {
        pad(to: indent)
        writeMember(member, at: indent)
    }

    /// A member whose key begins where the line stands.
    private mutating func writeMember(_ member: JSONValue.Member, at indent: Int) {
        let key = YAMLText(member.key)
        let isSimple = key.scalars.count < YAMLWriter.longestKey && !key.isMultiline
        if isSimple {
            write(key, indent: indent + 2, isKey: true)
        } else {
            put("? ")
            write(key, indent: indent + 2, isKey: false)
            breakLine()
            pad(to: indent)
        }
        put(":")
        writeValue(member.value, at: indent)
    }

    /// A value behind the colon of a key that stands at `indent`.
    private mutating func writeValue(_ value: JSONValue, at indent: Int) {
        switch value {
        case .object(let members) where !members.isEmpty:
            breakLine()
            for member in members { write(member, at: indent + 2) }
        case .array(let elements) where !elements.isEmpty:
            breakLine()
            for element in elements {
                pad(to: indent)
                writeElement(element, at: indent)
            }
        case .null: breakLine()
        default:
            put(" ")
            writeScalar(value, indent: indent + 2)
            breakLine()
        }
    }

    /// An element of a list whose dash stands at `indent`, where the line stands.
    private mutating func writeElement(_ element: JSONValue, at indent: Int) {
        put("- ")
        switch element {
        case .object(let members) where !members.isEmpty:
            for (i, member) in members.enumerated() {
                if i > 0 { pad(to: indent + 2) }
                writeMember(member, at: indent + 2)
            }
        case .array(let elements) where !elements.isEmpty:
            for (i, inner) in elements.enumerated() {
                if i > 0 { pad(to: indent + 2) }
                writeElement(inner, at: indent + 2)
            }
        default:
            writeScalar(element, indent: indent + 2)
            breakLine()
        }
    }

    // MARK: Scalars

    /// A scalar, or a list or mapping without anything in it.
    private mutating func writeScalar(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: break
        case .bool(let flag): put(flag ? "true" : "false")
        case .integer(let number): put(String(number))
        case .number(let number): put(YAMLWriter.text(of: number))
        case .string(let text): write(YAMLText(text), indent: indent, isKey: false)
        case .array: put("[]")
        case .object: put("{}")
        }
    }

    private static func text(of number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
        return PythonNumbers.text(number)
    }

    private mutating func write(_ text: YAMLText, indent: Int, isKey: Bool) {
        switch text.style(isKey: isKey) {
        case .plain: writePlain(text.scalars, indent: indent, folds: !isKey)
        case .single: writeSingleQuoted(text.scalars, indent: indent, folds: !isKey)
        case .double: writeDoubleQuoted(text.scalars, indent: indent, folds: !isKey)
        }
    }

    private mutating func writePlain(_ text: [Unicode.Scalar], indent: Int, folds: Bool) {
        var (start, end) = (0, 0)
        var inSpaces = false
        while end <= text.count {
            let next: Unicode.Scalar? = end < text.count ? text[end] : nil
            if inSpaces {
                if next != " " {
                    if start + 1 == end, column >= YAMLWriter.width, folds { newLine(indent) } else { put(text[start..<end]) }
                    start = end
                }
            } else if next == nil || next == " " {
                // A word that is longer than a line gets one of its own.
                if end - start + column > YAMLWriter.width, column > indent { newLine(indent) }
                put(text[start..<end])
                start = end
            }
            inSpaces = next == " "
            end += 1
        }
    }

    private mutating func writeSingleQuoted(_ text: [Unicode.Scalar], indent: Int, folds: Bool) {
        put("'")
        var (start, end) = (0, 0)
        var (inSpaces, inBreaks) = (false, false)
        while end <= text.count {
            let next: Unicode.Scalar? = end < text.count ? text[end] : nil
            if inSpaces {
                if next != " " {
                    if start + 1 == end, column > YAMLWriter.width, folds, start != 0, end != text.count {
                        newLine(indent)
                    } else {
                        put(text[start..<end])
                    }
                    start = end
                }
            } else if inBreaks {
                if next.map({ !YAMLText.isBreak($0) }) ?? true {
                    for mark in text[start..<end] { breakLine(mark) }
                    pad(to: indent)
                    start = end
                }
            } else if next == nil || next == " " || next == "'" || next.map(YAMLText.isBreak) == true {
                if start < end { put(text[start..<end]) }
                start = end
            }
            if next == "'" {
                put("''")
                start = end + 1
            }
            inSpaces = next == " "
            inBreaks = next.map(YAMLText.isBreak) ?? false
            end += 1
        }
        put("'")
    }

    private mutating func writeDoubleQuoted(_ text: [Unicode.Scalar], indent: Int, folds: Bool) {
        put("\"")
        var (start, end) = (0, 0)
        while end <= text.count {
            let next: Unicode.Scalar? = end < text.count ? text[end] : nil
            if next.map(YAMLText.isEscaped) ?? true {
                if start < end { put(text[start..<end]) }
                start = max(start, end)
                if let next {
                    put(YAMLText.escape(next))
                    start = end + 1
                }
            }
            if end > 0, end < text.count - 1, next == " " || start >= end, column + end - start > YAMLWriter.width, folds {
                fold(text, &start, end, indent)
            }
            end += 1
        }
        put("\"")
    }

    /// Goes on in a new line within double quotes, with a backslash where a reader would else see a space too many or too few.
    private mutating func fold(_ text: [Unicode.Scalar], _ start: inout Int, _ end: Int, _ indent: Int) {
        let needsBackslash = YAMLText.needsBackslash(text, start, end)
        if start < end {
            put(text[start..<end])
            start = end
        }
        if needsBackslash { put("\\") }
        newLine(indent)
        guard start < text.count, text[start] == " " else { return }
        if needsBackslash { put("\\") } else { start += 1 }
    }

    // MARK: Lines

    private mutating func put(_ text: some Sequence<Unicode.Scalar>) {
        let before = scalars.count
        scalars.append(contentsOf: text)
        column += scalars.count - before
    }

    private mutating func put(_ text: String) { put(text.unicodeScalars) }

    private mutating func breakLine(_ mark: Unicode.Scalar = "\n") {
        scalars.append(mark)
        column = 0
    }

    private mutating func pad(to indent: Int) { put(repeatElement(" ", count: max(0, indent - column))) }

    private mutating func newLine(_ indent: Int) {
        breakLine()
        pad(to: indent)
    }
}
