package import EngineLibraries
import LightGBM
package import Statistics
package import Support
package import Tables

/// How well other columns predict a sensitive one: what leaving it out of a model achieves.
package struct ProxyStrength: Sendable, Equatable, Codable {
    /// The sensitive column.
    package var column: String
    /// The area under the ROC curve of a model that guesses the column from the others, on rows that it has not seen; for more than two
    /// groups the mean over the groups, each against the rest.
    package var auc: Double
    package var interval: Interval?
    /// The rows that it was measured on.
    package var rows: Int
    /// The columns that give most away, strongest first, at most three.
    package var through: [String]

    /// More than this many rows would not change the answer.
    private static let rowLimit = 20_000
    /// Groups beyond the most frequent ones are left out.
    private static let groupLimit = 12
    private static let minimumGroupSize = 30

    /// One sentence for a reader of the report.
    package var sentence: String {
        let figure = (auc * 100).rounded() / 100
        let columns = through.joined(separator: ", ")
        switch auc {
        case 0.8...:
            return "Leaving “\(column)” out can hardly change the gaps between its groups: the other columns predict it with an AUC of \(figure), "
                + "most of all \(columns)."
        case 0.65...:
            return "Leaving “\(column)” out hides it only in part: the other columns predict it with an AUC of \(figure), most of all \(columns)."
        default:
            return "The other columns hardly give “\(column)” away (AUC \(figure))."
        }
    }

    package var json: JSONValue {
        [
            "column": .string(column), "auc": JSONValue(auc), "interval": interval?.json ?? .null, "rows": JSONValue(rows),
            "through": JSONValue(through),
            "sentence": .string(sentence),
        ]
    }
}

extension ProxyStrength {
    /// Trains a small model of a sensitive column and measures it on held-out rows.
    /// - Parameters:
    ///   - column: the sensitive column; a number of many values is split at its median.
    ///   - features: the columns that the model of the target uses.
    /// - Returns: nil where there are too few rows or fewer than two groups of 30.
    /// - Throws: `engineMissing`.
    package static func measure(of column: Column, from features: Table, locator: EngineLocator, seed: UInt64) throws(MartletError) -> ProxyStrength?
    {
        let usable = FeatureColumns(features)
        guard !usable.columns.isEmpty, let groups = groups(of: column) else { return nil }
        var random = RandomSource(seed: seed)
        let order = random.permutation(groups.codes.count).filter { groups.codes[$0] >= 0 }.prefix(rowLimit)
        let held = Array(order.prefix(order.count * 3 / 10))
        let learnt = Array(order.dropFirst(held.count))
        let codes = { (rows: [Int]) in rows.map { groups.codes[$0] } }
        guard Set(codes(held)).count == groups.labels.count, Set(codes(learnt)).count == groups.labels.count else { return nil }
        let encodings = usable.columns.map { TreeEncoding($0, minimumCount: 2, limit: 1000) }
        let matrix = try matrix(encodings, features, learnt, codes(learnt))
        let booster = try LightGBM(locator: locator).train(parameters(groups.labels.count, seed), training: matrix, rounds: 60)
        let scores = try booster.predict(try self.matrix(encodings, features, held, codes(held)).features, raw: false)
        guard let estimate = try auc(scores, codes(held), groups.labels), let value = estimate.value else { return nil }
        let importance = [FittedModel.Importance](
            amounts: zip(encodings, try booster.featureImportance(.gain)).map { (column: $0.column, amount: $1) })
        return ProxyStrength(
            column: column.name, auc: value, interval: estimate.interval, rows: held.count, through: importance.prefix(3).map(\.column))
    }

    private static func parameters(_ groups: Int, _ seed: UInt64) -> [(String, String)] {
        let objective = groups == 2 ? [("objective", "binary")] : [("objective", "multiclass"), ("num_class", "\(groups)")]
        return objective + [("learning_rate", "0.1"), ("num_leaves", "15"), ("seed", "\(seed % 2_147_483_647)")]
    }

    private static func matrix(_ encodings: [TreeEncoding], _ table: Table, _ rows: [Int], _ codes: [Int32]) throws(MartletError) -> TrainingMatrix {
        var columns: [[Double]] = []
        for encoding in encodings {
            let values = try encoding.encode(table)
            columns.append(rows.map { values[$0] })
        }
        return TrainingMatrix(
            features: columns, featureNames: encodings.map(\.column), categorical: encodings.indices.filter { encodings[$0].isCategorical },
            label: codes.map(Float.init))
    }

    private static func auc(_ scores: [Double], _ truth: [Int32], _ labels: [String]) throws(MartletError) -> MetricEstimate? {
        let bootstrap = Bootstrap(resamples: 200)
        guard labels.count == 2 else {
            let predictions = try Predictions.multiclass(truth: truth, probabilities: scores, classes: labels)
            return estimates(of: [.aucMacroOVR], predictions, bootstrap: bootstrap).first
        }
        let predictions = try Predictions.binary(truth: truth.map { $0 == 1 ? 1 : 0 }, probabilities: scores)
        return estimates(of: [.auc], predictions, bootstrap: bootstrap).first
    }

    /// The groups of at least 30 rows, the most frequent first; all other rows have -1.
    private static func groups(of column: Column) -> (codes: [Int32], labels: [String])? {
        let text = categories(of: column)
        var counts = [Int](repeating: 0, count: text.dictionary.count)
        for code in text.codes where code >= 0 { counts[Int(code)] += 1 }
        let kept = counts.indices.filter { counts[$0] >= minimumGroupSize }.sorted { counts[$0] > counts[$1] }.prefix(groupLimit)
        guard kept.count >= 2 else { return nil }
        var place = [Int32](repeating: -1, count: counts.count)
        for (new, old) in kept.enumerated() { place[old] = Int32(new) }
        return (text.codes.map { $0 < 0 ? -1 : place[Int($0)] }, kept.map { text.dictionary[$0] })
    }

    /// The column's values as groups; numbers of many values as the halves below and from their median.
    private static func categories(of column: Column) -> TextValues {
        if let text = column.text { return TextValues((0..<column.count).lazy.map { column.isMissingOrEmpty($0) ? nil : text[$0] }) }
        let numbers = (column.numbers ?? []).filter { !$0.isNaN }.sorted()
        guard Set(numbers).count > groupLimit else { return TextValues((0..<column.count).lazy.map { column.category($0) }) }
        let median = numbers[numbers.count / 2]
        let name = JSONValue.text(of: median)
        return TextValues((column.numbers ?? []).lazy.map { $0.isNaN ? nil : $0 < median ? "below \(name)" : "from \(name)" })
    }
}
