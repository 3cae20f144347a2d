import Foundation
import Hummingbird
import Logging
import OpenInference
import Projects
import Serving
import ServiceLifecycle
import Support
import Web

/// One project, served: its endpoint, its pages and the watch over both.
struct ProjectServer {
    private let project: Project
    private let port: Int
    private let endpoints: EndpointSet
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
            plan: plan, provider: ChampionProvider(project: project), log: log, pool: WorkPool(), identifiers: project.identifiers, clock: project.clock)
        endpoints = EndpointSet([endpoint])
    }

    /// Serves until a signal says stop, then finishes the requests under way and closes the log.
    /// - Parameter ready: told the address once requests are answered.
    func run(ready: @escaping @Sendable (String) -> Void) async throws {
        if log.recovery.lostRows > 0 { Console.standard.note("The last server died with \(log.recovery.lostRows) predictions not yet written; they are counted as lost.") }
        let router = Router()
        addOpenInference(to: router, endpoints: endpoints)
        let local = LocalAddress()
        addPages(to: router, source: ProjectPages(project: project, endpoint: endpoint, address: local))
        var logger = Logger(label: "martlet")
        logger.logLevel = .error
        var application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: "martlet"),
            onServerRunning: { channel in
                let address = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
                local.set(address)
                ready(address)
            }, logger: logger)
        application.addServices(Watch(project: project, endpoint: endpoint))
        defer { endpoints.closeLogs() }
        do { try await application.runService() } catch let error as MartletError { throw error } catch {
            throw MartletError(.inputOutput, "The server could not listen on port \(port). Choose another with --port, or --port 0 for a free one.", cause: "\(error)")
        }
    }
}
