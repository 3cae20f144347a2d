package import Support
package import Tables

extension RowRules {
    /// Applies the rules to a table, as a served model does. Rules on columns that the table does not have are left out: a model is not asked
    /// with its target.
    /// - Parameter refusesMisfits: whether a value that a strict cast does not fit is an error, as in a request, or becomes missing, as where rows that were
    ///   taken long ago are looked at by later rules.
    /// - Throws: `invalidInput` where a rule does not fit a column, a strict cast does not fit a value, or a value was not fitted yet.
    package func apply(to table: Table, refusesMisfits: Bool = true) throws(MartletError) -> Table {
        guard isFitted else { throw MartletError(.invalidInput, "The row rules are not fitted yet. Prepare the training data first.") }
        var columns = table.columns
        for (rule, fitted) in zip(rules, fitted) {
            if case .dateParts(let name, let parts) = rule {
                guard let source = columns.first(where: { $0.name == name }), let moments = source.numbers else { continue }
                for part in parts { columns.append(RowRule.part(part, of: moments, name: part.columnName(of: name))) }
            } else {
                for i in columns.indices where rule.touches(columns[i].name, columns[i].kind) {
                    let before = columns[i]
                    columns[i] = rule.applied(to: before, fitted)
                    if refusesMisfits, case .castStrictly(_, let kind, _) = rule { try RowRule.requireFit(before, columns[i], kind) }
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

    /// Refuses rows with a value that a strict cast made missing.
    fileprivate static func requireFit(_ before: Column, _ after: Column, _ kind: ColumnKind) throws(MartletError) {
        guard let row = (0..<after.count).first(where: { after.isMissing($0) && !before.isMissing($0) }) else { return }
        let value = String((before.category(row) ?? "").prefix(100))
        throw MartletError(
            .invalidInput, "“\(before.name)” is “\(value)” in row \(row + 1), which is no \(kind.rawValue). Correct the value or send null.")
    }

    /// The column after the rule.
    fileprivate func applied(to column: Column, _ fitted: FittedValue?) -> Column {
        let kind = kind(after: column.kind)
        switch column.values {
        case .text(let text):
            if let wanted = castKind, wanted != .text { return RowRule.numbers(column.name, wanted, text) }
            if case .impute(_, let imputation) = self { return RowRule.filled(column, text, imputation.value(.text, fitted)) }
            return Column(column.name, text: mapped(text))
        case .numbers(let numbers):
            if castKind == .text { return Column(column.name, strings: numbers.map { RowRule.text(of: $0, column.kind) }) }
            if case .impute(_, let imputation) = self, case .number(let value) = imputation.value(column.kind, fitted) {
                return Column(column.name, kind: kind, numbers: numbers.map { $0.isNaN ? value : $0 })
            }
            if case .outliers(_, _, _, let action) = self, case .range(let low, let high) = fitted {
                return Column(column.name, kind: kind, numbers: numbers.map { RowRule.outlier($0, action, low, high) })
            }
            return Column(column.name, kind: kind, numbers: numbers.map { $0.isNaN ? .nan : value(of: $0, column.kind) })
        }
    }

    /// The kind that the rule casts to; nil for other rules.
    private var castKind: ColumnKind? {
        switch self {
        case .cast(_, let kind), .castStrictly(_, let kind, _): kind
        default: nil
        }
    }

    private static func outlier(_ x: Double, _ action: OutlierAction, _ low: Double, _ high: Double) -> Double {
        guard x < low || x > high else { return x }
        switch action {
        case .clip: return x < low ? low : high
        case .missing: return .nan
        case .drop: return x
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
        case .cast, .castStrictly, .clip, .outliers, .impute, .dateParts, .round: return { $0 }
        }
    }

    /// Letters made small by Unicode 15's simple mapping, one for one: what the engine knows. Later letters stay.
    package static func lowercased(_ text: String) -> String {
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
        case .cast(_, let wanted), .castStrictly(_, let wanted, _): return RowRule.cast(x, kind, to: wanted)
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
