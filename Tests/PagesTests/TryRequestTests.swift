import Pages
import Support
import Tables
import Testing

@Suite("Requests from the form")
struct TryRequestTests {
    private let endpoint = Samples.summary

    private func data(_ request: TryRequest) -> [JSONValue] { request.request["inputs"].elements.map { $0["data"].elements.first ?? .null } }

    @Test("Texts become values of the column's type; empty ones are missing where that is allowed")
    func values() {
        let form = [
            ("version", "3"), ("v0", "18500.5"), ("v1", "48"), ("v2", ""), ("v3", ""), ("v4", "7"), ("v5", "true"), ("v6", "2026-03-01"), ("v7", ""),
        ]
        let request = TryRequest(endpoint: endpoint, form: form.map { (name: $0.0, value: $0.1) })
        #expect(request.staleness == nil)
        #expect(data(request) == [18500.5, 48, .null, "", 7, 1, "2026-03-01", .null])
    }

    @Test("What is not of the column's type goes out as it is, so that the endpoint names the column")
    func wrongTypes() {
        let request = TryRequest(endpoint: endpoint, values: ["many", "1,5", "NaN", "x", "inf", "maybe", "soon", "x"])
        #expect(data(request) == ["many", "1,5", "NaN", "x", "inf", "maybe", "soon", "x"])
    }

    @Test("A form that was made for another version is refused", arguments: ["2", "", nil] as [String?])
    func stale(_ version: String?) {
        let request = TryRequest(endpoint: endpoint, form: version.map { [(name: "version", value: $0)] } ?? [])
        #expect(request.staleness?.code == .conflict)
    }

    @Test("The example lies within what training knew")
    func example() {
        let values = data(TryRequest(endpoint: endpoint, values: endpoint.inputs.map(\.exampleText)))
        #expect(values == [20_250, 48, 107_000, "car", 24, 1, "2026-05-02T12:00:00Z", .null])
    }

    @Test("An example exists for columns of which nothing is known")
    func bareExample() throws {
        let fields = ColumnKind.allCases.flatMap {
            [Signature.Field("a", kind: $0, mayBeMissing: false), Signature.Field("b", kind: $0, mayBeMissing: true)]
        }
        let view = EndpointSummaryView(name: "e", model: "m", alias: nil, version: 1, signature: Signature(inputs: fields, answer: .regression))
        for input in view.inputs where !input.mayBeMissing { _ = try #require(input.exampleText, "\(input.kind)") }
    }

    @Test("The command survives quotes in a value")
    func quoting() {
        let endpoint = EndpointView(
            endpoint: .init(
                name: "it's", model: "m", alias: nil, version: 1,
                signature: Signature(inputs: [.init("a", kind: .text, mayBeMissing: false, categories: ["O'Brien"])], answer: .regression)),
            address: "http://127.0.0.1:1")
        #expect(endpoint.curl.contains("O'\\''Brien"))
        #expect(endpoint.curl.contains("/v2/models/it%27s/infer"))
    }

    /// An endpoint that takes an image of two by three and a list of texts.
    private let tensors = EndpointSummaryView(
        name: "e", model: "m", alias: nil, version: 3, signature: Signature(inputs: [], answer: .regression),
        tensors: [.init(name: "image", datatype: "FP32", shape: [-1, 2, 3]), .init(name: "notes", datatype: "BYTES", shape: [-1])])

    @Test("Tensors are lists in JSON, nested or not, or values with commas or spaces between")
    func tensorTexts() {
        for text in ["[[[1, 2, 3], [4, 5, 6.5]]]", "[1,2,3,4,5,6.5]", "1 2 3\n4, 5, 6.5"] {
            let inputs = TryRequest(endpoint: tensors, values: [text, #"["a", "b"]"#]).request["inputs"].elements
            #expect(inputs.first == ["name": "image", "shape": [1, 2, 3], "datatype": "FP32", "data": [1, 2, 3, 4, 5, 6.5]], "\(text)")
            #expect(inputs.last == ["name": "notes", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]])
        }
        let wrong = TryRequest(endpoint: tensors, values: ["1 2 many", ""]).request["inputs"].elements
        #expect(wrong.first?["data"] == [1, 2, "many"] && wrong.first?["shape"] == [1, 2, 3] && wrong.last?["data"] == [])
    }

    @Test("A form for tensors begins with as many values as they ask for, and with none where those are too many to show")
    func tensorExamples() {
        let request = TryRequest(endpoint: tensors, values: tensors.exampleTexts).request["inputs"].elements
        #expect(request.map { $0["data"].elements.count } == [6, 1])
        for shape in [[-1, 4096, 4096], [.max, .max], [5000]] {
            let large = EndpointSummaryView(
                name: "e", model: "m", alias: nil, version: 1, signature: Signature(inputs: [], answer: .regression),
                tensors: [.init(name: "x", datatype: "FP32", shape: shape)])
            #expect(large.exampleTexts == [""])
        }
        let page = EndpointPage(EndpointView(endpoint: tensors, address: "http://127.0.0.1:1")).page.html().text
        #expect(page.contains("<textarea name=\"v0\"") && page.contains("FP32 [any, 2, 3]"))
    }
}
