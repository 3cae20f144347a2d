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

    let set: EndpointSet
    private let live: LiveProject
    private let residency: Residency
    private let beside = Mutex<[String: Beside]>([:])
    /// What was last told to be wrong with an endpoint, so that it is told once.
    private let troubles = Mutex<[String: String]>([:])
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

    /// Swaps a model that is loaded when its alias, or that of one of its parts, has moved. Where that cannot be, the old one goes on answering.
    private func pickUpPromotion(_ endpoint: Endpoint) async {
        guard let held = endpoint.held?.digest else { return }
        let project = live.current.serving(endpoint.plan)
        do throws(MartletError) {
            let standing = try await pool.run { () throws(MartletError) in try project.championDigest() }
            guard let standing, standing != held, try await endpoint.refresh() else { return }
            troubles.withLock { $0[endpoint.name] = nil }
            Console.standard.note("Serving “\(endpoint.name)” anew after a promotion.")
        } catch { tell(endpoint.name, "The new model of “\(endpoint.name)” could not be loaded; the old one goes on answering. \(error)") }
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
