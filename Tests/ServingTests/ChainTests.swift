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

    @Test("asks for rows by the names of columns, whatever the order of a model's tensors") func names() throws {
        let model = try chain([(FakePair(), [:]), (FakePair(), [:])])
        func answer(_ small: Double, _ large: Double) throws -> GraphAnswers? {
            try model.answer(rows: Table([Column("small", numbers: [small]), Column("large", numbers: [large])]))
        }
        let own = try #require(try answer(1, 10))
        #expect(own.outputs.map(\.name) == ["small", "large"] && own.outputs.map(\.decoded) == [.numbers([1]), .numbers([10])])
        #expect(own.answers.scores == [1])
        let callers = #expect(throws: MartletError.self) { try answer(.nan, 10) }
        #expect(callers?.code == .invalidInput)
        let between = #expect(throws: MartletError.self) { try answer(1, .nan) }
        #expect(between?.code == .defect && between?.message.contains("pair@v1 does not take what pair@v1 answered. “small” is missing") == true)
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

/// A model whose tensors stand in another order than its columns: it answers by how much the large one is larger, and the large one again.
struct FakePair: ServedModel, ServedGraph {
    let name = "pair"
    let version = 1
    let digest = "sha256:pair"
    let signature = Signature(
        inputs: [.init("small", kind: .number, mayBeMissing: true), .init("large", kind: .number, mayBeMissing: true)], answer: .regression)
    let interface = TensorInterface(
        inputs: ["large", "small"].map { TensorField(name: $0, datatype: .fp32, shape: [-1, 1]) },
        outputs: ["small", "large"].map { TensorField(name: $0, datatype: .fp64, shape: [-1]) })
    var graph: (any ServedGraph)? { self }

    func answer(_ table: Table) throws(MartletError) -> Answers { try outputs(of: table).answers }

    func outputs(of table: Table) throws(MartletError) -> GraphAnswers {
        var tensors: [Tensor] = []
        for field in interface.inputs {
            let numbers = try table.column(field.name).numbers ?? []
            if field.name == "small", numbers.contains(where: \.isNaN) { throw MartletError(.invalidInput, "“small” is missing.") }
            tensors.append(Tensor(name: field.name, datatype: .fp32, shape: [numbers.count, 1], values: .numbers(numbers)))
        }
        return try answer(tensors, rows: table.rowCount)
    }

    func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
        guard case .numbers(let large) = tensors[0].decoded, case .numbers(let small) = tensors[1].decoded else {
            throw MartletError(.defect, "No numbers.")
        }
        let less = zip(large, small).map { $0 - $1 }
        let outputs = [("small", less), ("large", large)].map { Tensor(name: $0.0, datatype: .fp64, shape: [rows], values: .numbers($0.1)) }
        return GraphAnswers(outputs: outputs, answers: Answers(scores: less, width: 1, labels: nil), inputs: Table(rows: rows))
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
