import Projects
import Serving
import Support
import Synchronization

/// The endpoints of a server: the main one, and those beside it, which come as soon as their models have a champion.
final class HostedEndpoints: Sendable {
    private struct Beside {
        let endpoint: Endpoint
        let traffic: TrafficWatch
        /// Tells a receiver about requests, where one is named.
        let post: Task<Void, Never>?
    }

    /// A version that an endpoint should answer with, and when that was last tried.
    private struct Attempt {
        let digest: String
        let at: Double
    }

    /// After how many seconds a version is tried again that could not be loaded or put together; another is tried at once.
    private static let patience = 600.0

    let set: EndpointSet
    private let live: LiveProject
    private let residency: Residency
    private let beside = Mutex<[String: Beside]>([:])
    /// What was last told to be wrong with an endpoint, so that it is told once.
    private let troubles = Mutex<[String: String]>([:])
    /// What was last tried in vain, or is being tried.
    private let attempts = Mutex<[String: Attempt]>([:])
    private let pool = WorkPool(width: 1)

    /// - Parameter main: the one that is asked where no name is said.
    init(main: Endpoint, live: LiveProject) {
        set = EndpointSet([main], main: main)
        self.live = live
        residency = Residency(main.plan.residency)
    }

    /// The prediction logs, that of the main endpoint first.
    var logs: [PredictionLog] { [set.main?.log].compactMap(\.self) + all.compactMap(\.endpoint.log) }

    private var all: [Beside] { beside.withLock { $0.values.sorted { $0.endpoint.name < $1.endpoint.name } } }

    /// Opens the endpoints that are not there yet. What keeps one from it is told, and the others answer.
    func open() {
        do throws(MartletError) {
            for plan in try live.current.endpointPlans() where plan.endpoint != set.main?.name && !isOpen(plan.endpoint) {
                do throws(MartletError) { try open(plan) } catch { tell(plan.endpoint, "Endpoint “\(plan.endpoint)” cannot be opened. \(error)") }
            }
        } catch { tell("", "The endpoints beside the main one are not known. \(error)") }
    }

    private func isOpen(_ name: String) -> Bool { beside.withLock { $0[name] != nil } }

    private func open(_ plan: EndpointPlan) throws(MartletError) {
        var plan = plan
        // Who is told of requests may have been said where the server was started.
        plan.telemetry = set.main?.plan.telemetry ?? plan.telemetry
        let project = live.current.serving(plan)
        let log = try project.openLog()
        if log.recovery.lostRows > 0 {
            Console.standard.note("The last server died with \(log.recovery.lostRows) predictions of “\(plan.endpoint)” not yet written.")
        }
        let endpoint = Endpoint(
            plan: plan, provider: ChampionProvider(project: project), log: log, pool: WorkPool(width: max(2, plan.python?.workers ?? 1)),
            identifiers: project.identifiers, clock: project.clock, residency: residency)
        let post = log.events.map { events in
            let post = EventPost(delivery: EventDelivery(project, endpoint: plan.endpoint, events: events))
            return Task { await post.run() }
        }
        beside.withLock { $0[plan.endpoint] = Beside(endpoint: endpoint, traffic: TrafficWatch(live: live, endpoint: endpoint), post: post) }
        set.put(endpoint)
        project.logs.add(endpoint)
    }

    /// Looks whether the chains and ensembles of the settings fit together, and registers them where they are new.
    func prepare() async {
        for plan in all.map(\.endpoint.plan) where plan.recipe != nil {
            let project = live.current.serving(plan)
            do throws(MartletError) { try await pool.run { () throws(MartletError) in try project.prepareComposite() } } catch {
                tell(plan.endpoint, "Endpoint “\(plan.endpoint)” does not answer yet. \(error)")
            }
        }
    }

    /// Registers what the parts of a chain or an ensemble that is not loaded make now, where that is new: pages tell of it before anybody asks.
    private func pickUpParts(_ endpoint: Endpoint) async {
        guard endpoint.plan.recipe != nil else { return forget(endpoint) }
        let project = live.current.serving(endpoint.plan)
        do throws(MartletError) {
            let isKnown = try await pool.run { () throws(MartletError) in try project.servedVersion() != nil }
            guard !isKnown else { return forget(endpoint) }
            guard let standing = try await standingDigest(endpoint), isWorthTrying(standing, for: endpoint) else { return }
            try await pool.run { () throws(MartletError) in try project.prepareComposite() }
            forget(endpoint)
            troubles.withLock { $0[endpoint.name] = nil }
        } catch { tell(endpoint.name, "Endpoint “\(endpoint.name)” does not answer yet. \(error)") }
    }

    /// The digest of what the endpoint should answer with now; nil where there is nothing.
    private func standingDigest(_ endpoint: Endpoint) async throws(MartletError) -> String? {
        let project = live.current.serving(endpoint.plan)
        let isComposite = endpoint.plan.recipe != nil
        return try await pool.run { () throws(MartletError) in
            // Says what is missing without putting together, each second, a part that does not fit: that one is picked up by itself.
            if isComposite { _ = try project.servedVersion() }
            return try project.championDigest()
        }
    }

    /// Whether a version was not tried lately; then it counts as tried from now on.
    private func isWorthTrying(_ digest: String, for endpoint: Endpoint) -> Bool {
        let now = monotonicSeconds()
        return attempts.withLock { attempts in
            if let last = attempts[endpoint.name], last.digest == digest, now < last.at + HostedEndpoints.patience { return false }
            attempts[endpoint.name] = Attempt(digest: digest, at: now)
            return true
        }
    }

    private func forget(_ endpoint: Endpoint) { attempts.withLock { $0[endpoint.name] = nil } }

    /// Takes up what has changed: new endpoints, promotions, traffic, and models that are too many.
    func pickUp() async {
        open()
        for one in all {
            await pickUpPromotion(one.endpoint)
            await one.traffic.pickUp()
            await one.traffic.look()
        }
        try? await pool.run { self.residency.settle() }
    }

    /// Swaps a model that is loaded when its alias, or that of one of its parts, has moved. Where that cannot be, the old one goes on answering, and
    /// the same is not tried again for a while.
    private func pickUpPromotion(_ endpoint: Endpoint) async {
        guard let held = endpoint.held?.digest else { return await pickUpParts(endpoint) }
        do throws(MartletError) {
            guard let standing = try await standingDigest(endpoint), standing != held else { return forget(endpoint) }
            guard isWorthTrying(standing, for: endpoint) else { return }
            let hasChanged = try await endpoint.refresh()
            forget(endpoint)
            guard hasChanged else { return }
            troubles.withLock { $0[endpoint.name] = nil }
            Console.standard.note("Serving “\(endpoint.name)” anew after a promotion.")
        } catch {
            // Where too many asked at once, it is tried again in a second.
            if error.retryAfter != nil { forget(endpoint) }
            tell(endpoint.name, "The new model of “\(endpoint.name)” could not be loaded; the old one goes on answering. \(error)")
        }
    }

    private func tell(_ endpoint: String, _ trouble: String) {
        let isNew = troubles.withLock { $0.updateValue(trouble, forKey: endpoint) != trouble }
        if isNew { Console.standard.note(trouble) }
    }

    /// Closes the logs of those beside the main one; after the last request.
    func close() {
        for one in all {
            one.post?.cancel()
            one.endpoint.log?.close()
        }
    }
}
