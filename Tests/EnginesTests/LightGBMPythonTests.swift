import EngineLibraries
import Foundation
import LightGBM
import Support
import Testing

/// One training that is done twice, here and in Python.
struct TrainingCase: Sendable, CustomTestStringConvertible {
    var name: String
    var parameters: [(String, String)]
    var classes = 1
    var isWeighted = false
    var hasCategories = true
    var earlyStopping: Int?
    var rounds = 60
    var testDescription: String { name }

    static let all = [
        TrainingCase(
            name: "binary, weighted, early stopping",
            parameters: [("objective", "binary"), ("metric", "auc,binary_logloss"), ("learning_rate", "0.2"), ("num_leaves", "15")], classes: 2,
            isWeighted: true, earlyStopping: 5, rounds: 200),
        TrainingCase(
            name: "binary, bagging and column sampling by seed",
            parameters: [
                ("objective", "binary"), ("bagging_fraction", "0.7"), ("bagging_freq", "1"), ("feature_fraction", "0.6"), ("seed", "7"),
                ("lambda_l2", "1.5"),
            ], classes: 2),
        TrainingCase(
            name: "regression", parameters: [("objective", "regression"), ("metric", "rmse"), ("min_data_in_leaf", "5")], earlyStopping: 10,
            rounds: 400),
        TrainingCase(name: "absolute error, weighted", parameters: [("objective", "regression_l1")], isWeighted: true),
        TrainingCase(
            name: "three classes, early stopping",
            parameters: [("objective", "multiclass"), ("num_class", "3"), ("metric", "multi_logloss"), ("learning_rate", "0.3")], classes: 3,
            earlyStopping: 3,
            rounds: 300),
        TrainingCase(
            name: "one against all, zero is missing", parameters: [("objective", "multiclassova"), ("num_class", "3"), ("zero_as_missing", "true")],
            classes: 3),
        TrainingCase(
            name: "dart", parameters: [("objective", "regression"), ("boosting", "dart"), ("drop_seed", "3")], hasCategories: false, rounds: 30),
        TrainingCase(
            name: "nothing to split", parameters: [("objective", "binary"), ("min_data_in_leaf", "100000")], classes: 2, earlyStopping: 3, rounds: 20),
    ]

    /// Rows with missing values, zeros, ties and two columns of categories; the label depends on all of them.
    func matrix(rows: Int, seed: UInt64) -> TrainingMatrix {
        var random = RandomSource(seed: seed)
        func uniform() -> Double { Double.random(in: 0..<1, using: &random) }
        var columns = [[Double]](repeating: [], count: 6)
        var label: [Float] = []
        var weight: [Float] = []
        for _ in 0..<rows {
            let row = [
                uniform() * 10 - 5, uniform() < 0.1 ? .nan : uniform(), (uniform() * 20).rounded(), (uniform() * 12).rounded(.down),
                uniform() < 0.05 ? .nan : (uniform() * 40).rounded(.down), uniform() < 0.3 ? 0 : uniform(),
            ]
            let group = row[3].truncatingRemainder(dividingBy: 3)
            let signal = sin(row[0]) + (row[1].isNaN ? 0.7 : row[1]) + group / 2 + row[5] + (uniform() - 0.5)
            for (column, value) in row.enumerated() { columns[column].append(value) }
            label.append(classes == 1 ? Float(signal) : Float(min(classes - 1, max(0, Int(signal * Double(classes) / 3)))))
            weight.append(Float((uniform() * 4).rounded() + 0.5))
        }
        return TrainingMatrix(
            features: columns, featureNames: ["a", "b b", "c", "d", "e:e", "f"], categorical: hasCategories ? [3, 4] : [], label: label,
            weight: isWeighted ? weight : nil)
    }
}

@Suite(
    "LightGBM gives the same bits as Python's lightgbm",
    .enabled(if: Surroundings.has(.lightgbm), "LightGBM is not installed; run make setup"),
    .enabled(if: Surroundings.pythonHas("lightgbm", "numpy"), "Python's lightgbm is not installed; run make setup"))
struct LightGBMPythonTests {
    private static func write<Value>(_ values: [Value], _ path: String) throws {
        try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
    }

    private func bits(_ path: String) throws -> [UInt64] {
        try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    }

