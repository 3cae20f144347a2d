import Support
import Tables
import Testing
import Training

@Suite(
    "Linear models equal scikit-learn's and numpy's",
    .enabled(if: Places.hasEngines && Places.hasPython, "the engines or Python packages are not installed; run `make setup`"))
struct LinearReferenceTests {
    /// The predictions of our trainer and of the reference for rows with unseen texts and new missing values.
    private func both(
        _ trainer: any Trainer, _ parameters: JSONValue, _ kind: String, _ strength: Double, noise: Int = 0,
        _ target: (MadeUpTable) -> (Target, [Double])
    ) throws -> [(found: Double, expected: Double)] {
        let training = try MadeUpTable(700, seed: 11, noise: noise)
        let rows = try MadeUpTable(200, seed: 12, strange: true, noise: noise)
        let set = try TrainingSet(features: training.features, target: target(training).0, weights: training.weights)
        let model = try trainer.fit(training: set, validation: try set.rows([]), parameters: parameters, seed: 1, progress: nil)
        let found = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(rows.features).scores
        let text = try Python.withFolder { folder in
            try training.write(folder + "/train.csv", target: target(training).1)
            try rows.write(folder + "/rows.csv", target: target(rows).1)
            return try Python.run("linear.py", [kind, "\(strength)", folder + "/train.csv", folder + "/rows.csv"])
        }
        let expected = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        #expect(found.count == expected.count)
        return zip(found, expected).map { (found: $0, expected: $1) }
    }

    private func classes(_ table: MadeUpTable) -> (Target, [Double]) {
        (.multiclass(truth: table.classes, classes: ["a", "b", "c", "d"]), table.classes.map(Double.init))
    }

    private func binary(_ table: MadeUpTable) -> (Target, [Double]) {
        (.binary(truth: table.binary, negative: "no", positive: "yes"), table.binary.map(Double.init))
    }

    private func number(_ table: MadeUpTable) -> (Target, [Double]) { (.regression(table.number), table.number) }

    @Test("Logistic regression of two classes: LogisticRegression of scikit-learn", arguments: [1.0, 0.01, 100])
    func binaryLogistic(_ strength: Double) throws {
        for pair in try both(LogisticTrainer(), ["C": .number(strength)], "logistic", strength, binary) {
            #expect(abs(pair.found - pair.expected) < 1e-7)
        }
    }

    @Test("Logistic regression of four classes: LogisticRegression of scikit-learn", arguments: [1.0, 0.01, 100])
    func multinomialLogistic(_ strength: Double) throws {
        for pair in try both(LogisticTrainer(), ["C": .number(strength)], "logistic", strength, classes) {
            #expect(abs(pair.found - pair.expected) < 1e-7)
        }
    }

    @Test("Ridge regression: Ridge of scikit-learn", arguments: [1.0, 0.001, 50])
    func ridge(_ alpha: Double) throws {
        for pair in try both(LinearTrainer(), ["alpha": .number(alpha)], "ridge", alpha, number) { #expect(abs(pair.found - pair.expected) < 1e-9) }
    }

    @Test("Least squares without regularisation, where one-hot columns depend on each other: lstsq of numpy")
    func leastSquares() throws {
        for pair in try both(LinearTrainer(), ["alpha": 0], "lstsq", 0, number) { #expect(abs(pair.found - pair.expected) < 1e-9) }
    }

    @Test("Many columns, by the methods that take no square matrix: LogisticRegression and Ridge of scikit-learn")
    func manyColumns() throws {
        for pair in try both(LogisticTrainer(), ["C": 0.1], "logistic", 0.1, noise: 650, binary) { #expect(abs(pair.found - pair.expected) < 1e-6) }
        for pair in try both(LogisticTrainer(), ["C": 0.1], "logistic", 0.1, noise: 180, classes) { #expect(abs(pair.found - pair.expected) < 1e-6) }
        for pair in try both(LinearTrainer(), ["alpha": 5], "ridge", 5, noise: 450, number) { #expect(abs(pair.found - pair.expected) < 1e-6) }
    }
}
