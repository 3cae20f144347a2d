internal import LightGBM
internal import Support
internal import Tables
internal import Training

/// The columns of a LightGBM model: numbers as they are, and the categories that pandas had as their codes.
struct TreesColumns: Sendable {
    private let names: [String]
    private let text: ModelText
    /// The values of a column that are known by their codes; nil for a column of numbers.
    private let categories: [[JSONValue]?]

    /// - Throws: `invalidInput` where the file does not tell which columns its categories belong to.
    init(_ booster: Booster) throws(MartletError) {
        let names = booster.featureNames
        let text = ModelText(booster.modelText)
        var categories: [[JSONValue]?] = Array(repeating: nil, count: names.count)
        if !text.pandas.isEmpty {
            guard text.categorical.count == text.pandas.count, text.categorical.allSatisfy({ names.indices.contains($0) }) else {
                throw MartletError(
                    .invalidInput,
                    "The model was trained on \(text.pandas.count) categorical columns of pandas, of which the file declares \(text.categorical.count): it does not tell which they are. Log it with MLflow, and serve that folder."
                )
            }
            for (place, values) in zip(text.categorical, text.pandas) { categories[place] = values }
        }
        (self.names, self.text, self.categories) = (names, text, categories)
    }

    // MARK: - Signature

    /// - Throws: `notFound` where the data lacks a column.
    func signature(data: Table?, outputs: Int) throws(MartletError) -> Signature {
        var fields: [Signature.Field] = []
        for place in names.indices {
            var field = field(place)
            if let data {
                let seen = try data.column(names[place]).signatureField
                if let minimum = seen.minimum { field.minimum = minimum }
                if let maximum = seen.maximum { field.maximum = maximum }
                if field.kind == .text, seen.kind == .text { field.categories = seen.categories }
            }
            fields.append(field)
        }
        let answer: Signature.Answer =
            switch text.objective {
            case "binary": .binary(negative: "0", positive: "1", threshold: 0.5)
            case "multiclass", "multiclassova": .multiclass(classes: (0..<outputs).map(String.init))
            default: .regression
            }
        return Signature(inputs: fields, answer: answer)
    }

    private func field(_ place: Int) -> Signature.Field {
        if let values = categories[place] {
            if values.allSatisfy({ $0.text != nil }) {
                return Signature.Field(names[place], kind: .text, mayBeMissing: true, categories: Array(values.prefix(100).compactMap(\.text)))
            }
            return Signature.Field(names[place], kind: values.allSatisfy { $0.flag != nil } ? .boolean : .number, mayBeMissing: true)
        }
        let range = text.ranges.indices.contains(place) ? text.ranges[place] : nil
        return Signature.Field(names[place], kind: .number, mayBeMissing: true, minimum: range?.lowerBound, maximum: range?.upperBound)
    }

    // MARK: - Values

    /// Rows × features, row by row. What training did not know is missing, as for Python.
    func values(_ table: Table) -> [Double] {
        let width = names.count
        var values = [Double](repeating: .nan, count: table.rowCount * width)
        for (place, column) in table.columns.enumerated() {
            let codes = codes(place, column)
            for row in 0..<table.rowCount { values[row * width + place] = codes[row] }
        }
        return values
    }

    private func codes(_ place: Int, _ column: Column) -> [Double] {
        guard let known = categories[place] else { return column.numbers ?? Array(repeating: .nan, count: column.count) }
        switch column.values {
        case .text(let text):
            let places = text.dictionary.map { value in known.firstIndex { $0.text == value }.map(Double.init) ?? .nan }
            return text.codes.map { $0 < 0 ? .nan : places[Int($0)] }
        case .numbers(let numbers):
            let values = known.map { $0.double ?? $0.flag.map { $0 ? 1 : 0 } ?? .nan }
            return numbers.map { number in values.firstIndex(of: number).map(Double.init) ?? .nan }
        }
    }

    /// The columns that a matrix of codes holds; none where the signature is another's.
    func table(_ values: [Double], _ signature: Signature, rows: Int) -> Table {
        let width = names.count
        guard values.count == rows * width, signature.inputs.count == width else { return Table(rows: rows) }
        let columns = signature.inputs.enumerated().map { place, field -> Column in
            let numbers = (0..<rows).map { values[$0 * width + place] }
            guard let known = categories[place] else { return Column(field.name, kind: field.kind, numbers: numbers) }
            let found = numbers.map { Int(exactly: $0).flatMap { known.indices.contains($0) ? known[$0] : nil } }
            if field.kind == .text { return Column(field.name, strings: found.map { $0?.text }) }
            return Column(field.name, kind: field.kind, numbers: found.map { $0?.double ?? $0?.flag.map { $0 ? 1 : 0 } ?? .nan })
        }
        return (try? Table(columns)) ?? Table(rows: rows)
    }
}
