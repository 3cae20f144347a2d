import Support
import Tables

/// How columns become the features of a linear model.
///
/// Numbers: missing and infinite ones are replaced by the median, then mean 0 and standard deviation 1. Texts: one feature of 0 and 1 per
/// category; a missing text is the most frequent one, an unseen text none. Where training had missing values, a feature says so.
struct LinearEncoding: Sendable {
    /// A column of numbers.
    struct Number: Sendable {
        let column: String
        let median: Double
        let mean: Double
        /// The population standard deviation; 1 for a constant.
        let deviation: Double
        /// The feature that is 1 where the value is missing.
        let indicator: Int?
    }

    /// A column of texts.
    struct Text: Sendable {
        let column: String
        /// Most frequent first; each has the feature `first` + its place.
        let categories: [String]
        let first: Int
        let indicator: Int?
    }

    let numbers: [Number]
    let texts: [Text]
    let width: Int
    /// Texts that got no feature, by column.
    let notes: [String]

    /// - Parameter limit: at most this many categories per column, the most frequent; others are treated as unseen.
    init(_ columns: [Column], limit: Int) {
        var next = columns.count { $0.kind.isNumeric }
        func feature(_ wanted: Bool) -> Int? {
            guard wanted else { return nil }
            next += 1
            return next - 1
        }
        var numbers: [Number] = []
        var texts: [Text] = []
        var notes: [String] = []
        for column in columns {
            if let values = column.numbers {
                let finite = values.filter(\.isFinite)
                let indicator = feature(finite.count < values.count)
                numbers.append(Self.number(column.name, finite, missing: values.count - finite.count, indicator))
            } else {
                let found = column.frequencies()
                let first = next
                next += min(found.count, limit)
                let indicator = feature((0..<column.count).contains { column.isMissingOrEmpty($0) })
                texts.append(Text(column: column.name, categories: found.prefix(limit).map(\.text), first: first, indicator: indicator))
                if found.count > limit { notes.append("“\(column.name)” has \(found.count) categories; the \(limit) most frequent are used.") }
            }
        }
        self.numbers = numbers
        self.texts = texts
        self.notes = notes
        width = next
    }

    private static func number(_ name: String, _ finite: [Double], missing: Int, _ indicator: Int?) -> Number {
        let median = median(finite)
        let count = Double(finite.count + missing)
        let mean = (finite.reduce(0, +) + median * Double(missing)) / max(1, count)
        let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } + (median - mean) * (median - mean) * Double(missing)
        let deviation = (squares / max(1, count)).squareRoot()
        return Number(column: name, median: median, mean: mean, deviation: deviation > 0 && deviation.isFinite ? deviation : 1, indicator: indicator)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    // MARK: Encoding

    /// The features of the rows of a table.
    func encode(_ table: Table) throws(MartletError) -> DesignMatrix {
        let rows = table.rowCount
        let (d, m) = (numbers.count, numbers.count { $0.indicator != nil } + texts.count * 2)
        var dense = [Double](repeating: 0, count: rows * d)
        var ones = [Int32](repeating: -1, count: rows * m)
        var slot = 0
        for (j, part) in numbers.enumerated() {
            guard let values = try table.column(part.column).numbers else { throw Self.otherKind(part.column) }
            for row in 0..<rows {
                let value = values[row].isFinite ? values[row] : part.median
                dense[row * d + j] = (value - part.mean) / part.deviation
            }
            guard let indicator = part.indicator else { continue }
            for row in 0..<rows where !values[row].isFinite { ones[row * m + slot] = Int32(indicator) }
            slot += 1
        }
        for part in texts {
            guard let text = try table.column(part.column).text else { throw Self.otherKind(part.column) }
            let places = Dictionary(zip(part.categories, part.first...), uniquingKeysWith: { first, _ in first })
            let byCode = text.dictionary.map { $0.isEmpty ? missingPlace(part) : Int32(places[$0] ?? -1) }
            for row in 0..<rows {
                let code = text.codes[row]
                let isMissing = code < 0 || text.dictionary[Int(code)].isEmpty
                ones[row * m + slot] = isMissing ? missingPlace(part) : byCode[Int(code)]
                if isMissing, let indicator = part.indicator { ones[row * m + slot + 1] = Int32(indicator) }
            }
            slot += 2
        }
        return DesignMatrix(rowCount: rows, width: width, denseWidth: d, dense: dense, onesWidth: m, ones: ones)
    }

    /// A missing text is the most frequent category.
    private func missingPlace(_ part: Text) -> Int32 { part.categories.isEmpty ? -1 : Int32(part.first) }

    private static func otherKind(_ name: String) -> MartletError {
        MartletError(.invalidInput, "The column “\(name)” is of another kind than in the training data. Clean it in the same way.")
    }
}
