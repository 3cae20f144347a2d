package import Statistics
package import Support
package import Tables

/// What a model is to learn: the truth of every row, in the form its kind of problem needs.
package enum Target: Sendable, Equatable {
    /// 1 where the row is of the positive class.
    case binary(truth: [UInt8], negative: String, positive: String)
    /// An index into `classes` for every row.
    case multiclass(truth: [Int32], classes: [String])
    /// A finite number for every row.
    case regression([Double])

    package var count: Int {
        switch self {
        case .binary(let truth, _, _): truth.count
        case .multiclass(let truth, _): truth.count
        case .regression(let values): values.count
        }
    }

    package var problem: ProblemType {
        switch self {
        case .binary: .binary
        case .multiclass: .multiclass
        case .regression: .regression
        }
    }

    /// What a model of this target answers.
    package var answer: Signature.Answer {
        switch self {
        case .binary(_, let negative, let positive): .binary(negative: negative, positive: positive, threshold: 0.5)
        case .multiclass(_, let classes): .multiclass(classes: classes)
        case .regression: .regression
        }
    }

    /// The rows in the given order.
    package func rows(_ rows: [Int]) -> Target {
        switch self {
        case .binary(let truth, let negative, let positive): .binary(truth: rows.map { truth[$0] }, negative: negative, positive: positive)
        case .multiclass(let truth, let classes): .multiclass(truth: rows.map { truth[$0] }, classes: classes)
        case .regression(let values): .regression(rows.map { values[$0] })
        }
    }

    /// The truth as numbers: 0 and 1, the index of the class, or the value.
    var numbers: [Double] {
        switch self {
        case .binary(let truth, _, _): truth.map(Double.init)
        case .multiclass(let truth, _): truth.map(Double.init)
        case .regression(let values): values
        }
    }
}

// MARK: - From a column

extension Target {
    /// Reads the truth from a column without missing values.
    /// - Parameters:
    ///   - positive: the positive class of a binary problem; without it, the rarer one.
    ///   - classes: the classes of a classification in their order, where they were fixed before (by the training data); without them, those
    ///     in the column.
    /// - Throws: `invalidInput` naming the column: missing values, a constant, more than two classes in a binary problem, an unknown class.
    package static func make(_ column: Column, problem: ProblemType, positive: String? = nil, classes: [String]? = nil) throws(MartletError) -> Target
    {
        let missing = column.missingCount
        guard missing == 0 else {
            throw MartletError(.invalidInput, "The target “\(column.name)” has \(missing) missing values. Leave out the rows without a target first.")
        }
        guard problem != .regression else { return try regression(column) }
        let known = classes ?? Target.classes(in: [column])
        let codes = try codes(column, classes: known)
        guard problem == .binary else {
            guard known.count >= 2 else { throw constant(column, known.first) }
            return .multiclass(truth: codes, classes: known)
        }
        return try binary(column, codes: codes, classes: known, positive: positive)
    }

    /// The distinct values of columns, in order: numbers by value, texts by Unicode.
    package static func classes(in columns: [Column]) -> [String] {
        var names: Set<String> = []
        for column in columns {
            switch column.values {
            case .text(let text): for code in Set(text.codes) where code >= 0 { names.insert(text.dictionary[Int(code)]) }
            case .numbers(let numbers): for value in Set(numbers) where !value.isNaN { names.insert(JSONValue.text(of: value)) }
            }
        }
        let numeric = names.compactMap { name in Double(name).map { (name, $0) } }
        guard numeric.count == names.count else { return names.sorted() }
        return numeric.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }

    private static func regression(_ column: Column) throws(MartletError) -> Target {
        guard let numbers = column.numbers else {
            throw MartletError(
                .invalidInput, "The target “\(column.name)” holds text; a regression needs numbers. Clean the column, or choose a classification.")
        }
        if let row = numbers.firstIndex(where: { !$0.isFinite }) {
            throw MartletError(.invalidInput, "The target “\(column.name)” is infinite in row \(row + 1). Clip it or leave the row out.")
        }
        return .regression(numbers)
    }

    private static func binary(_ column: Column, codes: [Int32], classes: [String], positive: String?) throws(MartletError) -> Target {
        guard classes.count != 1 else { throw constant(column, classes.first) }
        guard classes.count == 2 else {
            let list = classes.prefix(10).joined(separator: ", ")
            throw MartletError(
                .invalidInput,
                "The target “\(column.name)” has \(classes.count) classes (\(list)); a binary problem has two. Choose type: multiclass.")
        }
        let ones = codes.count { $0 == 1 }
        let positive = positive ?? (ones * 2 <= codes.count ? classes[1] : classes[0])
        guard let index = classes.firstIndex(of: positive) else {
            throw MartletError(
                .invalidInput,
                "The positive class “\(positive)” is not a value of “\(column.name)”.\(didYouMean(positive, among: classes)) There are: \(classes.joined(separator: ", "))."
            )
        }
        return .binary(truth: codes.map { Int($0) == index ? 1 : 0 }, negative: classes[1 - index], positive: positive)
    }

    private static func codes(_ column: Column, classes: [String]) throws(MartletError) -> [Int32] {
        let index = Dictionary(zip(classes, Int32(0)...), uniquingKeysWith: { first, _ in first })
        var codes: [Int32] = []
        codes.reserveCapacity(column.count)
        for row in 0..<column.count {
            guard let name = column.category(row), let code = index[name] else {
                throw MartletError(
                    .invalidInput,
                    "Row \(row + 1) of “\(column.name)” is “\(column.category(row) ?? "")”, which is none of the model's classes: \(classes.prefix(20).joined(separator: ", "))."
                )
            }
            codes.append(code)
        }
        return codes
    }

    private static func constant(_ column: Column, _ value: String?) -> MartletError {
        MartletError(
            .invalidInput,
            "The target “\(column.name)” is “\(value ?? "")” in every row, so there is nothing to learn. Choose another target or add rows of another class."
        )
    }
}
