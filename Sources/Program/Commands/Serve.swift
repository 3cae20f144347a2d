import Access
import ArgumentParser
import Foundation
import HTTP
import Projects
import Serving
import Support

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer requests with the champion, take what MLflow's clients log, and show the project's pages.",
        discussion: """
            One process, one port: the Open Inference Protocol under /v2, the pages at /, their JSON under /api/v1. A promotion is picked up
            without a restart. Ctrl-C finishes the requests under way and writes the prediction log.

            What MLflow's clients log and register is taken under /api: set MLFLOW_TRACKING_URI to the address. In an empty folder, or one that
            is not there yet, a project for that alone is made first.

            Listens on this machine only, for everybody on it, until a user exists (martlet user add). From then on every request needs a
            token or a session, and --host may name another address. Use TLS there: passwords and tokens travel with the requests.
            """)

    @Option(help: "The port; 0 takes a free one.")
    var port: Int = 8080
    @Option(help: "The address to listen on; another machine's need a user first.")
    var host: String = "127.0.0.1"
    @Option(help: "The certificate chain for TLS, a PEM file.", completion: .file())
    var tlsCertificate: String?
    @Option(help: "The private key of the certificate, a PEM file.", completion: .file())
    var tlsKey: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("The port is a number from 0 to 65535.") }
        guard (tlsCertificate == nil) == (tlsKey == nil) else { throw ValidationError("--tls-certificate and --tls-key belong together.") }
    }

    func run() async throws {
        OpenFiles.raiseLimit()
        let made = try makeWhereEmpty()
        let project = try options.open()
        let tls = tlsCertificate.flatMap { certificate in tlsKey.map { TLSFiles(certificate: certificate, key: $0) } }
        let listening = HTTPServer.Address(host: host, port: port, tls: tls)
        let server = try ProjectServer(project: project, address: listening)
        let isJSON = options.json
        try await server.run { address in
            guard !isJSON else { return Console.standard.json(["address": .string(address), "made": JSONValue(made)]) }
            if let made { Console.standard.line("Wrote \(made), as the folder was empty: a project for tracking only.") }
            Serve.announce(address, project, listening)
        }
    }

    /// Makes a project for tracking only where there is nothing that could have been meant.
    /// - Returns: the path of its file.
    private func makeWhereEmpty() throws(MartletError) -> String? {
        guard TrackingTemplate.isEmpty(options.folder) else { return nil }
        return try TrackingTemplate.make(folder: options.folder).path
    }

    private static func announce(_ address: String, _ project: Project, _ listening: HTTPServer.Address) {
        let console = Console.standard
        let isOpen = (try? project.principals.all().isEmpty) ?? false
        let whom = isOpen ? "everybody on this machine" : listening.isLoopback ? "its users, on this machine only" : "its users"
        console.line("Serving \(project.file.project) to \(whom); Ctrl-C stops.")
        if !listening.isLoopback, listening.tls == nil {
            console.line("  without TLS: whoever listens on the network reads tokens and passwords; see --tls-certificate")
        }
        console.line("  pages    \(address)/")
        if !project.file.isTrackingOnly {
            console.line("  endpoint \(address)/endpoints/\(project.file.serving.endpoint)")
            console.line("  requests \(address)/v2/models/\(project.file.serving.endpoint)/infer")
        }
        console.line("  tracking export MLFLOW_TRACKING_URI=\(address)")
        if !isOpen { console.line("           export MLFLOW_TRACKING_TOKEN=...   (martlet token add NAME --for USER)") }
    }
}
