import ONNXGraph
import Support
import Testing

@Suite("Writing ONNX files")
struct GraphBuilderTests {
    private func small(_ input: String = "x", output: String = "y") throws -> [UInt8] {
        var builder = GraphBuilder(name: "test")
        let x = try builder.input(input, .double, shape: [.rows, .fixed(1)])
        let doubled = builder.node(GraphOperator("Mul"), x, builder.constant(2))
        try builder.output(doubled, as: output, .double, shape: [.rows, .fixed(1)])
        return try builder.bytes()
    }

    @Test("The same calls give the same bytes")
    func deterministic() throws { #expect(try small() == small()) }

    @Test("An input and an output may not share a name, and a name may not be empty")
    func names() {
        #expect(throws: MartletError.self) { try small("same", output: "same") }
        #expect(throws: MartletError.self) { try small("") }
    }

    @Test("Equal small constants are stored once, and unequal ones are not")
    func constants() {
        var builder = GraphBuilder(name: "test")
        #expect(builder.constant(1) == builder.constant(1))
        #expect(builder.constant(1) != builder.constant(2))
        #expect(builder.constant(0) != builder.constant(-0.0))
        #expect(builder.constant(ConstantTensor([1.0])) != builder.constant(1))
    }

    @Test("A made name avoids the names of columns")
    func freshNames() throws {
        var builder = GraphBuilder(name: "test")
        builder.reserve(["Mul_2"])
        let x = try builder.input("constant_1", .double, shape: [.rows])
        let product = builder.node(GraphOperator("Mul"), x, builder.constant(2))
        try builder.output(product, as: "Mul_2", .double, shape: [.rows])
        #expect(try !builder.bytes().isEmpty)
    }
}
