import Access
import ArgumentParser
import Foundation
import HTTP
import Projects
import Registry
import Serving
import Support
import Tables

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer requests with the champion or with a model’s file, take what MLflow's clients log, and show the project's pages.",
        discussion: """
            One process, one port: the Open Inference Protocol under /v2, the pages at /, their JSON under /api/v1. A promotion is picked up
            without a restart. Ctrl-C finishes the requests under way and writes the prediction log. With --grpc-port the protocol is spoken over
            gRPC as well, with grpc.health.v1.Health for probes.

              martlet serve                                          the project's champion
              martlet serve model.onnx                               a file, registered as a version and logged like any other
              martlet serve model.onnx --reference train.parquet     the same, with its inputs compared to what it was trained on
              martlet serve model.txt                                LightGBM's own text of a model
              martlet serve ./model                                  an MLflow model of any kind, in a Python beside the server
              martlet serve a.onnx b.onnx c.txt                      several, each at an endpoint of its own

            A file is served under its own name at /v2/models/NAME/infer, by its own tensors, and by rows at /predict/NAME. The folder becomes a
            project for that, where it is none. Serving another file later makes it the next version of the same model.

            What MLflow's clients log and register is taken under /api: set MLFLOW_TRACKING_URI to the address. In an empty folder, or one that
            is not there yet, a project for that alone is made first.

            Listens on this machine only, for everybody on it, until a user exists (martlet user add). From then on every request needs a
            token or a session, and --host may name another address. Use TLS there: passwords and tokens travel with the requests.
            """)

    @Argument(help: "ONNX files, LightGBM models as text, or folders of MLflow models.", completion: .file())
    var files: [String] = []
    @Option(
        help: "The data that the file was trained on (CSV, JSON lines, Parquet): names its columns, and is what requests are compared to.",
        completion: .file())
    var reference: String?
    @Option(help: "The column of the reference that the file answers.")
    var target: String?
    @Option(
        help: "The Python that runs the MLflow model, kept with its version. Without it: serving.python, VIRTUAL_ENV, .venv, python3.",
        completion: .file())
    var python: String?
    @Option(help: "The port; 0 takes a free one.")
    var port: Int = 8080
    @Option(help: "A port for the Open Inference Protocol over gRPC, such as 8081; 0 takes a free one. Without it there is no gRPC.")
    var grpcPort: Int?
    @Option(help: "The address to listen on; another machine's need a user first.")
    var host: String = "127.0.0.1"
    @Option(help: "The certificate chain for TLS, a PEM file.", completion: .file())
    var tlsCertificate: String?
    @Option(help: "The private key of the certificate, a PEM file.", completion: .file())
    var tlsKey: String?
    @Option(
        help: "A file to which a line of JSON is written for each request, or - for standard output; in place of serving.access.",
        completion: .file())
    var accessLog: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (0...65_535).contains(port), (0...65_535).contains(grpcPort ?? 0) else { throw ValidationError("A port is a number from 0 to 65535.") }
        guard port == 0 || port != grpcPort else { throw ValidationError("--grpc-port must be another port than \(port).") }
        guard (tlsCertificate == nil) == (tlsKey == nil) else { throw ValidationError("--tls-certificate and --tls-key belong together.") }
        guard !files.isEmpty || reference == nil && target == nil && python == nil else {
            throw ValidationError("--reference, --target and --python describe a file: name the file.")
        }
        guard files.count < 2 || reference == nil else {
            throw ValidationError("--reference is the data of one file: serve the others first, each with its own, then all together.")
        }
        guard reference != nil || target == nil else { throw ValidationError("--target names a column of --reference: name that too.") }
    }

    func run() async throws {
        OpenFiles.raiseLimit()
        let made = try makeWhereEmpty()
        let project = try options.open()
        do { try take(into: project) } catch {
            // What cannot be served leaves no project that would not start.
            if let made { unlink(made) }
            throw error
        }
        let tls = tlsCertificate.flatMap { certificate in tlsKey.map { TLSFiles(certificate: certificate, key: $0) } }
        let listening = HTTPServer.Address(host: host, port: port, tls: tls)
        let server = try ProjectServer(
            project: project, address: listening, grpcPort: grpcPort,
            accessLog: accessLog.map { $0 == "-" ? $0 : URL(fileURLWithPath: $0).standardizedFileURL.path })
        let isJSON = options.json
        try await server.run { address, grpc in
            guard !isJSON else { return Console.standard.json(Serve.json(address, grpc: grpc, made: made)) }
            if let made { Console.standard.line("Wrote \(made): a project for \(project.file.isTrackingOnly ? "tracking" : "serving") only.") }
            Serve.announce(address, grpc: grpc, project, listening)
        }
    }

    /// Makes the files champions, where any are named.
    private func take(into project: Project) throws(MartletError) {
        let absolute = { (path: String) in URL(fileURLWithPath: path).standardizedFileURL.path }
        // A link to an interpreter is what makes an environment: it is not followed.
        let python = python.map { $0.contains("/") ? absolute($0) : $0 }
        let served = files.map { ServedFile(path: absolute($0), reference: reference.map(absolute), target: target, python: python) }
        for (file, version) in zip(files, try project.take(served)) {
            Console.standard.note("\(file) is \(version.reference).")
            let columns = version.details.signature.inputs
            if columns.isEmpty {
                Console.standard.note("Its inputs are no columns of a table: they are logged without their values, and not compared to anything.")
            } else if version.dataset.isEmpty {
                Console.standard.note("What it was trained on is not known, so that drift is not measured. Name the data with --reference.")
            }
        }
    }

    /// Makes a project where there is nothing that could have been meant: one for the file, or for tracking only.
    /// - Returns: the path of its file.
    private func makeWhereEmpty() throws(MartletError) -> String? {
        for file in files {
            guard access(file, R_OK) == 0 else { throw MartletError(.notFound, "There is no file \(file).") }
        }
        if let file = files.first {
            return try ServingTemplate.make(folder: options.folder, for: file, engines: options.engines)?.path
        }
        guard TrackingTemplate.isEmpty(options.folder) else { return nil }
        return try TrackingTemplate.make(folder: options.folder).path
    }

    private static func json(_ address: String, grpc: String?, made: String?) -> JSONValue {
        var told: JSONValue = ["address": .string(address), "made": JSONValue(made)]
        if let grpc { told["grpc"] = .string(grpc) }
        return told
    }

    private static func announce(_ address: String, grpc: String?, _ project: Project, _ listening: HTTPServer.Address) {
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
            let beside = ((try? project.endpointPlans()) ?? []).dropFirst().map(\.endpoint)
            if !beside.isEmpty {
                console.line("  beside   \(beside.prefix(10).joined(separator: ", "))\(beside.count > 10 ? ", … (\(beside.count))" : "")")
            }
        }
        if let grpc { console.line("  gRPC     \(grpc)") }
        console.line("  tracking export MLFLOW_TRACKING_URI=\(address)")
        if !isOpen { console.line("           export MLFLOW_TRACKING_TOKEN=...   (martlet token add NAME --for USER)") }
    }
}
