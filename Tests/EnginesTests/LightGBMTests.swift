import EngineLibraries
import Foundation
import LightGBM
import Support
import Synchronization
import Testing

@Suite("LightGBM refuses what it would accept in silence", .enabled(if: Surroundings.has(.lightgbm), "LightGBM is not installed; run make setup"))
struct LightGBMTests {
    let engine = Result { try LightGBM(locator: Surroundings.locator) }
    let matrix = TrainingCase(name: "", parameters: [], classes: 2).matrix(rows: 400, seed: 5)

    @Test("The self-test passes")
    func selfTest() throws { #expect(try LightGBM.selfTest(locator: Surroundings.locator) == "4.7.0") }

    @Test(
        "Nonsense among the parameters is refused with what to write instead",
        arguments: [
            ([("objective", "binray")], "Did you mean “binary”?"), ([], "needs an “objective”"),
            ([("objective", "binary"), ("learnig_rate", "0.1")], "Did you mean “learning_rate”?"),
            ([("objective", "binary"), ("eta", "0.1")], "called “learning_rate”"), ([("objective", "binary"), ("learning_rate", "0")], "above 0"),
            ([("objective", "binary"), ("learning_rate", "nan")], "above 0"), ([("objective", "binary"), ("num_leaves", "1")], "from 2 to"),
            ([("objective", "binary"), ("num_leaves", "31.5")], "a whole number"),
            ([("objective", "binary"), ("feature_fraction", "1.5")], "at most 1"),
            ([("objective", "binary"), ("boosting", "forest")], "one of gbdt, dart, rf"),
            ([("objective", "binary"), ("verbosity", "1")], "set by Martlet"),
            ([("objective", "binary"), ("n_estimators", "100")], "settings of the step"), ([("objective", "multiclass")], "needs “num_class”"),
            ([("objective", "binary"), ("num_class", "3")], "Remove it"), ([("objective", "binary"), ("metric", "auk")], "Did you mean “auc”?"),
            ([("objective", "binary"), ("metric", "multi_logloss")], "no metric"), ([("objective", "binary"), ("boosting", "rf")], "bagging_freq"),
            ([("objective", "binary"), ("seed", "1"), ("seed", "2")], "given twice"),
            ([("objective", "binary"), ("monotone_constraints", "1,0")], "6 numbers"),
            ([("objective", "binary"), ("learning_rate", "0.1 num_leaves=2")], "above 0"),
        ] as [([(String, String)], String)])
    func parameters(_ given: [(String, String)], sentence: String) throws {
        let error = #expect(throws: MartletError.self) { try engine.get().train(given, training: matrix, rounds: 1) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
    }

    @Test("Labels outside the objective's range, unusable weights and categories are refused with their row or column")
    func data() throws {
        func message(_ change: (inout TrainingMatrix) -> Void, _ parameters: [(String, String)] = [("objective", "binary")]) throws -> String {
            var copy = matrix
            change(&copy)
            return #expect(throws: MartletError.self) { try engine.get().train(parameters, training: copy, rounds: 1) }?.message ?? ""
        }
        #expect(try message { $0.label[3] = 2 }.contains("row 3"))
        #expect(try message { $0.label[4] = .nan }.contains("row 4"))
        #expect(try message({ $0.label[5] = 2 }, [("objective", "multiclass"), ("num_class", "2")]).contains("from 0 to 1"))
        #expect(try message { $0.categorical = [6] }.contains("number 6"))
        #expect(try message { $0.features[3][2] = 1.5 }.contains("“d”"))
        #expect(try message { $0.features[3][2] = 1e12 }.contains("row 2"))
        #expect(try message { $0.features[0].removeLast() }.contains("399"))
        #expect(try message { $0.weight = Array(repeating: 0, count: 400) }.contains("Weights"))
        #expect(try message { $0 = TrainingMatrix(features: [], featureNames: [], label: []) }.contains("no rows"))
    }

    @Test("Early stopping without validation rows, with dart or after 0 rounds is refused, as are no rounds")
    func stopping() throws {
        let parameters = [("objective", "binary")]
        #expect(throws: MartletError.self) { try engine.get().train(parameters, training: matrix, rounds: 5, earlyStopping: 2) }
        #expect(throws: MartletError.self) { try engine.get().train(parameters, training: matrix, validation: matrix, rounds: 5, earlyStopping: 0) }
        #expect(throws: MartletError.self) {
            try engine.get().train(parameters + [("boosting", "dart")], training: matrix, validation: matrix, rounds: 5, earlyStopping: 2)
        }
        #expect(throws: MartletError.self) { try engine.get().train(parameters, training: matrix, rounds: 0) }
    }

    @Test("Progress sees every round, and answering false ends the training")
    func progress() throws {
        let seen = Mutex([Int]())
        let error = #expect(throws: MartletError.self) {
            try engine.get().train([("objective", "binary")], training: matrix, validation: matrix, rounds: 50) { round, loss in
                seen.withLock { $0.append(round) }
                return round < 4 && loss.isFinite
            }
        }
        #expect(error?.code == .cancelled)
        #expect(seen.withLock { $0 } == [1, 2, 3, 4])
    }

    @Test("A booster keeps the names of its features whatever signs they hold")
    func names() throws {
        var odd = matrix
        odd.featureNames = ["a,b", "Column_0", "größe", "x[1]", "a b", "{\"k\": 1}"]
        let booster = try engine.get().train([("objective", "binary")], training: odd, rounds: 2)
        #expect(booster.featureNames == odd.featureNames)
        #expect(try booster.featureImportance(.split).count == 6)
    }

    @Test("A prediction needs every column; no rows give no answers")
    func predictionShape() throws {
        let booster = try engine.get().train([("objective", "binary")], training: matrix, rounds: 2)
        #expect(throws: MartletError.self) { try booster.predict(Array(matrix.features.dropLast()), raw: false) }
        #expect(throws: MartletError.self) { try booster.predict([[1], [1], [1], [1], [1], []], raw: false) }
        #expect(try booster.predict(Array(repeating: [], count: 6), raw: false) == [])
    }

    @Test("A text that is no model, or half of one, is refused")
    func noModel() throws {
        let engine = try engine.get()
        let text = try engine.train([("objective", "binary")], training: matrix, rounds: 2).modelText
        for broken in ["", "tree", "hello", String(text.prefix(text.count / 2))] {
            #expect(throws: MartletError.self) { try Booster(modelText: broken, engine: engine) }
        }
    }

    @Test("Trainings that many threads ask for at once give the same booster")
    func manyThreads() throws {
        let engine = try engine.get()
        let texts = Mutex(Set<String>())
        DispatchQueue.concurrentPerform(iterations: 6) { _ in
            let text = (try? engine.train([("objective", "binary")], training: matrix, rounds: 5).modelText) ?? "failed"
            texts.withLock { _ = $0.insert(text) }
        }
        #expect(texts.withLock { $0.count } == 1)
        #expect(texts.withLock { !$0.contains("failed") })
    }
}
