import Hummingbird
import OpenInference
import Projects
import Serving
import Support
import Web

/// One project, served: its endpoint, its pages and the watch over both.
struct ProjectServer {
    private let project: Project
    private let port: Int
    private let endpoint: Endpoint
    private let log: PredictionLog

    /// Opens the prediction log, counting what a killed server had lost. The model is loaded with the first request.
    /// - Throws: `conflict` where another server of this project runs.
    init(project: Project, port: Int) throws(MartletError) {
        self.project = project
        self.port = port
        let plan = project.file.serving
        log = try PredictionLog(folder: project.predictionsFolder, endpoint: plan.endpoint, options: plan.log, clock: project.clock)
        endpoint = Endpoint(
            plan: plan, provider: ChampionProvider(project: project), log: log, pool: WorkPool(), identifiers: project.identifiers,
            clock: project.clock)
    }

    /// Serves until a signal says stop, then finishes the requests under way and closes the log.
    /// - Parameter ready: told the address once requests are answered.
    func run(ready: @escaping @Sendable (String) -> Void) async throws(MartletError) {
        if log.recovery.lostRows > 0 {
            Console.standard.note("The last server died with \(log.recovery.lostRows) predictions not yet written; they are counted as lost.")
        }
        let router = Router()
        let local = LocalAddress()
        addOpenInference(to: router, endpoints: EndpointSet([endpoint]), version: Version.current)
        addPages(to: router, source: ProjectPages(project: project, endpoint: endpoint, address: local))
        let watch = Watch(project: project, endpoint: endpoint)
        let watching = Task { await watch.run() }
        defer {
            watching.cancel()
            log.close()
        }
        try await HTTPServer().run(router, at: HTTPServer.Address(port: port)) { port in
            local.set("http://127.0.0.1:\(port)")
            ready(local.text)
        }
    }
}
