import Statistics
import Support
import Tables
import Testing
import Training

@Suite("Targets and training sets")
struct TargetTests {
    private let text = Column("income", strings: ["low", "high", "low", "low"])

    @Test("The rarer class is positive unless one is named")
    func positive() throws {
        #expect(try Target.make(text, problem: .binary) == .binary(truth: [0, 1, 0, 0], negative: "low", positive: "high"))
        #expect(try Target.make(text, problem: .binary, positive: "low") == .binary(truth: [1, 0, 1, 1], negative: "high", positive: "low"))
    }

    @Test("A positive class that does not exist is an error with the nearest one")
    func unknownPositive() {
        let error = #expect(throws: MartletError.self) { try Target.make(text, problem: .binary, positive: "hihg") }
        #expect(error?.message.contains("Did you mean “high”?") == true)
    }

    @Test("Numbers can be classes, in the order of their values")
    func numericClasses() throws {
        let column = Column("quality", kind: .integer, numbers: [10, 9, 3, 9])
        #expect(try Target.make(column, problem: .multiclass) == .multiclass(truth: [2, 1, 0, 1], classes: ["3", "9", "10"]))
    }

    @Test("A constant target is an error that names the column", arguments: [ProblemType.binary, .multiclass])
    func constant(_ problem: ProblemType) {
        let error = #expect(throws: MartletError.self) { try Target.make(Column("income", strings: ["low", "low"]), problem: problem) }
        #expect(error?.message.contains("“income” is “low” in every row") == true)
    }

    @Test("A constant number is an error that names the column when it is to be learnt")
    func constantNumber() throws {
        let table = try Table([Column("x", numbers: [1, 2, 3]), Column("y", numbers: [5, 5, 5])])
        let (set, _) = try TrainingSet.make(table, target: "y", features: ["x"], problem: .regression)
        let error = #expect(throws: MartletError.self) {
            try LinearTrainer().fit(training: set, validation: set, parameters: .null, seed: 1, progress: nil)
        }
        #expect(error?.message.contains("“y” is “5” in every row") == true)
    }

    @Test("Three classes are too many for a binary problem, and text is no target of a regression")
    func wrongProblem() {
        #expect(throws: MartletError.self) { try Target.make(Column("c", strings: ["a", "b", "c"]), problem: .binary) }
        #expect(throws: MartletError.self) { try Target.make(text, problem: .regression) }
        #expect(throws: MartletError.self) { try Target.make(Column("n", numbers: [1, .infinity]), problem: .regression) }
    }

    @Test("A class that training did not have is an error that names the row and the class")
    func unknownClass() {
        let error = #expect(throws: MartletError.self) { try Target.make(text, problem: .binary, classes: ["low", "middle"]) }
        #expect(error?.message.contains("Row 2 of “income” is “high”") == true)
    }

    @Test("Rows without a target are left out, with their weights")
    func missingTarget() throws {
        let table = try Table([
            Column("x", numbers: [1, 2, 3]), Column("y", numbers: [5, .nan, 6]), Column("w", numbers: [1, 7, 2]),
        ])
        let (set, rows) = try TrainingSet.make(table, target: "y", features: ["x"], weight: "w", problem: .regression)
        #expect(rows == [0, 2])
        #expect(set.weights == [1, 2])
        #expect(set.features["x"]?.numbers == [1, 3])
    }

    @Test("A target that is always missing, a negative weight and a target that does not exist are errors")
    func unusable() throws {
        let table = try Table([Column("x", numbers: [1, 2]), Column("y", numbers: [.nan, .nan]), Column("w", numbers: [1, -1])])
        #expect(throws: MartletError.self) { try TrainingSet.make(table, target: "y", features: ["x"], problem: .regression) }
        #expect(throws: MartletError.self) { try TrainingSet.make(table, target: "x", features: ["x"], weight: "w", problem: .regression) }
        #expect(throws: MartletError.self) { try TrainingSet.make(table, target: "z", features: ["x"], problem: .regression) }
    }

    @Test("Columns that are all missing or constant are left out with a note, and none left is an error")
    func uselessColumns() throws {
        let table = try Table([
            Column("empty", numbers: [.nan, .nan, .nan]), Column("same", strings: ["a", "a", "a"]), Column("x", numbers: [1, 2, 3]),
            Column("sometimes", strings: ["a", nil, "a"]),
        ])
        let target = Target.regression([1, 2, 4])
        let model = try LinearTrainer()
            .fit(
                training: TrainingSet(features: table, target: target), validation: TrainingSet(features: table, target: target), parameters: .null,
                seed: 1, progress: nil)
        #expect(model.signature.inputs.map(\.name) == ["x", "sometimes"])
        #expect(model.notes.count == 2)
        #expect(model.notes.joined().contains("empty") && model.notes.joined().contains("same"))
        let useless = try TrainingSet(features: table.selecting(["empty", "same"]), target: target)
        #expect(throws: MartletError.self) {
            try LinearTrainer().fit(training: useless, validation: useless, parameters: .null, seed: 1, progress: nil)
        }
    }
}

