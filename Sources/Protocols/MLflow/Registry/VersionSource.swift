internal import Adoption
internal import Database
internal import Experiments
internal import Registry
internal import Support

/// Where a version that is to be registered comes from: the address that a client names, checked against the run or logged model that it says it is of.
struct VersionSource {
    /// What a request says.
    struct Asked {
        var source: String
        var run: String?
        var model: String?
    }

    /// The address, with what it stands for in the place of a version or an alias.
    var source: String
    var run: String
    var loggedModel: String
    /// Where the files are read from.
    var artifacts: String

    /// The version that a request asks for, with what its files say.
    static func draft(_ name: String, _ asked: Asked, _ context: CallContext, _ session: SQLSession) throws -> VersionDraft {
        let found = try SourceReader(context: context, session: session).read(asked)
        let folder = ArtifactAddress.path(found.artifacts).flatMap { try? ArtifactPath($0) }
        let files = try ModelFiles.read(folder, otherwise: found.source, objects: context.server.objects, in: session)
        let model = try found.loggedModel.isEmpty ? nil : context.models.model(found.loggedModel, in: session)
        let parameters = (model?.parameters ?? []).map { JSONValue.Member($0.key, .string($0.value)) }
        var details = files.details
        details.parameters = .object(parameters)
        return VersionDraft(
            model: name, digest: files.digest, run: found.run.isEmpty ? nil : RunID(found.run),
            origin: VersionOrigin(
                source: found.source, loggedModel: found.loggedModel, artifacts: found.artifacts, format: files.isGraph ? "onnx" : ""),
            details: details, description: "", tags: [])
    }
}

/// Reads the address of a version.
struct SourceReader {
    let context: CallContext
    let session: SQLSession

    func read(_ asked: VersionSource.Asked) throws -> VersionSource {
        let address = SourceAddress(asked.source)
        if address.scheme == "models", !address.hasMachine, let (name, selector) = address.version {
            return try ofVersion(asked, name: name, selector: selector)
        }
        let model = asked.model ?? ""
        let found = try model.isEmpty ? ofRun(asked, address) : ofModel(asked, address, model)
        return found
    }

    /// The logged model that a request names must hold the source.
    private func ofModel(_ asked: VersionSource.Asked, _ address: SourceAddress, _ id: String) throws -> VersionSource {
        let wrong = notWithin(asked.source, "model_id")
        if !address.isLocal { try address.requirePlain(asked.source) }
        guard let model = try context.models.model(id, in: session), model.deleted == nil else { throw wrong }
        let root = try LoggedModelCalls.artifacts(of: model, context, session)
        let run = asked.run.flatMap { $0.isEmpty ? nil : $0 } ?? model.run?.rawValue ?? ""
        switch address.scheme {
        case "models":
            guard !address.hasMachine, address.path == id else { throw wrong }
            return VersionSource(source: asked.source, run: run, loggedModel: id, artifacts: root)
        case "runs": throw wrong
        default:
            if address.isLocal {
                guard SourceAddress(root).isLocal, address.isWithin(SourceAddress(root)) else { throw local(asked.source, "model_id", "model") }
            } else if address.isKeptHere {
                guard address.isWithin(SourceAddress(root)) else { throw wrong }
            }
            return VersionSource(source: asked.source, run: run, loggedModel: id, artifacts: asked.source)
        }
    }

    /// The run that a request names must hold the source, where that is kept here.
    private func ofRun(_ asked: VersionSource.Asked, _ address: SourceAddress) throws -> VersionSource {
        let id = asked.run ?? ""
        var found = VersionSource(source: asked.source, run: id, loggedModel: "", artifacts: asked.source)
        if address.isLocal {
            guard let root = try artifacts(of: id), SourceAddress(root).isLocal, address.isWithin(SourceAddress(root)) else {
                throw local(asked.source, "run_id", "run")
            }
            return found
        }
        try address.requirePlain(asked.source)
        switch address.scheme {
        case "runs":
            let parts = address.path.split(separator: "/", maxSplits: 1).map(String.init)
            guard !address.hasMachine, let named = parts.first, named == id else { throw notWithin(asked.source, "run_id") }
            if let root = try artifacts(of: id) { found.artifacts = parts.count == 2 ? "\(root)/\(parts[1])" : root }
        case "models": throw notWithin(asked.source, "model_id")
        default:
            if address.isKeptHere {
                guard let root = try artifacts(of: id), address.isWithin(SourceAddress(root)) else { throw notWithin(asked.source, "run_id") }
            }
        }
        return found
    }

    private func artifacts(of run: String) throws -> String? {
        guard !run.isEmpty, let run = try RunReader.run(RunID(run), in: session) else { return nil }
        let experiment = try context.experiments.experiment(run.experiment, in: session)
        return RunMessage(run: run, artifactRoot: experiment?.artifactRoot ?? "").artifacts
    }

    /// A version that is registered already, under this or another name.
    private func ofVersion(_ asked: VersionSource.Asked, name: String, selector: SourceAddress.Selector) throws -> VersionSource {
        let version = try version(name, selector, asked.source)
        guard let origin = version.origin else {
            throw MLflowError.invalid("Invalid model version source: '\(asked.source.prefix(300))'. It was made by this project's own pipeline.")
        }
        let isOther = { (asked: String?, held: String) in asked.map { $0 != held } ?? false }
        guard !isOther(asked.run, version.run), !isOther(asked.model, origin.loggedModel) else {
            throw MLflowError.invalid(
                "Invalid model version source: '\(asked.source.prefix(300))'. The run_id and model_id request parameters must match the referenced model version."
            )
        }
        return VersionSource(
            source: "models:/\(name)/\(version.version)", run: version.run, loggedModel: origin.loggedModel, artifacts: origin.artifacts)
    }

    private func version(_ name: String, _ selector: SourceAddress.Selector, _ source: String) throws -> RegisteredVersion {
        guard let model = try ModelCatalog.model(name, in: session) else {
            throw MLflowError.missing("Registered Model with name=\(name.prefix(300)) not found")
        }
        guard model.kind == .model else {
            throw MLflowError.invalid(
                "Invalid model version source: '\(source.prefix(300))'. Prompt versions cannot be used as model version sources.")
        }
        let newest = try ModelCatalog.newest(of: name, in: session)
        let number: Int? =
            switch selector {
            case .number(let number): number
            case .newest: newest.map(\.version).max()
            case .stage(let text): try newest.first { try $0.stage == ModelStage.named(text) }?.version
            case .alias(let alias): try ModelCatalog.aliases(of: name, in: session).first { $0.alias == alias }?.version
            }
        guard let number, let version = try ModelCatalog.version(name, number, in: session) else {
            throw MLflowError.missing("Model Version (name=\(name), version=\(number.map(String.init) ?? source)) not found")
        }
        return version
    }

    // MARK: - Errors

    private func notWithin(_ source: String, _ field: String) -> MLflowError {
        .invalid(
            "Invalid model version source: '\(source.prefix(1000))'. The \(field) request parameter must identify the resource that contains the source."
        )
    }

    private func local(_ source: String, _ field: String, _ word: String) -> MLflowError {
        .invalid(
            "Invalid model version source: '\(source.prefix(1000))'. To use a local path as a model version source, the \(field) request parameter has to be specified and the local path has to be contained within the artifact directory of the \(word == "run" ? "run specified by the run_id" : "run specified by the model_id")."
        )
    }
}
