import Foundation
import Support
import Tables
import Testing
import Training

@Suite("Exported models", .enabled(if: Places.hasEngines, "the engines are not installed; run `make setup`"))
struct ModelGraphTests {
    private let names = ["label", "probability", "a b, [c]", "größe\"\\", "t=1", "value", "probabilities"]

    /// Columns with awkward names: numbers in the first four, texts in the rest.
    private func table(_ rows: Int) throws -> Table {
        let made = try MadeUpTable(rows, seed: 3).features.columns
        let source = [made[0], made[1], made[2], made[0], made[3], made[4], made[3]]
        return try Table(
            zip(names, source).map { name, column in
                column.text.map { Column(name, text: $0) } ?? Column(name, kind: column.kind, numbers: column.numbers ?? [])
            })
    }

    private func models() throws -> [(trainer: String, model: FittedModel, table: Table)] {
        let made = try MadeUpTable(400, seed: 3)
        let features = try table(400)
        let targets: [(Target, [String])] = [
            (.binary(truth: made.binary, negative: "no", positive: "yes"), ["train/majority", "train/logistic", "train/lightgbm"]),
            (.multiclass(truth: made.classes, classes: ["a", "b", "c", "d"]), ["train/majority", "train/logistic", "train/lightgbm"]),
            (.regression(made.number), ["train/mean", "train/linear", "train/lightgbm"]),
        ]
        return try targets.flatMap { target, trainers in
            let set = try TrainingSet(features: features, target: target)
            return try trainers.map { name in
                let trainer = try Trainers(locator: Places.locator).named(name)
                let parameters: JSONValue = name == "train/lightgbm" ? ["num_iterations": 5] : .null
                return (name, try trainer.fit(training: set, validation: try set.rows([]), parameters: parameters, seed: 1, progress: nil), features)
            }
        }
    }

    @Test("Columns may have any name, also those of the outputs")
    func anyName() throws {
        for (trainer, model, table) in try models() {
            let answers = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(table)
            #expect(answers.rowCount == table.rowCount, "\(trainer)")
            #expect(answers.scores.allSatisfy { $0.isFinite }, "\(trainer)")
        }
    }

    @Test("The ONNX project's checker accepts every model", .enabled(if: Places.hasPython, "the Python packages are not installed; run `make setup`"))
    func checker() throws {
        try Python.withFolder { folder in
            var paths: [String] = []
            for (i, (_, model, _)) in try models().enumerated() {
                paths.append("\(folder)/\(i).onnx")
                try Data(model.graph).write(to: URL(filePath: paths[i]))
            }
            #expect(try Python.run("check_onnx.py", paths).contains("ok"))
        }
    }

    @Test("The same data, parameters and seed give the same bytes")
    func repeatable() throws {
        for (first, second) in zip(try models(), try models()) { #expect(first.model.graph == second.model.graph, "\(first.trainer)") }
    }

    @Test("An empty text, a missing text and a text that training did not see can all be answered")
    func emptyTexts() throws {
        let made = try MadeUpTable(400, seed: 3)
        let set = try TrainingSet(features: made.features, target: .binary(truth: made.binary, negative: "no", positive: "yes"))
        let one = made.features.rows([0, 0, 0])
        let table = try Table(one.columns.map { $0.name == "t2" ? Column("t2", strings: ["", nil, "Atlantis"]) : $0 })
        for name in ["train/logistic", "train/lightgbm"] {
            let trainer = try Trainers(locator: Places.locator).named(name)
            let model = try trainer.fit(training: set, validation: try set.rows([]), parameters: .null, seed: 1, progress: nil)
            let scores = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(table).scores
            #expect(scores[0] == scores[1], "\(name)")
            #expect(scores.allSatisfy { $0 > 0 && $0 < 1 }, "\(name)")
        }
    }

    @Test("Speed is measured, and an empty table has none")
    func speed() throws {
        let (_, model, table) = try models()[2]
        let scorer = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature)
        #expect(try #require(try scorer.medianLatency(of: table)) > 0)
        #expect(try #require(try scorer.rowsPerSecond(of: table)) > 0)
        #expect(try scorer.medianLatency(of: table.rows([])) == nil)
        #expect(try scorer.score(table.rows([])).rowCount == 0)
    }

    @Test("A table without one of the model's columns is an error that names it")
    func missingColumn() throws {
        let (_, model, table) = try models()[2]
        let scorer = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature)
        let error = #expect(throws: MartletError.self) { try scorer.score(table.dropping(["t=1"])) }
        #expect(error?.message.contains("“t=1”") == true)
    }

    @Test("Wide tables are trained on by a method that needs no square matrix")
    func wide() throws {
        let made = try MadeUpTable(300, seed: 5)
        var random = RandomSource(seed: 8)
        var columns = made.features.columns
        for j in 0..<700 { columns.append(Column("noise \(j)", numbers: (0..<300).map { _ in random.unit() })) }
        let features = try Table(columns)
        let binary = try TrainingSet(features: features, target: .binary(truth: made.binary, negative: "no", positive: "yes"))
        let logistic = try LogisticTrainer().fit(training: binary, validation: binary, parameters: ["C": 0.1], seed: 1, progress: nil)
        #expect(!logistic.notes.contains { $0.contains("stopped") })
        let regression = try TrainingSet(features: features, target: .regression(made.number))
        let linear = try LinearTrainer().fit(training: regression, validation: regression, parameters: ["alpha": 10], seed: 1, progress: nil)
        #expect(linear.signature.inputs.count == 705)
        for model in [logistic, linear] {
            let scores = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(features).scores
            #expect(scores.allSatisfy { $0.isFinite })
        }
    }

    @Test("Rows weigh as much as their weights say", arguments: ["train/majority", "train/logistic", "train/lightgbm"])
    func weights(_ name: String) throws {
        let made = try MadeUpTable(400, seed: 3)
        let target = Target.binary(truth: made.binary, negative: "no", positive: "yes")
        let means = try [nil, made.binary.map { $0 == 1 ? 5.0 : 1 }].map { weights in
            let set = try TrainingSet(features: made.features, target: target, weights: weights)
            let trainer = try Trainers(locator: Places.locator).named(name)
            let model = try trainer.fit(training: set, validation: try set.rows([]), parameters: .null, seed: 1, progress: nil)
            let scores = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(made.features).scores
            return scores.reduce(0, +) / 400
        }
        #expect(means[1] > means[0] + 0.05)
    }

    @Test("Early stopping keeps the round that was best on the validation rows, and shares of importance sum to 1")
    func earlyStopping() throws {
        let (first, second) = (try MadeUpTable(400, seed: 3), try MadeUpTable(300, seed: 4))
        let set = try TrainingSet(features: first.features, target: .regression(first.number))
        let held = try TrainingSet(features: second.features, target: .regression(second.number))
        let model = try LightGBMTrainer(locator: Places.locator)
            .fit(training: set, validation: held, parameters: ["early_stopping_round": 10, "num_leaves": 7], seed: 1, progress: nil)
        let history = try #require(model.history.first)
        let best = try #require(history.values.min())
        #expect(model.rounds == history.values.firstIndex(of: best).map { $0 + 1 })
        #expect(model.importance.allSatisfy { $0.share >= 0 })
        #expect(abs(model.importance.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    }
}
