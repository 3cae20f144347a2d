import Statistics
import Support
import Testing

@Suite("Metrics")
struct MetricTests {
    @Test(
        "Every metric agrees with scikit-learn to 1e-9, and is undefined exactly where it should be",
        .enabled(if: PythonReference.isThere, PythonReference.absence))
    func agreesWithScikitLearn() throws {
        let cases = try MetricCase.all()
        let reference = try PythonReference.run("metrics.py", .array(cases.map(\.json)))
        for test in cases {
            for metric in Metric.all(for: test.predictions.problem) {
                let ours = value(of: metric, test.predictions)
                let theirs = reference[test.name][metric.rawValue].double
                #expect(
                    (ours == nil) == (theirs == nil),
                    "\(test.name): \(metric.rawValue) is \(String(describing: ours)), not \(String(describing: theirs))")
                if let ours, let theirs { #expect(agree(ours, theirs), "\(test.name): \(metric.rawValue) is \(ours), not \(theirs)") }
            }
        }
    }

    @Test("What is undefined says why")
    func undefinedSaysWhy() throws {
        let oneClass = try Predictions.binary(truth: [1, 1], probabilities: [0.2, 0.9])
        #expect(values(of: [.auc], oneClass)[0].reason == "it needs rows of both classes, and all 2 are positive")
        #expect(values(of: [.rmse], oneClass)[0].reason == "rmse is not a metric of a binary problem")
        let empty = try Predictions.regression(truth: [], predicted: [])
        #expect(values(of: [.rmse], empty)[0].reason == "there are no rows")
        let unweighted = try Predictions.regression(truth: [1, 2], predicted: [1, 1], weights: [0, 0])
        #expect(values(of: [.mae], unweighted)[0].reason == "every row has weight 0")
    }

    @Test("A weight of two is the same as the row twice, for every metric")
    func weightsRepeatRows() throws {
        for test in try MetricCase.all() where test.predictions.weights == nil {
            let n = test.predictions.count
            let twice = test.predictions.rows((0..<n).flatMap { $0 % 3 == 0 ? [$0, $0] : [$0] })
            let weights = (0..<n).map { $0 % 3 == 0 ? 2.0 : 1.0 }
            let weighted = try reweighted(test.predictions, weights)
            for metric in Metric.all(for: test.predictions.problem) {
                let (a, b) = (value(of: metric, twice), value(of: metric, weighted))
                #expect((a == nil) == (b == nil), "\(test.name): \(metric.rawValue)")
                if let a, let b { #expect(agree(a, b), "\(test.name): \(metric.rawValue) is \(a) and \(b)") }
            }
        }
    }

    private func reweighted(_ predictions: Predictions, _ weights: [Double]) throws -> Predictions {
        switch predictions.values {
        case .binary(let truth, let scores, let threshold): try .binary(truth: truth, probabilities: scores, threshold: threshold, weights: weights)
        case .multiclass(let truth, let scores, let classes): try .multiclass(truth: truth, probabilities: scores, classes: classes, weights: weights)
        case .regression(let truth, let predicted): try .regression(truth: truth, predicted: predicted, weights: weights)
        }
    }

    @Test("Predictions that cannot be scored are refused with the row")
    func refusesBadPredictions() {
        let message = { (body: () throws(MartletError) -> Predictions) -> String in
            do throws(MartletError) {
                _ = try body()
                return "accepted"
            } catch { return error.message }
        }
        #expect(message { () throws(MartletError) in try .binary(truth: [0, 2], probabilities: [0.1, 0.2]) }.contains("row 2 is 2"))
        #expect(message { () throws(MartletError) in try .binary(truth: [0, 1], probabilities: [0.1, .nan]) }.contains("row 2 is nan"))
        #expect(message { () throws(MartletError) in try .binary(truth: [0], probabilities: [0.1, 0.2]) }.contains("the same rows"))
        #expect(message { () throws(MartletError) in try .binary(truth: [0], probabilities: [3]) }.contains("not a probability"))
        #expect(
            message { () throws(MartletError) in try .multiclass(truth: [2], probabilities: [0.5, 0.5], classes: ["a", "b"]) }.contains(
                "none of the 2"))
        #expect(
            message { () throws(MartletError) in try .multiclass(truth: [1], probabilities: [0.5], classes: ["a", "b"]) }.contains("not one for each")
        )
        #expect(message { () throws(MartletError) in try .regression(truth: [1], predicted: [.infinity]) }.contains("row 1 is inf"))
        #expect(message { () throws(MartletError) in try .regression(truth: [1], predicted: [1], weights: [-1]) }.contains("weight of row 1"))
        #expect(message { () throws(MartletError) in try .binary(truth: [1], probabilities: [1 + 1e-9]) } == "accepted")
    }

    @Test("A mistyped metric is refused with the nearest name")
    func namesAreSuggested() throws {
        #expect(try Metric.named("pr_auc") == .prAUC)
        do {
            _ = try Metric.named("acuracy", for: .binary)
            Issue.record("a mistyped metric was accepted")
        } catch { #expect(error.message.contains("Did you mean “accuracy”?")) }
        do {
            _ = try Metric.named("rmse", for: .binary)
            Issue.record("a metric of another problem was accepted")
        } catch { #expect(error.message.contains("not a metric of a binary problem")) }
    }

    @Test("Every metric belongs to a problem and says what it means")
    func everyMetricIsDescribed() {
        for metric in Metric.allCases {
            #expect(!metric.problems.isEmpty)
            #expect(!metric.meaning.isEmpty)
        }
        for problem in ProblemType.allCases { #expect(Metric.all(for: problem).contains(Metric.primary(for: problem))) }
    }
}
