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
}
