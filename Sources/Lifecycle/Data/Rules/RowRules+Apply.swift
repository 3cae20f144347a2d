package import Support
package import Tables

extension RowRules {
    /// Applies the rules to a table, as a served model does. Rules on columns that the table does not have are left out: a model is not asked
    /// with its target.
    /// - Throws: `invalidInput` where a rule does not fit a column, or a value was not fitted yet.
    package func apply(to table: Table) throws(MartletError) -> Table {
        guard isFitted else { throw MartletError(.invalidInput, "The row rules are not fitted yet. Prepare the training data first.") }
        var columns = table.columns
        for (rule, fitted) in zip(rules, fitted) {
            if case .dateParts(let name, let parts) = rule {
                guard let source = columns.first(where: { $0.name == name }), let moments = source.numbers else { continue }
                for part in parts { columns.append(RowRule.part(part, of: moments, name: part.columnName(of: name))) }
            } else {
                for i in columns.indices where rule.touches(columns[i].name, columns[i].kind) {
                    columns[i] = rule.applied(to: columns[i], fitted)
                }
            }
        }
        return try Table(columns)
    }
}

extension RowRule {
    fileprivate static func part(_ part: DatePart, of moments: [Double], name: String) -> Column {
        Column(name, kind: .integer, numbers: moments.map { $0.isNaN ? .nan : TimeText.part(part, of: $0) ?? .nan })
    }

    /// The column after the rule.
    fileprivate func applied(to column: Column, _ fitted: FittedValue?) -> Column {
        let kind = kind(after: column.kind)
        switch column.values {
        case .text(let text):
            if case .cast(_, let wanted) = self, wanted != .text { return RowRule.numbers(column.name, wanted, text) }
            if case .impute(_, let imputation) = self { return RowRule.filled(column, text, imputation.value(.text, fitted)) }
            return Column(column.name, text: mapped(text))
        case .numbers(let numbers):
            if case .cast(_, .text) = self { return Column(column.name, strings: numbers.map { RowRule.text(of: $0, column.kind) }) }
            if case .impute(_, let imputation) = self, case .number(let value) = imputation.value(column.kind, fitted) {
                return Column(column.name, kind: kind, numbers: numbers.map { $0.isNaN ? value : $0 })
            }
            return Column(column.name, kind: kind, numbers: numbers.map { $0.isNaN ? .nan : value(of: $0, column.kind) })
        }
    }

    // MARK: Text

    /// Applies a rule to the distinct texts of a column.
    private func mapped(_ text: TextValues) -> TextValues {
        let change = textChange
        var dictionary: [String] = []
        var known: [ExactText: Int32] = [:]
        let codes = text.dictionary.map { value -> Int32 in
            guard let new = change(value) else { return -1 }
            if let code = known[ExactText(new)] { return code }
            let code = Int32(dictionary.count)
            known[ExactText(new)] = code
            dictionary.append(new)
            return code
        }
        return TextValues(codes: text.codes.map { $0 < 0 ? -1 : codes[Int($0)] }, dictionary: dictionary)
    }

    /// The rule as a function of one text.
    private var textChange: (String) -> String? {
        switch self {
        case .trim:
            return { value in
                let trimmed = DelimitedLine.trimmed(value)
                return trimmed.isEmpty ? nil : trimmed
            }
        case .lowercase: return RowRule.lowercased
        case .stripPrefix(_, let prefix): return { TextBytes.dropping(prefix: prefix, from: $0) }
        case .stripSuffix(_, let suffix): return { TextBytes.dropping(suffix: suffix, from: $0) }
        case .map(_, let values):
            let table = Dictionary(values.map { (ExactText($0.from), $0.to) }) { first, _ in first }
            return { table[ExactText($0)] ?? $0 }
        case .missing(_, let markers):
            let set = Set(markers.map(ExactText.init))
            return { set.contains(ExactText(DelimitedLine.trimmed($0))) ? nil : $0 }
        case .replace(_, let from, let to): return { TextBytes.replacing(from, with: to, in: $0) }
        case .cast, .clip, .impute, .dateParts, .round: return { $0 }
        }
    }