@Suite("Trainers and their parameters")
struct ParameterTests {
    private func message(_ name: String, _ parameters: JSONValue, _ problem: ProblemType = .binary) -> String {
        do {
            try Trainers.check(name, parameters: parameters, problem: problem)
            return ""
        } catch { return error.message }
    }

    @Test("A mistyped trainer is an error with the nearest name")
    func unknownTrainer() {
        #expect(message("train/lightgmb", .null).contains("Did you mean “train/lightgbm”?"))
        #expect(throws: MartletError.self) { try Trainers(locator: Places.locator).named("train/forest") }
    }

    @Test("A mistyped parameter is an error with the nearest name")
    func unknownParameter() {
        #expect(message("train/lightgbm", ["learning_rat": 0.1]).contains("Did you mean “learning_rate”?"))
        #expect(message("train/mean", ["x": 1], .regression).contains("It takes none."))
    }

    @Test(
        "A value out of range is an error that names the parameter",
        arguments: [
            Wrong("train/lightgbm", "learning_rate", "fast"), Wrong("train/lightgbm", "num_leaves", 1), Wrong("train/lightgbm", "num_leaves", 31.5),
            Wrong("train/lightgbm", "extra_trees", 1), Wrong("train/lightgbm", "objective", "poisson"), Wrong("train/logistic", "C", 0),
            Wrong("train/logistic", "C", [1]),
        ])
    func range(_ wrong: Wrong) { #expect(message(wrong.trainer, .object([.init(wrong.name, wrong.value)])).contains("“\(wrong.name)”")) }

    /// A parameter with a value that it cannot have.
    struct Wrong: Sendable {
        var trainer: String
        var name: String
        var value: JSONValue

        init(_ trainer: String, _ name: String, _ value: JSONValue) {
            self.trainer = trainer
            self.name = name
            self.value = value
        }
    }

    @Test("A trainer for another kind of problem is refused with those that fit")
    func otherProblem() {
        #expect(message("train/linear", .null).contains("train/logistic"))
        #expect(message("train/logistic", .null, .regression).contains("train/linear"))
        #expect(message("train/lightgbm", ["objective": "poisson"], .regression).isEmpty)
    }

    @Test("What was left to the defaults is among the resolved parameters")
    func resolved() throws {
        let made = try MadeUpTable(100, seed: 2)
        let set = try TrainingSet(features: made.features, target: .binary(truth: made.binary, negative: "no", positive: "yes"))
        let model = try LogisticTrainer().fit(training: set, validation: set, parameters: ["C": 2], seed: 1, progress: nil)
        #expect(model.parameters["C"].double == 2)
        #expect(model.parameters["max_categories"].int == 100)
    }
}
