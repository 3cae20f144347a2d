internal import Support

/// A text that becomes a scalar, looked at for how it can be written.
struct YAMLText {
    enum Style { case plain, single, double }

    let scalars: [Unicode.Scalar]
    /// Whether it is more than one line.
    let isMultiline: Bool
    private let text: String
    private let mayBePlain: Bool
    private let mayBeSingle: Bool

    init(_ text: String) {
        self.text = text
        let scalars = Array(text.unicodeScalars)
        self.scalars = scalars
        isMultiline = scalars.contains(where: YAMLText.isBreak)
        let hasSpecial = scalars.contains { !YAMLText.isPrintable($0) }
        var (breakSpace, spaceBreak) = (false, false)
        for (one, next) in zip(scalars, scalars.dropFirst()) {
            if YAMLText.isBreak(one), next == " " { breakSpace = true }
            if one == " ", YAMLText.isBreak(next) { spaceBreak = true }
        }
        let isBlankOutside = [scalars.first, scalars.last].contains { $0.map { $0 == " " || YAMLText.isBreak($0) } ?? false }
        mayBeSingle = !hasSpecial && !breakSpace && !spaceBreak
        mayBePlain = mayBeSingle && !isMultiline && !isBlankOutside && !YAMLText.hasIndicators(scalars)
    }

    /// How it is written.
    func style(isKey: Bool) -> Style {
        if mayBePlain, YAMLScalar.kind(text) == .text, !(isKey && (scalars.isEmpty || isMultiline)) { return .plain }
        if scalars.contains("'") || scalars.contains("\n") { return .double }
        return mayBeSingle && !(isKey && isMultiline) ? .single : .double
    }

    static func isBreak(_ scalar: Unicode.Scalar) -> Bool { ["\n", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { isBreak(scalar) || ["\0", " ", "\t", "\r"].contains(scalar) }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Whether it holds what would be read as the beginning of something else.
    private static func hasIndicators(_ scalars: [Unicode.Scalar]) -> Bool {
        guard let first = scalars.first else { return false }
        let head = scalars.prefix(3)
        if head.elementsEqual("---".unicodeScalars) || head.elementsEqual("...".unicodeScalars) { return true }
        let isAlone = scalars.count == 1 || isBlank(scalars[1])
        if "#,[]{}&*!|>'\"%@`".unicodeScalars.contains(first) || "?:-".unicodeScalars.contains(first) && isAlone { return true }
        for i in 1..<max(1, scalars.count) {
            if scalars[i] == ":", i + 1 == scalars.count || isBlank(scalars[i + 1]) { return true }
            if scalars[i] == "#", isBlank(scalars[i - 1]) { return true }
        }
        return false
    }

    // MARK: Double quotes

    private static let escapes: [Unicode.Scalar: String] = [
        "\0": "0", "\u{07}": "a", "\u{08}": "b", "\t": "t", "\n": "n", "\u{0B}": "v", "\u{0C}": "f", "\r": "r", "\u{1B}": "e", "\"": "\"", "\\": "\\",
        "\u{85}": "N", "\u{A0}": "_", "\u{2028}": "L", "\u{2029}": "P",
    ]

    static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        if ["\"", "\\", "\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}"].contains(scalar) { return true }
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: return false
        default: return true
        }
    }

    static func escape(_ scalar: Unicode.Scalar) -> String {
        if let short = escapes[scalar] { return "\\\(short)" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (mark, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        return "\\\(mark)\(String(repeating: "0", count: max(0, width - digits.count)))\(digits)"
    }

    /// Whether a line that ends before `end` needs a backslash, so that it is read back as it was.
    static func needsBackslash(_ text: [Unicode.Scalar], _ start: Int, _ end: Int) -> Bool {
        guard var place = text[end...].firstIndex(of: " ") else { return true }
        if let line = text[end..<place].firstIndex(of: "\n") { place = line }
        guard place + 1 < text.count else { return true }
        if text[place] == "\n", text[place + 1] != " " { return true }
        let between = text[end..<place]
        let isDoubleSpace = end > 0 && text[end - 1] == " " && text[end] == " "
        return between.contains("\"") || between.contains("'") || text[place + 1] == " " || text[place + 1] == "\n" || isDoubleSpace || start == end
    }
}
