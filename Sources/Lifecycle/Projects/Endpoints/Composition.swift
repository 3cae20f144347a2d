internal import Data
internal import Database
internal import Digests
internal import Lineage
internal import Objects
internal import Registry
internal import Serving
internal import Support
internal import Tables
internal import Training

/// What a chain or an ensemble is made of at one moment: its recipe with a version in each place.
struct Composition {
    let recipe: EndpointRecipe
    let versions: [ModelVersion]

    /// What the registry keeps as the bytes of the composite.
    var json: JSONValue {
        let parts = zip(recipe.parts, versions).map { part, version -> JSONValue in
            let rename = part.rename.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
            return [
                "model": .string(version.reference.description), "digest": .string(version.digest.rawValue), "rename": .object(rename),
                "weight": JSONValue(part.weight),
            ]
        }
        return ["kind": .string(recipe.kind.rawValue), "combine": .string(recipe.combination.rawValue), "parts": .array(parts)]
    }

    var digest: Digest { Digest(of: json.compact) }

    init(recipe: EndpointRecipe, versions: [ModelVersion]) {
        self.recipe = recipe
        self.versions = versions
    }

    /// Reads what `json` wrote.
    /// - Parameter find: the version of a reference.
    /// - Throws: `corrupted` for anything else, also where a version is another than it was.
    init(_ bytes: [UInt8], _ find: (Reference) throws(MartletError) -> ModelVersion) throws(MartletError) {
        let json = try JSONValue(parsing: bytes)
        guard let kind = json["kind"].text.flatMap(EndpointRecipe.Kind.init), let combination = json["combine"].text.flatMap(Combination.init) else {
            throw Composition.corrupted
        }
        var parts: [EndpointRecipe.Part] = []
        var versions: [ModelVersion] = []
        for part in json["parts"].elements {
            guard let reference = part["model"].text.flatMap({ Reference($0) }), let weight = part["weight"].double else {
                throw Composition.corrupted
            }
            let version = try find(reference)
            guard version.digest.rawValue == part["digest"].text else { throw Composition.corrupted }
            let rename = part["rename"].members.compactMap { member in member.value.text.map { (member.key, $0) } }
            parts.append(.init(reference.name, reference.selector, rename: Dictionary(rename) { $1 }, weight: weight))
            versions.append(version)
        }
        self.init(recipe: EndpointRecipe(kind, parts, combination: combination), versions: versions)
    }

    private static let corrupted = MartletError(.corrupted, "What a chain or an ensemble is made of cannot be read. ")
}

extension Project {
    /// The versions that the endpoint's chain or ensemble is made of now.
    /// - Parameter registers: whether composites among its parts are registered where they are new.
    /// - Throws: `notFound` naming the part of which there is none.
    func composition(registers: Bool) throws(MartletError) -> Composition {
        guard let recipe = file.serving.recipe else {
            throw MartletError(.defect, "Endpoint “\(file.serving.endpoint)” is not put together of others.")
        }
        var versions: [ModelVersion] = []
        for part in recipe.parts { versions.append(try version(of: part, registers: registers)) }
        return Composition(recipe: recipe, versions: versions)
    }

    private func version(of part: EndpointRecipe.Part, registers: Bool) throws(MartletError) -> ModelVersion {
        let own = file.serving.endpoint
        guard part.selector == nil, part.model != own, let plan = file.beside.first(where: { $0.endpoint == part.model }) else {
            return try models.version(part.model, part.selector ?? Project.protected)
        }
        let other = serving(plan)
        if registers, plan.recipe != nil { return try other.composed() }
        guard let version = try other.servedVersion() else {
            throw MartletError(.notFound, "Endpoint “\(part.model)” has no model yet, and “\(own)” needs it.")
        }
        return version
    }

    /// The version of the endpoint's chain or ensemble that its parts make now; registered where it is new, once they are known to fit.
    /// - Throws: `invalidInput` where they do not; `alreadyExists` where the name is that of a model.
    func composed() throws(MartletError) -> ModelVersion {
        let (name, composition) = (file.serving.model, try composition(registers: true))
        for version in composition.versions { try checkServed(version) }
        if let known = try models.version(name, digest: composition.digest, run: RunID("")) { return known }
        if let other = try models.versions(of: name).first(where: { $0.details.runtime != .composite }) {
            throw MartletError(.alreadyExists, "“\(name)” is a registered model already (\(other.reference)). Call the endpoint otherwise.")
        }
        let model = try composite(composition, name: name, version: 0, digest: composition.digest.rawValue)
        let bytes = Array(composition.json.compact.utf8)
        let digest = try objects.put(bytes)
        return try database.write { session in
            // Another request may have done it meanwhile.
            if let known = try models.version(name, digest: digest, run: RunID(""), in: session) { return known }
            let version = try models.register(
                model: name, digest: digest, run: RunID(""), dataset: "", details: try details(composition, model), in: session)
            for part in composition.versions { try lineage.link(version.reference.description, "made_of", part.reference.description, in: session) }
            return version
        }
    }

    /// Refuses versions that may not be served, of a composite each of its parts.
    func checkServed(_ version: ModelVersion) throws(MartletError) {
        guard version.details.runtime == .composite else { return try checkServable(version) }
        for part in try composition(of: version).versions { try checkServed(part) }
    }

    private func composition(of version: ModelVersion) throws(MartletError) -> Composition {
        try Composition(objects.bytes(version.digest)) { reference throws(MartletError) in
            try models.version(reference.name, reference.selector)
        }
    }

    private func details(_ composition: Composition, _ model: any ServedModel) throws -> ModelVersion.Details {
        var details = ModelVersion.Details(
            step: "", trainer: composition.recipe.kind.rawValue, signature: model.signature, request: model.signature,
            rules: try JSONText.value(RowRules([])), parameters: composition.json, importance: [], notes: [], size: model.size)
        details.takesTensors = model.graph != nil
        details.runtime = .composite
        return details
    }

    /// A registered chain or ensemble, loaded with its parts.
    func composite(_ version: ModelVersion) throws(MartletError) -> any ServedModel {
        try composite(composition(of: version), name: version.model, version: version.version, digest: version.digest.rawValue)
    }

    private func composite(
        _ composition: Composition, name: String, version: Int, digest: String
    ) throws(MartletError) -> any ServedModel {
        let recipe = composition.recipe
        var members: [(any ServedModel, EndpointRecipe.Part)] = []
        for (part, version) in zip(recipe.parts, composition.versions) {
            // What is asked of the whole is what its first part is asked.
            members.append((try served(version, isGuarded: members.isEmpty), part))
        }
        switch recipe.kind {
        case .chain:
            return try ChainModel(name: name, version: version, digest: digest, links: members.map { ($0.0, $0.1.rename) })
        case .ensemble:
            return try EnsembleModel(
                name: name, version: version, digest: digest, members: members.map { ($0.0, $0.1.weight) }, combination: recipe.combination)
        }
    }
}
