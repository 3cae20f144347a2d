import Access
import Events
import Foundation
import HTTP
import HTTPTestSupport
import MLflow
import Objects
import Registry
import Support
import Synchronization
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// MLflow's routes over stores of their own, in a project named `house`.
struct TrackingHouse: Sendable {
    let folder: TemporaryFolder
    let house: GuardedHouse
    let objects: DiskObjectStore
    let clock: any WallClock
    /// The secrets of webhooks, in the place of sealed ones.
    let secrets = KeptSecrets()
    private let allowsPrivate: Bool

    /// - Parameter allowsPrivate: whether webhooks may lead to this machine.
    init(clock: any WallClock = SystemClock(), allowsPrivate: Bool = true) throws {
        self.clock = clock
        self.allowsPrivate = allowsPrivate
        folder = try TemporaryFolder()
        house = try GuardedHouse(clock: clock)
        objects = try DiskObjectStore(root: folder.path("objects"))
    }

    /// The protocol's server in a project that serves the model `own`, of which no version is approved.
    var server: TrackingServer {
        let rules = RegistryRules(
            ownModel: { "own" }, guards: { alias, model in alias == "champion" && model == "own" },
            promote: { (version, _, _) throws(MartletError) in
                let subject = version.description
                return PromotionDecision(
                    gate: GateDecision(subject: subject, results: []), approvals: ApprovalStanding(subject: subject, missing: ["validator"]))
            }, allowsPrivateWebhooks: { [allowsPrivate] in allowsPrivate },
            keepSecret: { [secrets] (webhook, secret) throws(MartletError) in secrets.kept.withLock { $0[webhook] = secret } },
            secret: { [secrets] (webhook) throws(MartletError) in secrets.kept.withLock { $0[webhook] ?? "" } })
        return TrackingServer(
            project: "house", database: house.database, objects: objects, events: house.events, clock: clock,
            identifiers: IdentifierSource(clock: clock), rules: rules)
    }

    /// - Parameter limits: of each connection.
    func serve(limits: ConnectionLimits = .init(), _ use: @escaping @Sendable (TrackingAsker) async throws -> Void) async throws {
        let server = server
        try await house.serve(HTTPServer(limits: limits), routes: { addMLflow(to: $0, server: server, reads: WorkPool()) }) {
            try await use(TrackingAsker(port: $0))
        }
    }
}

/// Secrets by the webhook that they sign for.
final class KeptSecrets: Sendable {
    let kept = Mutex<[String: String]>([:])
}

/// Asks a server as MLflow's clients do.
struct TrackingAsker: Sendable {
    let port: Int
    var token: String?

    struct Answer: Sendable {
        let status: Int
        let bytes: [UInt8]
        let headers: [String: String]

        var json: JSONValue { (try? JSONValue(parsing: bytes, takesNaN: true)) ?? .null }
        var text: String { String(decoding: bytes, as: UTF8.self) }
        var code: String { json["error_code"].text ?? "" }
    }

    func send(_ method: String, _ path: String, _ body: [UInt8]? = nil, headers: [String: String] = [:]) async throws -> Answer {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw MartletError(.defect, path) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body.map { Data($0) }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession(configuration: .ephemeral).data(for: request)
        let http = response as? HTTPURLResponse
        let fields = (http?.allHeaderFields ?? [:]).map { (String(describing: $0.key).lowercased(), String(describing: $0.value)) }
        return Answer(status: http?.statusCode ?? 0, bytes: Array(data), headers: Dictionary(fields, uniquingKeysWith: { first, _ in first }))
    }

    func post(_ path: String, _ body: JSONValue) async throws -> Answer { try await post(path, text: body.compact) }

    func post(_ path: String, text: String) async throws -> Answer {
        try await send("POST", "/api/2.0/mlflow/\(path)", Array(text.utf8), headers: ["Content-Type": "application/json"])
    }

    /// Sends a message with another method than POST.
    func change(_ method: String, _ path: String, _ body: JSONValue) async throws -> Answer {
        try await send(method, "/api/2.0/mlflow/\(path)", Array(body.compact.utf8), headers: ["Content-Type": "application/json"])
    }

    func get(_ path: String) async throws -> Answer { try await send("GET", "/api/2.0/mlflow/\(path)") }

    /// Begins a run.
    /// - Returns: its identifier.
    func run(in experiment: String = "0", _ more: JSONValue = [:]) async throws -> String {
        var body: JSONValue = ["experiment_id": .string(experiment)]
        for member in more.members { body[member.key] = member.value }
        return try await post("runs/create", body).json["run"]["info"]["run_id"].text ?? ""
    }
}
