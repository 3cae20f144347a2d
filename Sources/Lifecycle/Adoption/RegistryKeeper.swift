import Database
import Digests
import Experiments
import Registry
import Support
import Tables

/// Keeps a registered model with its versions, their numbers and aliases, in one transaction.
struct RegistryKeeper {
    let adopter: Adopter
    let catalog: ModelCatalog

    /// What came of it.
    struct Kept {
        var isTaken = false
        var versions = 0
        var changed = false
        /// Versions whose number somebody else has here, and aliases that a gate guards.
        var clashes: [String] = []
        var guarded = 0
    }

    init(adopter: Adopter) {
        self.adopter = adopter
        catalog = ModelCatalog(database: adopter.database, events: adopter.events, clock: adopter.clock)
    }

    func keep(_ model: ForeignModel) throws(MartletError) -> Kept {
        let mark = Digest(of: model.mark.compact).short
        return try adopter.database.write { session in
            var kept = Kept()
            let known = try ModelCatalog.model(model.name, in: session)
            if let known {
                let tag = { (key: String) in known.tags.first { $0.key == key }?.value }
                kept.isTaken = tag(Adopter.originTag) != "mlflow"
                if kept.isTaken || tag(Adopter.cursorTag) == mark { return kept }
            }
            try put(model, known, session)
            for version in model.versions { try put(version, of: model.name, &kept, session) }
            for alias in model.aliases { try put(alias, of: model.name, &kept, session) }
            try catalog.set(KeyValue(Adopter.cursorTag, mark), on: model.name, in: session)
            kept.changed = true
            return kept
        }
    }

    private func put(_ model: ForeignModel, _ known: RegisteredModel?, _ session: SQLSession) throws {
        let tags = model.tags.map(\.storable) + [KeyValue(Adopter.originTag, "mlflow")]
        guard let known else {
            let isPrompt = model.tags.contains { $0.key == MLflowWords.promptTag && $0.value.lowercased() == "true" }
            _ = try catalog.create(model.name, kind: isPrompt ? .prompt : .model, description: model.description, tags: tags, in: session)
            return
        }
        if known.description != model.description { try catalog.describe(model.name, model.description, in: session) }
        for tag in tags where !known.tags.contains(tag) { try catalog.set(tag, on: model.name, in: session) }
    }

    // MARK: - Versions

    private func put(_ version: ForeignModel.Version, of model: String, _ kept: inout Kept, _ session: SQLSession) throws {
        let stage = ModelStage(rawValue: version.stage.lowercased()) ?? .none
        let isThere =
            try session.row("SELECT 1 FROM model_version WHERE model = ? AND version = ?", [SQLValue(model), SQLValue(version.number)]) != nil
        guard isThere else {
            guard try isNext(version.number, of: model, session) else {
                kept.clashes.append("\(model)@v\(version.number)")
                return
            }
            let made = try catalog.register(try draft(version, of: model, session), in: session)
            if stage != .none { try catalog.move(made, to: stage, archives: false, in: session) }
            kept.versions += 1
            return
        }
        guard let known = try ModelCatalog.version(model, version.number, in: session) else { return }
        // Another store may have a model of the same name: its versions are others.
        guard known.tags.contains(KeyValue(Adopter.originTag, "mlflow")), known.run == version.run?.rawValue ?? "" else {
            kept.clashes.append("\(model)@v\(version.number)")
            return
        }
        if known.description != version.description { try catalog.describe(known, version.description, in: session) }
        if known.stage != stage { try catalog.move(known, to: stage, archives: false, in: session) }
        for tag in version.tags.map(\.storable) where !known.tags.contains(tag) { try catalog.set(tag, on: known, in: session) }
    }

    /// Lets the numbers go on with this one: those of versions that were deleted there are left out here. False where they have gone further.
    private func isNext(_ number: Int, of model: String, _ session: SQLSession) throws -> Bool {
        let newest = try session.row("SELECT max(version) AS v FROM model_version WHERE model = ?", [SQLValue(model)])?.int("v") ?? 0
        let counted = try session.row("SELECT numbered FROM registered_model WHERE name = ?", [SQLValue(model)])?.int("numbered") ?? 0
        guard number > max(newest, counted) else { return false }
        try session.execute("UPDATE registered_model SET numbered = ? WHERE name = ?", [SQLValue(number - 1), SQLValue(model)])
        return true
    }

    private func put(_ alias: KeyValue, of model: String, _ kept: inout Kept, _ session: SQLSession) throws {
        guard adopter.guarded.map({ $0 != KeyValue(model, alias.key) }) ?? true else {
            kept.guarded += 1
            return
        }
        guard let number = Int(alias.value), !kept.clashes.contains("\(model)@v\(number)") else { return }
        guard let version = try ModelCatalog.version(model, number, in: session) else { return }
        try catalog.move(alias.key, to: version, reason: "adopted from mlflow", in: session)
    }

    private func draft(_ version: ForeignModel.Version, of model: String, _ session: SQLSession) throws -> VersionDraft {
        let folder = try folder(of: version, session)
        let prompt = version.tags.first { $0.key == MLflowWords.promptText }?.value
        let files =
            try prompt.map { try ModelFiles.prompt($0, objects: adopter.objects) }
            ?? ModelFiles.read(folder, otherwise: version.source, objects: adopter.objects, in: session)
        let address = folder.map { "mlflow-artifacts:/\($0.text)" }
        let isNamed = version.source.hasPrefix("runs:/") || version.source.hasPrefix("models:/")
        let origin = VersionOrigin(
            source: isNamed ? version.source : address ?? version.source, loggedModel: version.loggedModel, artifacts: address ?? version.source,
            format: files.isGraph ? "onnx" : "")
        return VersionDraft(
            model: model, digest: files.digest, run: version.run, origin: origin, details: files.details, description: version.description,
            tags: version.tags.map(\.storable) + [KeyValue(Adopter.originTag, "mlflow")])
    }

    /// The folder here that the address of a version means; nil where its files are elsewhere.
    private func folder(of version: ForeignModel.Version, _ session: SQLSession) throws -> ArtifactPath? {
        if !version.loggedModel.isEmpty, let model = try adopter.models.model(version.loggedModel, in: session) {
            let rest = RegistryKeeper.rest(of: version.source, behind: "/\(model.id)/artifacts")
            return try? ArtifactPath("\(model.experiment)/models/\(model.id)/artifacts\(rest ?? "")")
        }
        guard let id = version.run, let run = try RunReader.run(id, in: session) else { return nil }
        let start = version.source.hasPrefix("runs:/") ? "runs:/\(run.id)" : "/\(run.id)/artifacts"
        guard let rest = RegistryKeeper.rest(of: version.source, behind: start) else { return nil }
        return try? ArtifactPath("\(run.experiment)/\(run.id)/artifacts\(rest)")
    }

    /// What stands in an address behind a part of it: empty, or a path that begins with a slash.
    private static func rest(of address: String, behind part: String) -> String? {
        guard let range = address.firstRange(of: part) else { return nil }
        let rest = String(address[range.upperBound...])
        guard rest.isEmpty || rest.hasPrefix("/") else { return nil }
        return rest.hasSuffix("/") ? String(rest.dropLast()) : rest
    }
}
