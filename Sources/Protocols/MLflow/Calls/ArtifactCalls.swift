internal import Database
internal import Experiments
internal import Support

/// The list of a run's artifacts.
enum ArtifactCalls {
    static let all: [Call] = [.get("artifacts/list", list), .get("logged-models/{model_id}/artifacts/directories", listOfModel)]

    private static func list(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let run = try RunCalls.named(arguments, in: session)
        let experiment = try context.experiments.experiment(run.experiment, in: session)
        let root = RunMessage(run: run, artifactRoot: experiment?.artifactRoot ?? "").artifacts
        return try entries(of: root, arguments, session)
    }

    private static func listOfModel(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let model = try LoggedModelCalls.named(arguments, in: session, context)
        return try entries(of: LoggedModelCalls.artifacts(of: model, context, session), arguments, session)
    }

    private static func entries(of root: String, _ arguments: Arguments, _ session: SQLSession) throws -> JSONValue {
        let below = try arguments.optionalText("artifact_directory_path") ?? arguments.optionalText("path") ?? ""
        guard let base = ArtifactAddress.path(root) else {
            throw MLflowError(.notImplemented, "The artifacts stand at \(root), where clients read them by themselves.")
        }
        let folder = try ArtifactCalls.path(below.isEmpty ? base : base + "/" + ArtifactCalls.path(below).text)
        let files = try ArtifactTree.entries(of: folder, in: session).map { $0.message(below: below) }
        var answer = Message()
        answer.set("root_uri", text: root)
        answer.set("files", list: files)
        return answer.json
    }

    /// A path from a request; parts that are a single point say nothing.
    static func path(_ text: String) throws(MLflowError) -> ArtifactPath {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let plain = parts.contains(".") ? parts.filter { $0 != "." }.joined(separator: "/") : text
        guard let path = try? ArtifactPath(plain) else { throw .invalid("Invalid path") }
        return path
    }
}

extension ArtifactEntry {
    /// - Parameter folder: what stands before the name in the answer.
    func message(below folder: String) -> JSONValue {
        var message = Message()
        message.set("path", text: folder.isEmpty ? name : "\(folder)/\(name)")
        message.set("is_dir", .bool(size == nil))
        message.set("file_size", size.map { .integer(Int64($0)) })
        return message.json
    }
}
