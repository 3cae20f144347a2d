import Serving
import Support
import Tables
import Testing

@Suite("An ensemble") struct EnsembleTests {
    /// Models that answer the same probability for every row.
    private func ensemble(_ scores: [Double], weights: [Double]? = nil, _ combination: Combination) throws -> EnsembleModel {
        let members = scores.indices.map { place -> EnsembleModel.Member in
            (FakeScore(version: place + 1, score: scores[place]), weights?[place] ?? 1)
        }
        return try EnsembleModel(name: "risk", version: 1, digest: "sha256:e", members: members, combination: combination)
    }

    @Test(
        "combines probabilities, and the label follows from them",
        arguments: [
            (Combination.mean, [0.25, 0.5, 0.75], nil, 0.5, "yes"), (.mean, [0.25, 0.75], [3, 1], 0.375, "no"),
            (.median, [0.1, 0.2, 0.9], nil, 0.2, "no"), (.median, [0.25, 0.75], nil, 0.5, "yes"), (.max, [0.1, 0.2, 0.9], nil, 0.9, "yes"),
            (.vote, [0.9, 0.4, 0.3], nil, 1.0 / 3, "no"), (.vote, [0.9, 0.4], [3, 1], 0.75, "yes"), (.vote, [0.9, 0.4], nil, 0.5, "no"),
        ] as [(Combination, [Double], [Double]?, Double, String)])
    func combinations(_ combination: Combination, _ scores: [Double], _ weights: [Double]?, _ expected: Double, _ label: String) async throws {
        let model = try ensemble(scores, weights: weights, combination)
        let result = try await makeEndpoint(FakeProvider(model)).infer(InferenceRequest(inputs: validInputs(rows: 2)))
        #expect(result.answers.scores.allSatisfy { abs($0 - expected) < 1e-15 } && result.answers.labels?[1] == label)
    }

    @Test("of tensors combines them number by number, by weight") func tensors() async throws {
        let members: [EnsembleModel.Member] = [(FakeGraph(factor: 1), 1), (FakeGraph(version: 2, factor: 5), 3)]
        let model = try EnsembleModel(name: "risk", version: 1, digest: "sha256:e", members: members, combination: .mean)
        let result = try await makeEndpoint(FakeProvider(model)).infer(FakeGraph.question([1, 2]))
        #expect(result.tensors?.first?.decoded == .numbers([4, 8]) && result.answers.scores == [4])
    }

    @Test("reads whole numbers that are answered for real ones, and fails where outputs do not fit each other") func oddOutputs() throws {
        func answer(_ answered: Tensor, isFirst: Bool) throws -> Tensor? {
            var odd = FakeGraph(version: 2)
            odd.answered = answered
            let graphs = isFirst ? [odd, FakeGraph(factor: 3)] : [FakeGraph(factor: 3), odd]
            let members: [EnsembleModel.Member] = [(graphs[0], 1), (graphs[1], 1)]
            let model = try EnsembleModel(name: "risk", version: 1, digest: "sha256:e", members: members, combination: .mean)
            return try model.answer(FakeGraph.question([1, 2]).inputs, rows: 1).outputs.first
        }
        let whole = Tensor(name: "y", datatype: .int64, shape: [1, 2], values: .integers([1, 2]))
        var (renamed, short, flat, texts) = (whole, whole, whole, whole)
        renamed.name = "z"
        short.values = .integers([1])
        flat.shape = [2]
        texts.datatype = .bytes
        texts.values = .text(["1", nil])
        for isFirst in [true, false] {
            let mean = try answer(whole, isFirst: isFirst)
            #expect(mean?.datatype == .fp32 && mean?.shape == [1, 2] && mean?.decoded == .numbers([2, 4]))
            for (odd, words) in [
                (renamed, "did not answer “y”"), (short, "the numbers of its shape [1, 2]"), (flat, "in different shapes"),
                (texts, "the numbers of its shape"),
            ] {
                let error = #expect(throws: MartletError.self) { try answer(odd, isFirst: isFirst) }
                #expect(error?.code == .defect && error?.message.contains(words) == true, "\(String(describing: error))")
            }
        }
    }

