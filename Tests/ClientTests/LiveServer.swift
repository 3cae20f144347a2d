import Foundation
import HTTP
import HTTPTestSupport
import OpenInference
import Prometheus
import Scoring
import Serving
import Support
import Synchronization
import Tables

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A model whose answer can be computed by hand: the probability is (hours / 100 + 1/8 for each member), 1/2 where `hours` is missing.
struct HandModel: ServedModel {
    var name = "income"
    var version = 3
    var digest = "sha256:ab"
    var signature = HandModel.binary
    /// Called before each answer.
    var before: @Sendable () -> Void = {}

    static let inputs: [Signature.Field] = [
        .init("hours", kind: .number, mayBeMissing: true), .init("age", kind: .integer, mayBeMissing: false),
        .init("town", kind: .text, mayBeMissing: true), .init("member", kind: .boolean, mayBeMissing: false),
        .init("seen", kind: .timestamp, mayBeMissing: true),
    ]
    static let binary = Signature(inputs: inputs, answer: .binary(negative: "no", positive: "yes", threshold: 0.5))

    func explainer() throws(MartletError) -> any RowExplainer { HandExplainer() }

    func answer(_ table: Table) throws(MartletError) -> Answers {
        before()
        let hours = try table.column("hours").numbers ?? []
        let members = try table.column("member").numbers ?? []
        let scores = zip(hours, members).map { $0.isNaN ? 0.5 : $0 / 100 + $1 / 8 }
        switch signature.answer {
        case .binary: return Answers(scores: scores, width: 1, labels: TextValues(scores.map { $0 >= 0.5 ? "yes" : "no" }))
        case .multiclass:
            return Answers(scores: scores.flatMap { [$0, 1 - $0, 0] }, width: 3, labels: TextValues(scores.map { $0 >= 0.5 ? "red" : "green" }))
        case .regression: return Answers(scores: scores.map { $0 > 0.9 ? .nan : $0 }, width: 1, labels: nil)
        }
    }
}

/// Explains a row of the model above: all that is not the base comes from `hours`.
private struct HandExplainer: RowExplainer {
    let rowLimit = 100

    func explain(_ table: Table) throws(MartletError) -> [Explanation] {
        let hours = try table.column("hours").numbers ?? []
        return hours.map { hours in
            let part = Explanation.Contribution(column: "hours", value: hours.isNaN ? 0 : hours / 100)
            return Explanation(
                method: .sampling, scale: .probability, outputs: [.init(name: "yes", base: 0.1, score: 0.1 + part.value, contributions: [part])])
        }
    }
}

/// Always the same model.
struct FixedProvider: ModelProvider {
    var model: (any ServedModel)?
    func current() throws(MartletError) -> (any ServedModel)? { model }
}

/// Endpoint `income` alone, as contracts that name no endpoint need it.
func makeOnlyEndpoint() throws -> EndpointSet { EndpointSet([try makeEndpoints().endpoint("income")]) }

/// Endpoints `income` (binary), `colour` (three classes), `price` (regression) and `empty` (no model).
func makeEndpoints(income: HandModel = HandModel(), log: PredictionLog? = nil) -> EndpointSet {
    let clock = SystemClock()
    let pool = WorkPool()
    let identifiers = IdentifierSource(clock: clock, seed: 1)
    func make(_ name: String, _ model: (any ServedModel)?) -> Endpoint {
        Endpoint(
            plan: EndpointPlan(endpoint: name, model: "income", key: "person_id", batch: BatchOptions(wait: 3600)),
            provider: FixedProvider(model: model),
            log: name == "income" ? log : nil, pool: pool, identifiers: identifiers, clock: clock)
    }
    let classes = Signature(inputs: HandModel.inputs, answer: .multiclass(classes: ["red", "green", "blue"]))
    let number = Signature(inputs: HandModel.inputs, answer: .regression)
    return EndpointSet([
        make("income", income), make("colour", HandModel(signature: classes)), make("price", HandModel(signature: number)), make("empty", nil),
    ])
}

/// What a server answered.
struct Reply {
    var status: Int
    var body: Data
    var headers: [String: String]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: Array(body))) ?? .null }
    func output(_ name: String) -> JSONValue { json["outputs"].elements.first { $0["name"].text == name } ?? .null }
}

/// A server on a free port of the loopback interface, for the time of a test.
struct LiveServer: Sendable {
    let port: Int
    let stop: @Sendable () async -> Void
    let session = URLSession(configuration: .ephemeral)

    /// Starts a server, lets the test talk to it, and stops it.
    static func run(
        _ endpoints: EndpointSet, environment: [String: String] = [:], bodyLimit: Int = 1 << 20,
        _ test: @escaping @Sendable (LiveServer) async throws -> Void
    ) async throws {
        let server = HTTPServer()
        try await GuardedHouse().serve(
            server,
            routes: { router in
                addOpenInference(to: router, endpoints: endpoints, version: "9.9", bodyLimit: bodyLimit)
                addPrometheus(to: router, endpoints: endpoints)
                addScoring(to: router, endpoints: endpoints, environment: environment, bodyLimit: bodyLimit)
            },
            { port in try await test(LiveServer(port: port, stop: { await server.stop() })) })
    }

    /// Starts a second server on the same port.
    func startTwin() async throws {
        try await HTTPServer().run(GuardedHouse().router(), at: .init(port: port), handlesSignals: false) { _ in }
    }

    func send(_ method: String, _ path: String, _ body: Data? = nil, headers: [String: String] = [:]) async throws -> Reply {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw MartletError(.usage, "bad path \(path)") }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await session.data(for: request)
        guard let response = response as? HTTPURLResponse else { throw MartletError(.defect, "no HTTP answer") }
        var found: [String: String] = [:]
        for (name, value) in response.allHeaderFields { found["\(name)".lowercased()] = "\(value)" }
        return Reply(status: response.statusCode, body: data, headers: found)
    }

    func get(_ path: String) async throws -> Reply { try await send("GET", path) }
    func post(_ path: String, _ json: String) async throws -> Reply { try await send("POST", path, Data(json.utf8)) }
}

extension Result where Failure == any Error {
    /// Runs and keeps what is thrown.
    init(_ run: () async throws -> Success) async {
        do { self = .success(try await run()) } catch { self = .failure(error) }
    }
}

/// A valid request for two rows, the second with everything missing that may be; `change` replaces text in it.
func request(_ changes: (String, String)...) -> String {
    var text = """
        {"id":"r1","inputs":[{"name":"hours","datatype":"FP64","shape":[2],"data":[39.5,null]},{"name":"age","datatype":"INT64","shape":[2,1],"data":[[41],[7]]},\
        {"name":"town","datatype":"BYTES","shape":[2],"data":["Ulm",""]},{"name":"member","datatype":"BOOL","shape":[2],"data":[true,false]},\
        {"name":"seen","datatype":"BYTES","shape":[2],"data":["2026-11-23T21:36:00Z",null]}]}
        """
    for (old, new) in changes { text = text.replacingOccurrences(of: old, with: new) }
    return text
}
