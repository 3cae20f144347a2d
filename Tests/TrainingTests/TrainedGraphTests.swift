import LightGBM
import Statistics
import Support
import Tables
import Testing
import Training

/// Checks train/lightgbm as a whole: the graph from raw columns against a booster that the test trains itself on codes that it makes itself.
@Suite("The exported model equals the booster, from raw columns", .enabled(if: Places.hasEngines, "the engines are not installed; run `make setup`"))
struct TrainedGraphTests {
    /// Texts as the rank of their frequency, ties in order of the text; rarer than twice is unseen.
    private func codes(_ column: Column, like training: Column) -> [Double] {
        if let numbers = column.numbers { return numbers }
        var counts: [String: Int] = [:]
        for row in 0..<training.count { if let text = training.category(row) { counts[text, default: 0] += 1 } }
        let ranked = counts.filter { $0.value >= 2 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let rank = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($0.element, Double($0.offset)) })
        return (0..<column.count).map { column.category($0).flatMap { rank[$0] } ?? .nan }
    }

    private func booster(_ set: TrainingSet, _ validation: TrainingSet, _ objective: [(String, String)], label: [Float], held: [Float]) throws
        -> Booster
    {
        func matrix(_ part: TrainingSet, _ label: [Float]) -> TrainingMatrix {
            let pairs = zip(part.features.columns, set.features.columns)
            return TrainingMatrix(
                features: pairs.map { codes($0, like: $1) }, featureNames: part.features.names,
                categorical: part.features.columns.indices.filter { part.features.columns[$0].kind == .text }, label: label)
        }
        return try LightGBM(locator: Places.locator)
            .train(
                objective + [("learning_rate", "0.06"), ("num_leaves", "31"), ("seed", "7")], training: matrix(set, label),
                validation: matrix(validation, held), rounds: 500, earlyStopping: 50)
    }

    private func expectEqual(_ all: TrainingSet, tables: [Table], _ objective: [(String, String)]) throws {
        let rows = 0..<all.rowCount
        let training = try all.rows(rows.filter { $0 % 5 != 0 })
        let validation = try all.rows(rows.filter { $0 % 5 == 0 })
        let reference = try booster(training, validation, objective, label: labels(training), held: labels(validation))
        let model = try LightGBMTrainer(locator: Places.locator)
            .fit(training: training, validation: validation, parameters: .null, seed: 7, progress: nil)
        #expect(model.rounds == reference.bestIteration)
        let scorer = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature)
        for table in tables {
            let columns = zip(try table.selecting(training.features.names).columns, training.features.columns).map { codes($0, like: $1) }
            let expected = try reference.predict(columns, raw: false)
            let found = try scorer.score(table).scores
            #expect(found.count == expected.count)
            #expect(zip(found, expected).count { !(abs($0 - $1) <= 1e-12 * max(1, abs($1))) } == 0)
        }
    }

    private func labels(_ set: TrainingSet) -> [Float] {
        switch set.target {
        case .binary(let truth, _, _): truth.map(Float.init)
        case .multiclass(let truth, _): truth.map(Float.init)
        case .regression(let values): values.map(Float.init)
        }
    }

    @Test("on every row of adult", .enabled(if: Places.has("adult-train.csv"), "the adult data is absent"))
    func adult() throws {
        let (train, test) = (try RealData.adult("train"), try RealData.adult("test"))
        let features = RealData.adultNames.filter { $0 != "income" }
        let (set, _) = try TrainingSet.make(train, target: "income", features: features, problem: .binary, positive: ">50K")
        try expectEqual(set, tables: [train, test], [("objective", "binary")])
    }

    @Test("on every row of winequality", .enabled(if: Places.has("winequality-white.csv"), "the winequality data is absent"))
    func wine() throws {
        let (white, red) = (try RealData.wine("white"), try RealData.wine("red"))
        let (set, _) = try TrainingSet.make(white, target: "quality", features: Array(RealData.wineNames.dropLast()), problem: .multiclass)
        try expectEqual(set, tables: [white, red], [("objective", "multiclass"), ("num_class", "7")])
    }

    @Test("on every row of pollution", .enabled(if: Places.has("pollution.csv"), "the pollution data is absent"))
    func pollution() throws {
        let table = try RealData.pollution()
        let features = table.names.filter { !["No", "pm2.5"].contains($0) }
        let (set, _) = try TrainingSet.make(table, target: "pm2.5", features: features, problem: .regression)
        try expectEqual(set, tables: [table], [("objective", "regression")])
    }
}