    @Test("of classifiers with the same outputs answers these, with the label that follows; others as a model of columns") func classifiers()
        async throws
    {
        func members(_ second: String) -> [EnsembleModel.Member] {
            [(FakeClassifier(version: 1, score: 0.9), 1), (FakeClassifier(version: 2, score: 0.2, scores: second), 3)]
        }
        let same = try EnsembleModel(name: "risk", version: 1, digest: "sha256:e", members: members("scores"), combination: .mean)
        let answer = try await makeEndpoint(FakeProvider(same)).infer(FakeGraph.question([1, 2]))
        #expect(answer.tensors?.map(\.name) == ["label", "scores"] && answer.tensors?.first?.decoded == .integers([0]))
        guard case .numbers(let mean) = answer.tensors?.last?.decoded else { throw MartletError(.defect, "There are no numbers.") }
        #expect(abs(mean[1] - 0.375) < 1e-6)
        for (name, combination) in [("other", Combination.mean), ("scores", .vote)] {
            let rated = try EnsembleModel(name: "risk", version: 1, digest: "sha256:e", members: members(name), combination: combination)
            let answer = try await makeEndpoint(FakeProvider(rated)).infer(FakeGraph.question([1, 2]))
            #expect(answer.tensors?.map(\.name) == ["label", "probability"] && answer.tensors?.first?.values == .text(["0"]), "\(combination)")
        }
    }

    @Test("of models that are asked or answer otherwise is refused") func misfits() {
        func words(_ members: [any ServedModel], _ combination: Combination = .mean) -> String {
            do { _ = try EnsembleModel(name: "risk", version: 1, digest: "", members: members.map { ($0, 1) }, combination: combination) } catch {
                return error.message
            }
            return ""
        }
        var other = FakeGraph(version: 2)
        other.input.shape = [-1, 3]
        #expect(words([FakeGraph(), other]).contains("scale@v2 takes other tensors than scale@v1"))
        #expect(words([FakeGraph(), FakeModel()]).contains("income@v3 takes columns, and scale@v1 tensors"))
        #expect(words([FakeGraph(), FakeGraph(version: 2)], .vote).contains("answers no classes"))
        var whole = FakeGraph()
        whole.output.datatype = .int64
        #expect(words([whole, whole]).contains("y (INT64 [any, 2]), of which there is no mean"))
        var renamed = FakeModel()
        renamed.signature.answer = .regression
        #expect(words([FakeModel(), renamed]).contains("answers something else"))
    }
}

/// A model with the inputs of `FakeModel` that always answers the same.
struct FakeScore: ServedModel {
    var name = "income"
    var version: Int
    var score: Double

    var digest: String { "sha256:\(version)" }
    var signature: Signature { FakeModel.contract }

    func answer(_ table: Table) throws(MartletError) -> Answers {
        let scores = Array(repeating: score, count: table.rowCount)
        return Answers(scores: scores, width: 1, labels: signature.answer.labels(of: scores))
    }
}

/// A classifier with the tensors that scikit-learn's converter makes, which always answers the same.
struct FakeClassifier: ServedModel, ServedGraph {
    var name = "sklearn"
    var version: Int
    var score: Double
    var scores = "scores"

    var digest: String { "sha256:\(version)" }
    var signature: Signature { Signature(inputs: [], answer: .binary(negative: "0", positive: "1", threshold: 0.5)) }
    var graph: (any ServedGraph)? { self }
    var interface: TensorInterface {
        TensorInterface(
            inputs: [TensorField(name: "x", datatype: .fp32, shape: [-1, 2])],
            outputs: [TensorField(name: "label", datatype: .int64, shape: [-1]), TensorField(name: scores, datatype: .fp32, shape: [-1, 2])])
    }

    func answer(_ table: Table) throws(MartletError) -> Answers { answers(table.rowCount) }

    func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
        let both = (0..<rows).flatMap { _ in [1 - score, score] }
        let outputs = [
            Tensor(name: "label", datatype: .int64, shape: [rows], values: .integers(Array(repeating: score >= 0.5 ? 1 : 0, count: rows))),
            Tensor(name: scores, datatype: .fp32, shape: [rows, 2], values: .numbers(both)),
        ]
        return GraphAnswers(outputs: outputs, answers: answers(rows), inputs: Table(rows: rows))
    }

    private func answers(_ rows: Int) -> Answers {
        let scores = Array(repeating: score, count: rows)
        return Answers(scores: scores, width: 1, labels: signature.answer.labels(of: scores))
    }
}
