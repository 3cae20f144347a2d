import Access
import HTTP
import MLflow
import OpenInference
import Projects
import Serving
import Support
import Vault
import Web

/// Everything that a server answers over HTTP: the one list of its protocols.
struct ServedRoutes {
    let live: LiveProject
    let endpoint: Endpoint
    let access: Access
    let address: LocalAddress
    let isSecure: Bool

    init(live: LiveProject, endpoint: Endpoint, access: Access, address: LocalAddress = LocalAddress(), isSecure: Bool = false) {
        self.live = live
        self.endpoint = endpoint
        self.access = access
        self.address = address
        self.isSecure = isSecure
    }

    func router() -> GuardedRouter {
        // Whoever asks for something slow holds up others who ask for pages and commands, and never the question who asks.
        let pool = WorkPool(width: 2, limit: 64)
        let router = GuardedRouter(gate: RequestGate(access: access, pool: WorkPool(width: 2, limit: 256)))
        addOpenInference(to: router, endpoints: EndpointSet([endpoint]), version: Version.current)
        let project = live.current
        addVault(
            to: router, secrets: project.secrets, events: project.events, access: access, clock: project.clock, identifiers: project.identifiers,
            pool: WorkPool(width: 2, limit: 256), version: Version.current)
        let tracking = TrackingServer(
            project: project.file.project, database: project.database, objects: project.objects, events: project.events, clock: project.clock,
            identifiers: project.identifiers)
        addMLflow(to: router, server: tracking, reads: WorkPool(width: 4, limit: 1024))
        let pages = ProjectPages(live: live, endpoint: endpoint, address: address, access: access, isSecure: isSecure, pool: pool)
        addPages(to: router, source: pages)
        return router
    }

    /// The routes of a project's server, without one that runs.
    static func table(of project: Project) -> [RuledRoute] {
        let plan = project.file.serving
        let endpoint = Endpoint(
            plan: plan, provider: ChampionProvider(project: project), log: nil, pool: WorkPool(), identifiers: project.identifiers,
            clock: project.clock)
        let access = Access(database: project.database, events: project.events, clock: project.clock, plan: project.file.access)
        return ServedRoutes(live: LiveProject(project), endpoint: endpoint, access: access).router().routes
    }
}
