import Support
import Tables

/// What a comparison says of a row. A missing value makes it unknown, as in SQL; the least of several is their AND, the greatest their OR.
enum Truth {
    static let (no, unknown, yes): (UInt8, UInt8, UInt8) = (0, 1, 2)
}

extension PredictionFilter {
    /// What it says of each row of a block, by the `Truth`.
    func truths(_ block: PredictionBlock, _ schema: SegmentSchema) -> [UInt8] {
        switch self {
        case .all(let parts): joined(parts, block, schema, min)
        case .any(let parts): joined(parts, block, schema, max)
        case .not(let part): part.truths(block, schema).map { Truth.yes - $0 }
        case .compares(let name, _, _), .among(let name, _), .isLike(let name, _), .isMissing(let name):
            isAnswered(name, schema)
                ? tested(LoggedField(name, in: schema).flatMap { FieldValues($0, block, schema) }, rows: block.rowCount)
                : Array(repeating: Truth.unknown, count: block.rowCount)
        }
    }

    /// Whether the values as they were logged tell: not where they were left out, and of digests only which are equal.
    private func isAnswered(_ name: String, _ schema: SegmentSchema) -> Bool {
        guard let field = LoggedField(name, in: schema) else { return schema.withheld[name] != .drop }
        if case .isMissing = self { return true }
        return !PredictionFilter.isHashed(field, schema) || comparesDigests
    }

    private func joined(
        _ parts: [PredictionFilter], _ block: PredictionBlock, _ schema: SegmentSchema, _ join: (UInt8, UInt8) -> UInt8
    ) -> [UInt8] {
        guard let first = parts.first else { return Array(repeating: Truth.yes, count: block.rowCount) }
        var truths = first.truths(block, schema)
        for part in parts.dropFirst() {
            let others = part.truths(block, schema)
            for i in truths.indices { truths[i] = join(truths[i], others[i]) }
        }
        return truths
    }

    private func tested(_ values: FieldValues?, rows: Int) -> [UInt8] {
        if case .isMissing = self { return values?.missing(rows: rows) ?? Array(repeating: Truth.yes, count: rows) }
        guard let values else { return Array(repeating: Truth.unknown, count: rows) }
        switch values {
        case .numbers(let numbers, let kind):
            let test = numberTest(kind)
            return numbers.map { number in
                guard !number.isNaN, let test else { return Truth.unknown }
                return test(number) ? Truth.yes : Truth.no
            }
        case .texts(let texts):
            guard let test = textTest else { return Array(repeating: Truth.unknown, count: rows) }
            let words = texts.dictionary.map { test($0) ? Truth.yes : Truth.no }
            return texts.codes.map { $0 < 0 ? Truth.unknown : words[Int($0)] }
        case .same(let text):
            guard let text, let test = textTest else { return Array(repeating: Truth.unknown, count: rows) }
            return Array(repeating: test(text) ? Truth.yes : Truth.no, count: rows)
        }
    }

    /// Nil where the values are of another kind.
    private func numberTest(_ kind: LoggedField.Kind) -> ((Double) -> Bool)? {
        switch self {
        case .compares(_, let comparison, let value):
            guard let other = value.number(kind) else { return nil }
            return { comparison.holds($0, other) }
        case .among(_, let values):
            let others = values.compactMap { $0.number(kind) }
            return { others.contains($0) }
        default: return nil
        }
    }

    private var textTest: ((String) -> Bool)? {
        switch self {
        case .compares(_, let comparison, .text(let other)): return { comparison.holds($0, other) }
        case .among(_, let values): return { values.contains(.text($0)) }
        case .isLike(_, let text):
            let pattern = TextPattern(text)
            return { pattern.fits($0) }
        default: return nil
        }
    }
}

extension PredictionFilter.Value {
    /// The value as numbers of a kind stand for it: moments as microseconds since 1970.
    fileprivate func number(_ kind: LoggedField.Kind) -> Double? {
        switch (kind, self) {
        case (.number, .number(let number)), (.flag, .number(let number)): number
        case (.flag, .flag(let flag)): flag ? 1 : 0
        case (.moment, .text(let text)): Timestamp(text).map { Double($0.microseconds) }
        default: nil
        }
    }
}

/// The values of one field in a block.
private enum FieldValues {
    /// NaN where one is missing.
    case numbers([Double], LoggedField.Kind)
    case texts(TextValues)
    /// The same for every row.
    case same(String?)

    /// - Returns: nil where the block has none.
    init?(_ field: LoggedField, _ block: PredictionBlock, _ schema: SegmentSchema) {
        let (scores, width) = (block.answers.scores, block.answers.width)
        switch field {
        case .time: self = .numbers(block.times.map { Double($0.microseconds) }, .moment)
        case .model: self = .same(block.model.name)
        case .alias: self = .same(block.model.alias)
        case .digest: self = .same(block.model.digest)
        case .version: self = .numbers(Array(repeating: Double(block.model.version), count: block.rowCount), .number)
        case .latency: self = .numbers(block.latencies.map(Double.init), .number)
        case .key:
            guard let keys = block.keys else { return nil }
            self = .texts(keys)
        case .label:
            guard let labels = block.answers.labels else { return nil }
            self = .texts(labels)
        case .outlier:
            guard let outliers = block.outliers else { return nil }
            self = .numbers(outliers, .number)
        case .score: self = .numbers(width == 1 ? scores : block.ids.indices.map { scores[$0 * width..<($0 + 1) * width].max() ?? .nan }, .number)
        case .probability(let name):
            guard case .multiclass(let classes) = schema.answer, let place = classes.firstIndex(of: name), place < width else { return nil }
            self = .numbers(block.ids.indices.map { scores[$0 * width + place] }, .number)
        case .input(let name):
            guard let column = block.inputs.columns.first(where: { $0.name == name }) else { return nil }
            switch column.values {
            case .text(let texts): self = .texts(texts)
            case .numbers(let numbers):
                let kind = field.kind(in: schema)
                self = .numbers(kind == .moment ? numbers.map { ($0 * 1_000_000).rounded() } : numbers, kind)
            }
        }
    }

    /// Where a value is missing.
    func missing(rows: Int) -> [UInt8] {
        switch self {
        case .numbers(let numbers, _): numbers.map { $0.isNaN ? Truth.yes : Truth.no }
        case .texts(let texts): texts.codes.map { $0 < 0 ? Truth.yes : Truth.no }
        case .same(let text): Array(repeating: text == nil ? Truth.yes : Truth.no, count: rows)
        }
    }
}

/// A text with `%` for any text and `_` for any character.
struct TextPattern {
    private let pattern: [Character]

    init(_ pattern: String) { self.pattern = Array(pattern) }

    func fits(_ text: String) -> Bool {
        let text = Array(text)
        var (at, place) = (0, 0)
        // Where the last % stands, and how much of the text it has taken.
        var (star, taken) = (Int?.none, 0)
        while at < text.count {
            if place < pattern.count, pattern[place] == "%" {
                (star, taken) = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == "_" || pattern[place] == text[at] {
                at += 1
                place += 1
            } else if let star {
                taken += 1
                (at, place) = (taken, star + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "%" }
    }
}
