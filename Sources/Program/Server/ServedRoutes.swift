import Access
import DVC
import Events
import Foundation
import GRPC
import HTTP
import Ingestion
import Intake
import MLflow
import Monitoring
import OpenInference
import OpenInferenceGRPC
import OpenLineage
import Policy
import Projects
import Prometheus
import Scoring
import Secrets
import Serving
import Support
import Telemetry
import Vault
import Versions
import Web

/// Everything that a server answers over HTTP and gRPC: the one list of its protocols.
struct ServedRoutes {
    let live: LiveProject
    let endpoint: Endpoint
    let endpoints: EndpointSet
    /// What keeps the endpoints beside the main one; nil without a server that runs.
    private let hosted: HostedEndpoints?
    let traffic: TrafficWatch
    let access: Access
    let address: LocalAddress
    let isSecure: Bool
    private let gate: RequestGate
    /// Who is told of each request; nil for nobody.
    private let watch: RequestWatch?

    init(
        live: LiveProject, endpoint: Endpoint, hosted: HostedEndpoints? = nil, access: Access, address: LocalAddress = LocalAddress(),
        isSecure: Bool = false, watch: RequestWatch? = nil
    ) {
        self.watch = watch
        self.live = live
        self.endpoint = endpoint
        self.hosted = hosted
        endpoints = hosted?.set ?? EndpointSet([endpoint])
        traffic = TrafficWatch(live: live, endpoint: endpoint)
        self.access = access
        self.address = address
        self.isSecure = isSecure
        // Whoever asks for something slow holds up others who ask for pages and commands, and never the question who asks.
        let limiter = endpoint.plan.limit.map { RateLimiter(rate: $0.rate, burst: $0.burst) }
        gate = RequestGate(access: access, pool: WorkPool(width: 2, limit: 256), limiter: limiter)
    }

    /// What is answered over gRPC.
    func calls() -> GuardedCalls {
        let calls = GuardedCalls(admission: gate.admission, watch: watch)
        addOpenInference(to: calls, endpoints: endpoints, version: Version.current)
        return calls
    }

    func router() -> GuardedRouter {
        let pool = WorkPool(width: 2, limit: 64)
        let router = GuardedRouter(gate: gate, watch: watch)
        addOpenInference(to: router, endpoints: endpoints, version: Version.current)
        addPrometheus(to: router, endpoints: endpoints, limiter: gate.admission.limiter, watch: watch)
        addScoring(to: router, endpoints: endpoints, environment: ProcessInfo.processInfo.environment)
        let project = live.current
        addVault(
            to: router, secrets: project.secrets, events: project.events, access: access, clock: project.clock, identifiers: project.identifiers,
            pool: WorkPool(width: 2, limit: 256), version: Version.current)
        addMLflow(to: router, server: tracking, reads: WorkPool(width: 4, limit: 1024))
        let live = live
        addDVC(
            to: router, store: ServedStore(store: project.contents), pool: WorkPool(width: 8, limit: 4096)
        ) { (folder, caller) throws(MartletError) in
            try live.current.reopened(for: caller).events.record(
                "data.pushed", "store:dvc", ["folder": .string(folder.name.description), "files": JSONValue(folder.files)])
        }
        let held = HeldBytes(limit: HeldBytes.mostPosted)
        addIntake(to: router, pool: WorkPool(width: 1, limit: 256), held: held) { (body, caller) throws(MartletError) in
            let project = try live.current.reopened(for: caller)
            let outcome = try project.append(body.bytes, isParquet: body.isParquet, to: project.source(body.source))
            return ["source": .string(outcome.source), "rows": JSONValue(outcome.rows), "repeated": JSONValue(outcome.repeated)]
        }
        addOpenLineage(to: router, pool: WorkPool(width: 1, limit: 8), held: held) { (events, caller) throws(MartletError) in
            _ = try live.current.reopened(for: caller).hear(events)
        }
        let pages = ProjectPages(
            live: live, endpoints: endpoints, main: endpoint, traffic: traffic, hosted: hosted, address: address, access: access, isSecure: isSecure,
            pool: pool)
        addPages(to: router, source: pages)
        return router
    }

    /// What MLflow's routes and webhooks work on.
    var tracking: TrackingServer {
        let project = live.current
        return TrackingServer(
            project: project.file.project, database: project.database, objects: project.objects, events: project.events, clock: project.clock,
            identifiers: project.identifiers, rules: rules)
    }

    /// What clients of the registry may do with the model that this project serves: what “martlet model promote” does, and no more.
    private var rules: RegistryRules {
        let (live, access) = (live, access)
        let secrets = live.current.secrets
        return RegistryRules(
            ownModel: {
                let file = live.current.file
                return file.isTrackingOnly ? nil : file.model
            }, guards: { alias, model in live.current.guards(alias, of: model) },
            promote: { (version, caller, reason) throws(MartletError) in
                let resource = PolicyResource(kind: "model", name: version.name, version: version.version, alias: Project.protected)
                try access.authorize(caller, .modelPromote, on: version.description, resource: resource)
                return try live.current.reopened(for: caller).promote(version.description, reason: reason)
            }, allowsPrivateWebhooks: { live.current.file.monitoring.allowsPrivate },
            keepSecret: { (webhook, secret) throws(MartletError) in
                let name = try ServedRoutes.secretName(webhook)
                if let secret { try secrets.set(name, to: secret) } else { try secrets.remove(name) }
            }, secret: { (webhook) throws(MartletError) in try secrets.value(try ServedRoutes.secretName(webhook)) })
    }

    /// Where the secret of a webhook stands among those of the project.
    private static func secretName(_ webhook: String) throws(MartletError) -> SecretName {
        guard let path = SecretPath("webhooks/\(webhook)") else { throw MartletError(.defect, "A webhook has an identifier that is no word.") }
        return SecretName(path: path, key: "signing")
    }

    /// The routes of a project's server, without one that runs; calls over gRPC stand among them with a method of that name.
    static func table(of project: Project) -> [RuledRoute] {
        let plan = project.file.serving
        let endpoint = Endpoint(
            plan: plan, provider: ChampionProvider(project: project), log: nil, pool: WorkPool(), identifiers: project.identifiers,
            clock: project.clock)
        let access = Access(database: project.database, events: project.events, clock: project.clock, plan: project.file.access)
        let served = ServedRoutes(live: LiveProject(project), endpoint: endpoint, access: access)
        return served.router().routes
            + served.calls().calls.map { RuledRoute(method: "gRPC", path: "/\($0.name)", permission: $0.permission) }
    }
}
