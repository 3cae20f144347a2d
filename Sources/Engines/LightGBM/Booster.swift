import EngineHeaders
package import Support

/// How a metric on the validation rows went, round by round.
package struct MetricHistory: Sendable, Equatable {
    /// LightGBM's name, such as `auc`.
    package let name: String
    /// The value after each round.
    package let values: [Double]
}

/// A trained ensemble of trees.
package final class Booster: Sendable {
    /// How the importance of a feature is counted.
    package enum Importance: Int32, Sendable {
        /// How many splits use it.
        case split = 0
        /// By how much those splits reduce the loss.
        case gain = 1
    }

    /// LightGBM's own text of the model; what Python's `save_model` writes.
    package let modelText: String
    /// The number of rounds that the model consists of; with early stopping the best one.
    package let bestIteration: Int
    /// The features in order, as they were named by whoever trained.
    package let featureNames: [String]
    /// Values an answer has for each row: the number of classes, or 1.
    package let outputCount: Int
    /// The metrics on the validation rows, over all rounds that were run; empty without validation rows.
    package let evaluationHistory: [MetricHistory]
    private let handle: BoosterHandle

    /// Reads a model's text.
    /// - Throws: `invalidInput` where it is none.
    package convenience init(modelText: String, engine: LightGBM) throws(MartletError) {
        try Self.checkText(modelText)
        let parts = try OwnerThread.lightGBM.run { () throws(MartletError) in try Parts(engine.api, modelText) }
        self.init(parts, text: modelText, featureNames: parts.featureNames, bestIteration: parts.rounds, history: [])
    }

    /// The outcome of a training; called on the owner thread.
    convenience init(
        onOwnerThread engine: LightGBM, text: String, featureNames: [String], bestIteration: Int, history: [MetricHistory]
    ) throws(MartletError) {
        self.init(try Parts(engine.api, text), text: text, featureNames: featureNames, bestIteration: bestIteration, history: history)
    }

    private init(_ parts: Parts, text: String, featureNames: [String], bestIteration: Int, history: [MetricHistory]) {
        handle = parts.handle
        outputCount = parts.outputs
        modelText = text
        self.featureNames = featureNames
        self.bestIteration = bestIteration
        evaluationHistory = history
    }

    /// What a loaded model says of itself.
    private struct Parts: Sendable {
        let handle: BoosterHandle
        let outputs: Int
        let rounds: Int
        let featureNames: [String]

        init(_ api: LightGBMAPI, _ text: String) throws(MartletError) {
            handle = try BoosterHandle(api, text: text)
            outputs = try handle.count(api.calls.booster_get_num_classes)
            featureNames = try handle.featureNames()
            let trees = text.utf8.split(separator: UInt8(ascii: "\n")).count { $0.starts(with: "Tree=".utf8) }
            rounds = trees / max(1, outputs)
        }
    }

    /// LightGBM may crash on a text that only begins like a model: look for its frame first.
    private static func checkText(_ text: String) throws(MartletError) {
        guard text.hasPrefix("tree\n"), text.contains("\nend of trees"), text.contains("\nmax_feature_idx="), !text.utf8.contains(0) else {
            throw MartletError(.invalidInput, "This is not the whole text of a LightGBM model. Export it again with save_model().")
        }
    }

    /// Predicts rows given as columns.
    /// - Parameters:
    ///   - columns: one array a feature, in the order of `featureNames`; NaN is missing.
    ///   - raw: the sum of the trees, before the link function.
    /// - Returns: rows × `outputCount` values, row by row.
    /// - Throws: `invalidInput` where columns are missing or of unequal length.
    package func predict(_ columns: [[Double]], raw: Bool) throws(MartletError) -> [Double] {
        let rows = try checkedRows(columns)
        guard rows > 0 else { return [] }
        return try answers(raw ? .raw : .linked, columns, rows: rows, expected: rows * outputCount)
    }

    private func checkedRows(_ columns: [[Double]]) throws(MartletError) -> Int {
        let rows = columns.first?.count ?? 0
        guard columns.count == featureNames.count, columns.allSatisfy({ $0.count == rows }), rows < Int(Int32.max) else {
            throw MartletError(
                .invalidInput, "The model takes \(featureNames.count) columns of equal length; \(columns.count) were given.")
        }
        return rows
    }

    /// What each feature adds to the raw score of each row: exact Shapley values of the trees, given how the training rows spread over their
    /// branches (TreeSHAP, Lundberg and others, 2018); what Python's `predict(pred_contrib=True)` answers.
    /// - Parameter columns: as `predict(_:raw:)` takes them.
    /// - Returns: for each row and each of its outputs the features' shares in their order, then the base value; together they are the raw score.
    /// - Throws: `invalidInput` where columns are missing or of unequal length.
    package func contributions(_ columns: [[Double]]) throws(MartletError) -> [Double] {
        let rows = try checkedRows(columns)
        guard rows > 0 else { return [] }
        return try answers(.contributions, columns, rows: rows, expected: rows * outputCount * (featureNames.count + 1))
    }

    /// What is asked of the engine, by its number.
    private enum Question: CInt {
        case linked = 0
        case raw = 1
        case contributions = 3
    }

    private func answers(_ question: Question, _ columns: [[Double]], rows: Int, expected: Int) throws(MartletError) -> [Double] {
        let handle = handle
        return try OwnerThread.lightGBM.run { () throws(MartletError) in
            try Self.predict(handle, contiguousColumns(columns), rows: rows, columns: columns.count, question, expected: expected)
        }
    }

    private static func predict(
        _ handle: BoosterHandle, _ values: [Double], rows: Int, columns: Int, _ question: Question, expected: Int
    ) throws(MartletError) -> [Double] {
        let calls = handle.api.calls
        let kind = question.rawValue
        var count: Int64 = 0
        try handle.api.check(calls.booster_calc_num_predict(handle.pointer, CInt(rows), kind, 0, -1, &count), "LightGBM cannot predict.")
        guard count == expected else { throw MartletError(.defect, "LightGBM would answer \(count) values where \(expected) are expected.") }
        var answers = [Double](repeating: .nan, count: expected)
        let status = values.withUnsafeBytes { bytes in
            bytes.baseAddress.map { data in
                calls.booster_predict_for_mat(
                    handle.pointer, data, ElementType.double, Int32(rows), Int32(columns), 0, kind, 0, -1, "verbosity=-1", &count, &answers)
            } ?? -1
        }
        try handle.api.check(status, "LightGBM cannot predict these rows.")
        return answers
    }

    /// One thread, row by row; for whoever made room for as many answers as there will be.
    func predict(_ values: [Double], rows: Int, into answers: inout [Double]) throws(MartletError) {
        let calls = handle.api.calls
        var count: Int64 = 0
        let status = values.withUnsafeBytes { bytes in
            bytes.baseAddress.map { data in
                calls.booster_predict_for_mat(
                    handle.pointer, data, ElementType.double, Int32(rows), Int32(featureNames.count), 1, 0, 0, -1, "verbosity=-1 num_threads=1",
                    &count, &answers)
            } ?? -1
        }
        try handle.api.check(status, "LightGBM cannot predict these rows.")
        guard count == answers.count else { throw MartletError(.defect, "LightGBM answered \(count) values where \(answers.count) are expected.") }
    }

    /// The importance of each feature, in order.
    package func featureImportance(_ importance: Importance) throws(MartletError) -> [Double] {
        let handle = handle
        let count = featureNames.count
        return try OwnerThread.lightGBM.run { () throws(MartletError) in
            var values = [Double](repeating: 0, count: count)
            let status = handle.api.calls.booster_feature_importance(handle.pointer, 0, importance.rawValue, &values)
            try handle.api.check(status, "LightGBM cannot tell the importance of the features.")
            return values
        }
    }
}