    /// Letters made small by Unicode 15's simple mapping, one for one: what the engine knows. Later letters stay.
    static func lowercased(_ text: String) -> String {
        var small = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isKnown = scalar.isASCII || (scalar.properties.age.map { $0.major <= 15 } ?? false)
            small.append(isKnown ? scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar : scalar)
        }
        return String(small)
    }

    private static func filled(_ column: Column, _ text: TextValues, _ value: FittedValue) -> Column {
        guard case .text(let filling) = value else { return column }
        var dictionary = text.dictionary
        let known = dictionary.firstIndex { ExactText($0) == ExactText(filling) }
        if known == nil { dictionary.append(filling) }
        let code = Int32(known ?? dictionary.count - 1)
        return Column(column.name, text: TextValues(codes: text.codes.map { $0 < 0 ? code : $0 }, dictionary: dictionary))
    }

    private static func numbers(_ name: String, _ kind: ColumnKind, _ text: TextValues) -> Column {
        let values = text.dictionary.map { number(DelimitedLine.trimmed($0), kind) ?? .nan }
        return Column(name, kind: kind, numbers: text.codes.map { $0 < 0 ? .nan : values[Int($0)] })
    }

    private static func number(_ text: String, _ kind: ColumnKind) -> Double? {
        switch kind {
        case .number: return NumberText.value(text)
        case .integer: return NumberText.value(text).flatMap { $0.isFinite && $0 == $0.rounded(.towardZero) ? $0 : nil }
        case .boolean:
            let word = ExactText(lowercased(text))
            if BooleanText.yes.contains(where: { ExactText($0) == word }) { return 1 }
            return BooleanText.no.contains(where: { ExactText($0) == word }) ? 0 : nil
        case .timestamp: return TimeText.seconds(text)
        case .text: return nil
        }
    }

    // MARK: Numbers

    private static func text(of value: Double, _ kind: ColumnKind) -> String? {
        if value.isNaN { return nil }
        switch kind {
        case .timestamp: return TimeText.text(of: value)
        case .boolean: return value == 1 ? "true" : (value == 0 ? "false" : nil)
        default: return NumberText.text(of: value)
        }
    }

    /// The rule as a function of one number that is not missing.
    private func value(of x: Double, _ kind: ColumnKind) -> Double {
        switch self {
        case .missing(_, let markers): return markers.compactMap(NumberText.value).contains(x) ? .nan : x
        case .clip(_, let low, let high):
            if let low, x < low { return low }
            if let high, x > high { return high }
            return x
        case .round(_, let digits): return RoundingRule.round(x, digits: digits)
        case .cast(_, let wanted): return RowRule.cast(x, kind, to: wanted)
        default: return x
        }
    }

    private static func cast(_ x: Double, _ kind: ColumnKind, to wanted: ColumnKind) -> Double {
        switch wanted {
        case .integer: return x.isFinite && x == x.rounded(.towardZero) ? x : .nan
        case .boolean: return x == 0 || x == 1 ? x : .nan
        case .timestamp where kind != .timestamp: return abs(x) <= TimeText.limit ? (x * 1e6).rounded() / 1e6 + 0.0 : .nan
        default: return x
        }
    }
}

/// Changes of text by bytes, as the engine makes them.
enum TextBytes {
    /// The text without a prefix, where it has it.
    static func dropping(prefix: String, from text: String) -> String {
        text.utf8.starts(with: prefix.utf8) ? String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : text
    }

    /// The text without a suffix, where it has it.
    static func dropping(suffix: String, from text: String) -> String {
        guard text.utf8.count >= suffix.utf8.count, text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else { return text }
        return String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self)
    }

    /// Every occurrence replaced, from the left, without overlaps.
    static func replacing(_ from: String, with to: String, in text: String) -> String {
        let (bytes, pattern, new) = (Array(text.utf8), Array(from.utf8), Array(to.utf8))
        guard !pattern.isEmpty, bytes.count >= pattern.count else { return text }
        var result: [UInt8] = []
        var i = 0
        while i < bytes.count {
            if i + pattern.count <= bytes.count, bytes[i..<i + pattern.count].elementsEqual(pattern) {
                result += new
                i += pattern.count
            } else {
                result.append(bytes[i])
                i += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
