import EngineLibraries
import Foundation
import Statistics
import Support
import Tables
import Testing
import Training

private let adultFeatures = [
    "age", "workclass", "education", "education_num", "marital_status", "occupation", "relationship", "capital_gain", "capital_loss",
    "hours_per_week",
    "native_country",
]

/// Every fifth row for validation, the others for training.
private func halves(_ set: TrainingSet) throws -> (training: TrainingSet, validation: TrainingSet) {
    let rows = 0..<set.rowCount
    return (try set.rows(rows.filter { $0 % 5 != 0 }), try set.rows(rows.filter { $0 % 5 == 0 }))
}

@Suite("Training on real data", .enabled(if: Places.hasEngines, "the engines are not installed; run `make setup`"))
struct RealDataTests {
    private func adultAUC(_ trainer: String) throws -> Double {
        let (all, _) = try TrainingSet.make(
            try RealData.adult("train"), target: "income", features: adultFeatures, problem: .binary, positive: ">50K")
        let (training, validation) = try halves(all)
        let model = try Trainers(locator: Places.locator).named(trainer)
            .fit(training: training, validation: validation, parameters: .null, seed: 7, progress: nil)
        let test = try RealData.adult("test")
        let (held, _) = try TrainingSet.make(
            test, target: "income", features: adultFeatures, problem: .binary, positive: ">50K", classes: ["<=50K", ">50K"])
        let answers = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(test)
        guard case .binary(let truth, _, _) = held.target else { return 0 }
        let auc = try #require(value(of: .auc, try Predictions.binary(truth: truth, probabilities: answers.scores)))
        print("adult \(trainer): AUC \(auc), \(model.graph.count) bytes, rounds \(model.rounds ?? 0), \(model.importance.prefix(3))")
        return auc
    }

    @Test("On adult, LightGBM reaches an AUC of 0.925 on the test file", .enabled(if: Places.has("adult-train.csv"), "the adult data is absent"))
    func adultTrees() throws { #expect(try adultAUC("train/lightgbm") >= 0.925) }

    @Test(
        "On adult, logistic regression reaches an AUC of 0.90 on the test file",
        .enabled(if: Places.has("adult-train.csv"), "the adult data is absent"))
    func adultLogistic() throws { #expect(try adultAUC("train/logistic") >= 0.90) }

    @Test(
        "On winequality, whose rarest class has 5 rows, every trainer of classifications answers probabilities for all classes",
        .enabled(if: Places.has("winequality-white.csv"), "the winequality data is absent"),
        arguments: ["train/majority", "train/logistic", "train/lightgbm"])
    func wineClasses(_ trainer: String) throws {
        let table = try RealData.wine("white")
        let features = Array(RealData.wineNames.dropLast())
        let (all, _) = try TrainingSet.make(table, target: "quality", features: features, problem: .multiclass)
        let (training, validation) = try halves(all)
        let model = try Trainers(locator: Places.locator).named(trainer)
            .fit(training: training, validation: validation, parameters: .null, seed: 7, progress: nil)
        #expect(model.signature.answer == .multiclass(classes: ["3", "4", "5", "6", "7", "8", "9"]))
        let answers = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(validation.features)
        #expect(answers.width == 7)
        let sums = stride(from: 0, to: answers.scores.count, by: 7).map { answers.scores[$0..<$0 + 7].reduce(0, +) }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-9 })
        guard case .multiclass(let truth, let classes) = validation.target else { return }
        let loss = try #require(value(of: .logLoss, try Predictions.multiclass(truth: truth, probabilities: answers.scores, classes: classes)))
        print("winequality \(trainer): log loss \(loss)")
        #expect(loss < 1.35)
    }

    @Test(
        "On pollution, rows without a target are left out and every regression beats the mean",
        .enabled(if: Places.has("pollution.csv"), "the pollution data is absent"))
    func pollution() throws {
        let table = try RealData.pollution()
        let features = table.names.filter { !["No", "pm2.5"].contains($0) }
        let (set, rows) = try TrainingSet.make(table, target: "pm2.5", features: features, problem: .regression)
        #expect(rows.count == table.rowCount - 2067)
        let (training, validation) = try halves(set)
        var errors: [Double] = []
        for trainer in ["train/mean", "train/linear", "train/lightgbm"] {
            let model = try Trainers(locator: Places.locator).named(trainer)
                .fit(training: training, validation: validation, parameters: .null, seed: 7, progress: nil)
            let answers = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(validation.features)
            guard case .regression(let truth) = validation.target else { return }
            errors.append(try #require(value(of: .rmse, try Predictions.regression(truth: truth, predicted: answers.scores))))
        }
        print("pollution RMSE: mean \(errors[0]), linear \(errors[1]), trees \(errors[2])")
        #expect(errors[2] < errors[1] * 0.8)
        #expect(errors[1] < errors[0] * 0.95)
    }

    @Test(
        "On adult, the other columns give away the sex of a person, and the report says so",
        .enabled(if: Places.has("adult-train.csv"), "the adult data is absent"))
    func proxies() throws {
        let table = try RealData.adult("train")
        let features = try table.selecting(adultFeatures)
        let sex = try #require(try ProxyStrength.measure(of: try table.column("sex"), from: features, locator: Places.locator, seed: 7))
        #expect(sex.auc > 0.92 && sex.auc < 0.96)
        #expect(sex.through.first == "relationship")
        #expect(
            sex.sentence.hasPrefix("Leaving “sex” out can hardly change the gaps between its groups: the other columns predict it with an AUC of 0.9")
        )
        let race = try #require(try ProxyStrength.measure(of: try table.column("race"), from: features, locator: Places.locator, seed: 7))
        #expect(race.auc > 0.5 && race.auc < sex.auc)
        print("proxies: \(sex.sentence) \(race.sentence)")
    }

    @Test(
        "On adult, leaving out the sex hardly changes the gap between men and women, as the report says",
        .enabled(if: Places.has("adult-train.csv"), "the adult data is absent"))
    func gaps() throws {
        let (train, test) = (try RealData.adult("train"), try RealData.adult("test"))
        let gaps = try [adultFeatures, adultFeatures + ["sex"]].map { features in
            let (set, _) = try TrainingSet.make(train, target: "income", features: features, problem: .binary, positive: ">50K")
            let (training, validation) = try halves(set)
            let model = try LightGBMTrainer(locator: Places.locator)
                .fit(training: training, validation: validation, parameters: .null, seed: 7, progress: nil)
            let (held, _) = try TrainingSet.make(test, target: "income", features: features, problem: .binary, positive: ">50K")
            let answers = try GraphScorer(locator: Places.locator, bytes: model.graph, signature: model.signature).score(test)
            let sex = try #require(try test.column("sex").text)
            let report = try fairness(
                try Predictions(answers, truth: held.target), groups: Segmentation(name: "sex", codes: sex.codes, labels: sex.dictionary),
                bootstrap: Bootstrap(resamples: 50))
            return try #require(report[.demographicParityDifference]?.value)
        }
        print("adult gap in selection: without sex \(gaps[0]), with sex \(gaps[1])")
        #expect(gaps[0] > 0.1)
        #expect(abs(gaps[0] - gaps[1]) < 0.02)
    }
}