    private static func prepare(_ training: TrainingCase, _ matrices: [(String, TrainingMatrix)], _ folder: String) throws {
        let parameters = training.parameters.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ", ")
        let spec = """
            {"parameters": {\(parameters)}, "weighted": \(training.isWeighted), "categories": \(training.hasCategories),
             "patience": \(training.earlyStopping ?? 0), "rounds": \(training.rounds)}
            """
        try Data(spec.utf8).write(to: URL(fileURLWithPath: folder + "/spec.json"))
        for (name, matrix) in matrices {
            try write(matrix.features.flatMap { $0 }, "\(folder)/\(name).x")
            try write(matrix.label, "\(folder)/\(name).y")
            try write(matrix.weight ?? [], "\(folder)/\(name).w")
        }
    }

    /// Python's trainings of all cases, done once in one process: a folder a case.
    private static let folders = Result {
        var folders: [String: String] = [:]
        for training in TrainingCase.all {
            let folder = try Surroundings.folder(training.name)
            let matrices = [("training", training.matrix(rows: 3000, seed: 1)), ("validation", training.matrix(rows: 1000, seed: 2))]
            try prepare(training, matrices, folder)
            folders[training.name] = folder
        }
        _ = try Surroundings.python(script: "train_lightgbm.py", folders.values.sorted())
        return folders
    }

    @Test("Predictions, importances, metrics and best round are those of Python", arguments: TrainingCase.all)
    func identical(_ training: TrainingCase) throws {
        let folder = try #require(try Self.folders.get()[training.name])
        let printed = try String(contentsOfFile: folder + "/best", encoding: .utf8).split(whereSeparator: \.isWhitespace).map(String.init)
        let rows = training.matrix(rows: 3000, seed: 1)
        let validation = training.matrix(rows: 1000, seed: 2)
        let engine = try LightGBM(locator: Surroundings.locator, threads: 2)
        let booster = try engine.train(
            training.parameters, training: rows, validation: validation, rounds: training.rounds, earlyStopping: training.earlyStopping)
        let raw = try booster.predict(validation.features, raw: true)
        #expect(try booster.predict(validation.features, raw: false).map(\.bitPattern) == bits(folder + "/predictions"))
        #expect(try raw.map(\.bitPattern) == bits(folder + "/raw"))
        #expect(try booster.featureImportance(.gain).map(\.bitPattern) == bits(folder + "/gain"))
        #expect(try booster.featureImportance(.split).map(\.bitPattern) == bits(folder + "/split"))
        #expect(booster.evaluationHistory.map(\.name) == Array(printed.dropFirst()))
        #expect(try booster.evaluationHistory.flatMap { $0.values.map(\.bitPattern) } == bits(folder + "/history"))
        #expect(booster.bestIteration == (training.earlyStopping == nil ? training.rounds : Int(printed[0])))
        #expect(raw.count == validation.rowCount * booster.outputCount)
        #expect(Set(raw).count > 1 || training.name == "nothing to split")
        let python = try Booster(modelText: String(contentsOfFile: folder + "/model.txt", encoding: .utf8), engine: engine)
        #expect(try python.predict(validation.features, raw: true) == raw)
        #expect(try Booster(modelText: booster.modelText, engine: engine).predict(validation.features, raw: true) == raw)
    }

    @Test("The features' contributions are those of Python, and add up to the raw score", arguments: TrainingCase.all)
    func contributions(_ training: TrainingCase) throws {
        let folder = try #require(try Self.folders.get()[training.name])
        let engine = try LightGBM(locator: Surroundings.locator, threads: 2)
        let booster = try Booster(modelText: String(contentsOfFile: folder + "/model.txt", encoding: .utf8), engine: engine)
        let rows = training.matrix(rows: 1000, seed: 2).features
        let contributions = try booster.contributions(rows)
        #expect(try contributions.map(\.bitPattern) == bits(folder + "/contributions"))
        let raw = try booster.predict(rows, raw: true)
        let width = rows.count + 1
        try #require(contributions.count == raw.count * width)
        for (place, score) in raw.enumerated() {
            let sum = contributions[place * width..<(place + 1) * width].reduce(0, +)
            #expect(abs(sum - score) <= 1e-9 * max(1, abs(score)))
        }
    }
}
