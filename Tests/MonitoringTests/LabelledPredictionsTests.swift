import Monitoring
import Serving
import Statistics
import Support
import Tables
import TestSupport
import Testing

@Suite("Predictions joined with the truth")
struct LabelledPredictionsTests {
    let traffic: Traffic

    init() throws { traffic = try Traffic() }

    /// Truth and probability of every joined row of a two-class model, as `1:0.9`.
    private func rows(_ joined: LabelledPredictions) throws -> [String] {
        guard case .binary(let truth, let probabilities, _)? = try joined.predictions()?.values else { return [] }
        return zip(truth, probabilities).map { "\($0):\($1)" }
    }

    @Test("A label finds its prediction by ID and by key, and the ID's counts before the key's")
    func subjects() throws {
        let ids = try traffic.answer([0.1, 0.2, 0.3, 0.4], at: 1, keys: ["a", "b", "c", nil])
        let joined = try traffic.joined([
            Label(id: ids[0], "yes"), Label(key: "a", "no"), Label(key: "b", "yes"), Label(id: ids[3], "no"), Label(key: "nobody", "yes"),
        ])
        #expect(try rows(joined) == ["1:0.1", "1:0.2", "0:0.4"])
        #expect(joined.rows == 4 && joined.labelled == 3 && joined.unusable == 0)
    }

    @Test("Only predictions of the period count, its end left out")
    func period() throws {
        for second in [1.0, 2.0, 3.0] { try traffic.answer([second / 10], at: second, keys: ["k\(second)"]) }
        let labels = [1.0, 2.0, 3.0].map { Label(key: "k\($0)", "yes") }
        let joined = try traffic.joined(labels, from: 2, to: 3)
        #expect(try rows(joined) == ["1:0.2"])
        #expect(joined.rows == 1)
    }

    @Test("Of several predictions with one key the newest counts")
    func newest() throws {
        try traffic.answer([0.1, 0.5], at: 1, keys: ["a", "b"])
        try traffic.answer([0.2], at: 2, keys: ["a"])
        let joined = try traffic.joined([Label(key: "a", "yes"), Label(key: "b", "no")])
        #expect(try rows(joined) == ["1:0.2", "0:0.5"])
        #expect(joined.rows == 3 && joined.labelled == 2)
    }

    @Test("A prediction labelled by its ID stays beside a later one with the same key")
    func idAndKey() throws {
        let ids = try traffic.answer([0.1], at: 1, keys: ["a"])
        try traffic.answer([0.2], at: 2, keys: ["a"])
        try traffic.answer([0.3], at: 3, keys: ["a"])
        let joined = try traffic.joined([Label(id: ids[0], "yes"), Label(key: "a", "no")])
        #expect(try rows(joined) == ["1:0.1", "0:0.3"])
        #expect(joined.labelled == 2)
    }

    @Test("Labels that came later than agreed do not count")
    func late() throws {
        try traffic.answer([0.1, 0.2, 0.3], at: 100, keys: ["in time", "late", "before"])
        let labels = [Label(key: "in time", "yes", at: 160), Label(key: "late", "yes", at: 160.000_001), Label(key: "before", "no", at: 50)]
        #expect(try rows(traffic.joined(labels, within: 60)) == ["1:0.1", "0:0.3"])
        #expect(try rows(traffic.joined(labels)).count == 3)
    }

    @Test("Without labels, and without predictions, there is nothing to score")
    func nothing() throws {
        #expect(try traffic.joined([Label(key: "a", "yes")]).predictions() == nil)
        try traffic.answer([0.1], at: 1, keys: ["a"])
        let joined = try traffic.joined([])
        #expect(try joined.predictions() == nil)
        #expect(joined.rows == 1 && joined.labelled == 0)
    }

    @Test("Where a version is asked for, only its predictions count")
    func version() throws {
        try traffic.answer([0.1], at: 1, keys: ["a"], version: 1)
        try traffic.answer([0.2], at: 2, keys: ["b"], version: 2)
        try traffic.answer([0.3], at: 3, keys: ["a"], version: 1)
        let joined = try traffic.joined([Label(key: "a", "yes"), Label(key: "b", "no")], version: 2)
        #expect(try rows(joined) == ["0:0.2"])
        #expect(joined.rows == 1)
    }

    @Test("Predictions of another kind of model are counted and left out")
    func otherAnswers() throws {
        try traffic.answer([0.1], at: 1, keys: ["a"])
        try traffic.answer([7], at: 2, keys: ["b"], answer: .regression)
        let joined = try traffic.joined([Label(key: "a", "yes"), Label(key: "b", "8")])
        #expect(try rows(joined) == ["1:0.1"])
        #expect(joined.unusable == 1 && joined.labelled == 1)
    }

    @Test("Classes become codes in the model's order, and rows keep their probabilities together")
    func multiclass() throws {
        let answer = Signature.Answer.multiclass(classes: ["a", "b", "c"])
        try traffic.answer([0.7, 0.2, 0.1, 0.1, 0.1, 0.8], at: 1, keys: ["x", "y"], answer: answer)
        try traffic.answer([0.2, 0.6, 0.2], at: 2, keys: ["x"], answer: answer)
        let joined = try traffic.joined([Label(key: "x", "b"), Label(key: "y", "c")])
        guard case .multiclass(let truth, let probabilities, let classes)? = try joined.predictions()?.values else {
            Issue.record("no predictions")
            return
        }
        #expect(truth == [1, 2] && classes == ["a", "b", "c"])
        #expect(probabilities == [0.2, 0.6, 0.2, 0.1, 0.1, 0.8])
    }

    @Test("Numbers are read as numbers")
    func regression() throws {
        try traffic.answer([1.5, 2.5], at: 1, keys: ["a", "b"], answer: .regression)
        guard
            case .regression(let truth, let predicted)? = try traffic.joined([Label(key: "a", "1"), Label(key: "b", "-2.25e1")]).predictions()?.values
        else {
            Issue.record("no predictions")
            return
        }
        #expect(truth == [1, -22.5] && predicted == [1.5, 2.5])
    }

    @Test("A label that is not what the model answers is left out and named once; the others count")
    func unknownLabels() throws {
        try traffic.answer([0.1, 0.2, 0.3], at: 1, keys: ["a", "b", "c"])
        try traffic.answer([0.4], at: 2, keys: ["a"])
        let joined = try traffic.joined([Label(key: "a", "yess"), Label(key: "b", "yes"), Label(key: "c", "maybe")])
        #expect(try rows(joined) == ["1:0.2"])
        #expect(joined.labelled == 1 && joined.unusable == 3)
        var texts = [joined.remark ?? ""]
        let classes = try Traffic()
        let ids = try classes.answer([0.1, 0.2, 0.7], at: 1, answer: .multiclass(classes: ["red", "green", "blue"]))
        texts.append(try classes.joined([Label(id: ids[0], "yellow")]).remark?.replacing("\(ids[0])", with: "ID") ?? "")
        for word in ["many", "nan", "inf", ""] {
            let numbers = try Traffic()
            try numbers.answer([0.1], at: 1, keys: ["a"], answer: .regression)
            texts.append(try numbers.joined([Label(key: "a", word)]).remark ?? "")
            #expect(try numbers.joined([Label(key: "a", word)]).predictions() == nil)
        }
        #expect(try traffic.joined([Label(key: "b", "yes")]).remark == nil)
        let difference = try differenceFromGolden(texts.map { $0 + "\n" }.joined(), "label-errors.txt")
        #expect(difference == nil)
    }
}
