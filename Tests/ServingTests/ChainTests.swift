import Serving
import Support
import Tables
import Testing

@Suite("A chain") struct ChainTests {
    private func chain(_ links: [ChainModel.Link]) throws -> ChainModel {
        try ChainModel(name: "reviews", version: 1, digest: "sha256:c", links: links)
    }

    @Test("hands the outputs of a model to the next by name, over both tensors and rows") func handing() async throws {
        var second = FakeGraph(name: "later", factor: 5)
        second.output.name = "z"
        let model = try chain([(FakeGraph(), [:]), (second, ["y": "x"])])
        #expect(model.interface.inputs.map(\.name) == ["x"] && model.interface.outputs.map(\.name) == ["z"])
        let endpoint = makeEndpoint(FakeProvider(model))
        let result = try await endpoint.infer(FakeGraph.question([1, 2, 3, 4]))
        #expect(result.tensors?.first?.decoded == .numbers([10, 20, 30, 40]))
        #expect(result.answers.scores == [10, 30] && result.ids.count == 2 && result.model.name == "reviews")
        let rows = InferenceRequest(
            inputs: ["a", "b"].map { Tensor(name: $0, datatype: .fp64, shape: [1], values: .numbers([$0 == "a" ? 3 : 4])) }, isTable: true)
        #expect(try await endpoint.infer(rows).tensors?.first?.decoded == .numbers([30, 40]))
    }

    @Test("of columns answers like a model of columns, also where columns are made of tensors' names") func columns() async throws {
        let score = Signature(inputs: [.init("probability", kind: .number, mayBeMissing: true)], answer: .regression)
        let model = try chain([(FakeModel(), [:]), (FakeRate(signature: score), [:])])
        #expect(model.graph == nil && model.interface == TensorInterface(model.signature))
        let result = try await makeEndpoint(FakeProvider(model)).infer(InferenceRequest(inputs: validInputs(rows: 3)))
        #expect(result.answers.scores == [0, 1, 2] && result.answer == .regression)
    }

    @Test("that does not fit together is refused with both sides") func misfits() throws {
        var other = FakeGraph(name: "later")
        #expect(throws: MartletError.self) { try chain([(FakeGraph(), [:]), (other, [:])]) }
        func words(_ links: [ChainModel.Link]) -> String {
            do { _ = try chain(links) } catch { return (error as? MartletError)?.message ?? "" }
            return ""
        }
        let absent = words([(FakeGraph(), [:]), (other, [:])])
        #expect(absent.contains("later@v1 takes x (FP32 [any, 2]), which is not answered. scale@v1 answers y (FP32 [any, 2])"), "\(absent)")
        other.input.datatype = .fp64
        #expect(words([(FakeGraph(), [:]), (other, ["y": "x"])]).contains("takes x (FP64 [any, 2]), and gets x (FP32 [any, 2])"))
        other.input = TensorField(name: "x", datatype: .fp32, shape: [-1, 3])
        #expect(words([(FakeGraph(), [:]), (other, ["y": "x"])]).contains("takes x (FP32 [any, 3])"))
        #expect(words([(FakeGraph(), [:]), (FakeGraph(), ["q": "x"])]).contains("cannot have “q” renamed"))
        #expect(words([(FakeModel(), [:]), (FakeModel(), [:])]).contains("takes a column “age”, which is not answered"))
    }

    @Test("is asked like any model: a caller's mistake is told of its own inputs, and a failure inside is the server's") func failures() async throws
    {
        var short = FakeGraph(name: "later")
        short.input = TensorField(name: "x", datatype: .fp32, shape: [-1, 2])
        var wrong = FakeGraph()
        wrong.output = TensorField(name: "y", datatype: .fp32, shape: [-1, -1, -1])
        #expect(throws: MartletError.self) { try chain([(wrong, [:]), (short, ["y": "x"])]) }
        let endpoint = makeEndpoint(FakeProvider(try chain([(FakeGraph(), [:]), (short, ["y": "x"])])))
        await #expect(throws: MartletError(.invalidInput, "Input “x” has datatype FP64; it must be FP32.")) { () async throws in
            _ = try await endpoint.infer(FakeGraph.question([1, 2], .fp64))
        }
    }
}

/// A model of one column that answers it times a hundred.
struct FakeRate: ServedModel {
    var name = "rate"
    var version = 1
    var digest = "sha256:rate"
    var signature: Signature

    func answer(_ table: Table) throws(MartletError) -> Answers {
        Answers(scores: (table.columns.first?.numbers ?? []).map { $0 * 100 }, width: 1, labels: nil)
    }
}
