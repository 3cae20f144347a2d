internal import Data
internal import Digests
package import Registry
package import Serving
package import Support
package import Tables
internal import Training

/// A model version that answers rows as they come: the row rules, then the graph.
package struct Predictor: ServedModel {
    package let name: String
    package let version: Int
    package let digest: String
    /// What a row must carry, before the row rules.
    package let signature: Signature
    private let rules: RowRules
    private let scorer: GraphScorer
    /// Where it is asked by the graph's own tensors too.
    private let tensors: GraphPredictor?

    init(_ version: ModelVersion, scorer: GraphScorer) throws(MartletError) {
        name = version.model
        self.version = version.version
        digest = version.digest.rawValue
        signature = version.details.request
        rules = try version.rowRules()
        self.scorer = scorer
        tensors = version.takesTensors ? try GraphPredictor(scorer) : nil
    }

    package func answer(_ table: Table) throws(MartletError) -> Answers { try scorer.score(rules.apply(to: table)) }

    package var graph: (any ServedGraph)? { tensors }

    package var interface: TensorInterface { tensors?.interface ?? TensorInterface(signature) }
}

extension ModelVersion {
    /// The row rules that requests pass before the graph; a file, and what a client registered, have none.
    func rowRules() throws(MartletError) -> RowRules {
        details.rules["rules"].isNull ? RowRules([]) : try JSONText.decode(RowRules.self, from: details.rules)
    }

    /// Whether it is asked by the graph's own tensors too, as files are, and what a client registered.
    package var takesTensors: Bool { details.takesTensors ?? details.rules["rules"].isNull }
}

extension Project {
    /// A model version, loaded. Its bytes are checked against their digest.
    /// - Throws: `corrupted` where they are not those that were registered, which is recorded.
    package func predictor(_ version: ModelVersion) throws(MartletError) -> any ServedModel {
        do {
            switch try runtime(of: version) {
            case .python: return try pythonModel(version)
            case .lightGBM: return try treesModel(version)
            case .composite: return try composite(version)
            case nil:
                return try Predictor(
                    version, scorer: scorer(version.digest, version.details.signature, takesTensors: version.takesTensors))
            }
        } catch  where error.code == .corrupted {
            let message = "\(version.reference) is not used: its bytes are not those that were registered (SHA-256 \(version.digest.short)). "
            try record("model.tampered", version, message + error.message)
            throw MartletError(.corrupted, message + "Restore .martlet/objects from a backup.", cause: error.message)
        }
    }

    /// The digest of what the endpoint should serve; nil before the first promotion.
    package func championDigest() throws(MartletError) -> String? {
        guard file.serving.recipe == nil else { return try composition(registers: true).digest.rawValue }
        return try servedVersion()?.digest.rawValue
    }
}

/// Loads the version that the endpoint's alias stands at, and those that share its requests.
package struct ChampionProvider: ModelProvider {
    private let project: Project

    package init(project: Project) { self.project = project }

    package func current() throws(MartletError) -> (any ServedModel)? {
        guard project.file.serving.recipe == nil else { return try composite() }
        guard let version = try project.servedVersion() else { return nil }
        try project.checkServable(version)
        return try project.served(version)
    }

    private func composite() throws(MartletError) -> any ServedModel {
        do { return try project.served(project.composed()) } catch {
            guard error.code != .corrupted else { throw error }
            // Whoever asks is not to blame.
            throw MartletError(
                .unavailable, "Endpoint “\(project.file.serving.endpoint)” cannot be put together. \(error.message)", place: error.place,
                cause: error.cause)
        }
    }

    package func traffic() throws(MartletError) -> TrafficPlan? { try project.trafficPlan() }

    package func model(_ version: Int) throws(MartletError) -> any ServedModel {
        let found = try project.models.version(project.file.serving.model, "v\(version)")
        if try project.trafficPlan()?.shadow != version { try project.checkServed(found) }
        return try project.served(found)
    }
}

extension RunSession {
    /// What a request must carry for a model that needs these columns after the row rules: the raw columns behind them, with the values
    /// that training saw.
    func request(_ dataset: DatasetVersion, _ graph: Signature) throws(MartletError) -> Signature {
        let rules = try JSONText.decode(RowRules.self, from: dataset.details.rules)
        let raw = rules.inputs(for: graph.inputs.map(\.name), among: dataset.details.raw)
        let known = Dictionary(graph.inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let fields = raw.map { column in
            var field = known[column.name] ?? Signature.Field(column.name, kind: column.kind, mayBeMissing: true)
            field.kind = column.kind
            field.mayBeMissing = true
            return field
        }
        return Signature(inputs: fields, answer: graph.answer)
    }
}
