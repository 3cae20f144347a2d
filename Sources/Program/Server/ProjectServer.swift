import Access
import GRPC
import HTTP
import MLflow
import OpenInference
import Projects
import Serving
import Support
import Telemetry
import Web

/// One project, served: its endpoint, its pages and the watch over both.
struct ProjectServer {
    private let project: Project
    private let address: HTTPServer.Address
    /// The port for gRPC, on the same host; nil for none.
    private let grpcPort: Int?
    private let access: Access
    private let endpoint: Endpoint
    private let log: PredictionLog
    /// Nil where nothing is told of requests.
    private let telemetry: ServedTelemetry?

    /// Opens the prediction log, counting what a killed server had lost. The model is loaded with the first request.
    /// - Parameter accessLog: the file of the access log, in place of the one that the settings name.
    /// - Throws: `conflict` where another server of this project runs.
    init(project: Project, address: HTTPServer.Address, grpcPort: Int? = nil, accessLog: String? = nil) throws(MartletError) {
        self.project = project
        self.address = address
        self.grpcPort = grpcPort
        access = Access(
            database: project.database, events: project.events, clock: project.clock, plan: project.file.access,
            rules: try project.rules(version: Version.current))
        let isOpen = try access.isOpen()
        if isOpen, !address.isLoopback {
            throw MartletError(
                .refused,
                "This project has no users, so it is served to this machine only. Add an owner first (martlet user add NAME --role owner), then serve with --host \(address.host)."
            )
        }
        if !project.file.access.providers.isEmpty, project.file.access.url == nil, !address.isLoopback {
            throw MartletError(
                .invalidInput,
                "martlet.yaml names providers to sign in by, but not where browsers reach this server. Write it as access.url, such as https://ml.example.org."
            )
        }
        var plan = project.file.serving
        plan.telemetry.access = accessLog ?? plan.telemetry.access
        telemetry = try ServedTelemetry(plan.telemetry, of: project)
        log = try project.openLog()
        endpoint = Endpoint(
            plan: plan, provider: ChampionProvider(project: project), log: log, pool: WorkPool(width: max(2, plan.python?.workers ?? 1)),
            identifiers: project.identifiers,
            clock: project.clock)
        project.logs.add(endpoint)
    }

    /// Whether browsers reach it by TLS: its own, or that of what stands before it.
    private var isSecure: Bool { address.tls != nil || project.file.access.url?.hasPrefix("https:") == true }

    /// Serves until a signal says stop, then finishes the requests under way and closes the log.
    /// - Parameter ready: told the address once requests are answered, and that for gRPC where there is one.
    func run(ready: @escaping @Sendable (_ address: String, _ grpc: String?) -> Void) async throws(MartletError) {
        if log.recovery.lostRows > 0 {
            Console.standard.note("The last server died with \(log.recovery.lostRows) predictions not yet written; they are counted as lost.")
        }
        if let events = log.options.events { _ = try await project.eventsAddress(events) }
        for name in project.unknownLoggedColumns() {
            Console.standard.note("martlet.yaml says how “\(name)” is logged, but the model takes no such input. Is the name right?")
        }
        try project.resumeErasures()
        try project.recordSettings()
        let local = LocalAddress()
        let live = LiveProject(project)
        let hosted = HostedEndpoints(main: endpoint, live: live)
        hosted.open()
        let served = ServedRoutes(
            live: live, endpoint: endpoint, hosted: hosted, access: access, address: local, isSecure: isSecure, watch: telemetry?.watch)
        let router = served.router()
        let calls = try callServer(served)
        let beside = workBeside(served, hosted)
        defer {
            beside.forEach { $0.cancel() }
            access.close()
            hosted.close()
            log.close()
        }
        try await HTTPServer().run(router, at: address, beside: calls.map { [$0] } ?? []) { port in
            let host = address.host.contains(":") ? "[\(address.host)]" : address.host
            local.set("\(address.tls == nil ? "http" : "https")://\(host):\(port)")
            guard let calls else { return ready(local.text, nil) }
            if let port = await calls.port { ready(local.text, "\(host):\(port)") }
        }
        await telemetry?.finish()
        for log in hosted.logs { await tellTheRest(log) }
    }

    /// Begins what a server does beside answering.
    private func workBeside(_ served: ServedRoutes, _ hosted: HostedEndpoints) -> [Task<Void, Never>] {
        let webhooks = WebhookPost(courier: WebhookCourier(served.tracking))
        let watch = Watch(live: served.live, endpoint: endpoint, traffic: served.traffic, hosted: hosted)
        watch.letGo()
        let post = AlertPost(live: served.live)
        let copies = LogCopies(live: served.live) { hosted.logs }
        let tokens = TokenRenewal(session: project.vault)
        var tasks = [
            Task { await watch.run() }, Task { await post.run() }, Task { await webhooks.run() }, Task { await tokens.run() },
            Task { await copies.run() }, Task { await StreamReading(live: served.live).run() }, Task { await LineagePost(live: served.live).run() },
            Task { await startWorkers() },
            Task { await hosted.prepare() },
            Task { await EndpointSampling(endpoints: hosted.set, clock: project.clock).run() },
        ]
        if let events = log.events {
            let post = EventPost(delivery: EventDelivery(project, endpoint: log.endpoint, events: events))
            tasks.append(Task { await post.run() })
        }
        if let telemetry { tasks += [Task { await telemetry.writeLines() }, Task { await telemetry.sendSpans() }] }
        return tasks
    }

    /// Waits a few seconds for events about requests that are still on their way, and says how many are not told.
    private func tellTheRest(_ log: PredictionLog) async {
        guard let events = log.events else { return }
        log.flush()
        for _ in 0..<60 where events.counts.queued > 0 { guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { break } }
        let left = events.counts.queued
        if left > 0 { Console.standard.note("\(left) events about requests were not told to log.events.") }
    }

    /// Loads a champion that starts slowly before anybody asks.
    private func startWorkers() async {
        guard project.startsWorkers() else { return }
        do throws(MartletError) { _ = try await endpoint.current() } catch { Console.standard.note("The model is not answering yet. \(error)") }
    }

    /// What answers over gRPC; nil where nobody asked for it.
    private func callServer(_ served: ServedRoutes) throws(MartletError) -> CallServer? {
        guard let grpcPort else { return nil }
        var address = address
        address.port = grpcPort
        return try CallServer(served.calls(), at: address)
    }
}
