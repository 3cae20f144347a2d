package import Statistics
package import Support
package import Tables

/// The rows that a model is fitted to or judged by.
package struct TrainingSet: Sendable {
    package var features: Table
    package var target: Target
    /// A weight per row, none of them negative; nil where every row counts the same.
    package var weights: [Double]?
    /// The target's column, for messages.
    package var targetName: String

    /// - Throws: `invalidInput` where the parts differ in rows or a weight is negative or missing.
    package init(features: Table, target: Target, weights: [Double]? = nil, targetName: String = "target") throws(MartletError) {
        guard features.columns.isEmpty || features.rowCount == target.count else {
            throw MartletError(.invalidInput, "There are \(features.rowCount) rows of features and \(target.count) of the target.")
        }
        if let weights {
            guard weights.count == target.count else {
                throw MartletError(.invalidInput, "There are \(weights.count) weights for \(target.count) rows.")
            }
            if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
                throw MartletError(.invalidInput, "The weight of row \(row + 1) is \(weights[row]); weights must be 0 or more.")
            }
        }
        self.features = features
        self.target = target
        self.weights = weights
        self.targetName = targetName
    }

    package var rowCount: Int { target.count }

    /// The rows in the given order.
    package func rows(_ rows: [Int]) throws(MartletError) -> TrainingSet {
        try TrainingSet(
            features: features.rows(rows), target: target.rows(rows), weights: weights.map { all in rows.map { all[$0] } }, targetName: targetName)
    }
}

extension TrainingSet {
    /// Divides a table into features, target and weights; rows without a target are left out.
    /// - Parameters:
    ///   - features: the columns that the model may use, in order.
    ///   - positive: the positive class of a binary problem.
    ///   - classes: the classes, where they are already fixed (see `Target.make`).
    /// - Returns: the set, and the table's rows that it holds, in order.
    /// - Throws: `notFound` for a column that is not there; `invalidInput` for a target that cannot be learnt.
    package static func make(
        _ table: Table, target name: String, features: [String], weight: String? = nil, problem: ProblemType, positive: String? = nil,
        classes: [String]? = nil
    ) throws(MartletError) -> (set: TrainingSet, rows: [Int]) {
        let column = try table.column(name)
        let rows = (0..<table.rowCount).filter { !column.isMissing($0) }
        guard !rows.isEmpty else {
            throw MartletError(
                .invalidInput, "The target “\(name)” is missing in all \(table.rowCount) rows. Choose another target or repair the data.")
        }
        let target = try Target.make(
            rows.count == table.rowCount ? column : column.rows(rows), problem: problem, positive: positive, classes: classes)
        let chosen = try table.selecting(features)
        var weights: [Double]?
        if let weight {
            guard let numbers = try table.column(weight).numbers else {
                throw MartletError(.invalidInput, "The weight column “\(weight)” holds text. Choose a column of numbers.")
            }
            weights = rows.map { numbers[$0] }
        }
        let kept = rows.count == table.rowCount ? chosen : chosen.rows(rows)
        let set = try TrainingSet(features: kept, target: target, weights: weights, targetName: name)
        return (set, rows)
    }
}
