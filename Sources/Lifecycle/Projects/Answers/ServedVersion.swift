internal import Data
internal import Registry
internal import Serving
internal import Support
internal import Tables

/// A version as endpoints serve it: with what its inputs are held against, and what explains its answers.
struct ServedVersion: ServedModel {
    private let model: any ServedModel
    private let rules: RowRules
    private let explaining: VersionExplainer
    /// Nil where nothing is kept to hold inputs against, or nobody asked for it.
    private let guarding: InputGuard?

    init(_ model: any ServedModel, size: Int, rules: RowRules, guarding: InputGuard?, explaining: VersionExplainer) {
        self.model = model
        self.size = size
        self.rules = rules
        self.guarding = guarding
        self.explaining = explaining
    }

    func explainer() throws(MartletError) -> any RowExplainer { try explaining.explainer() }

    func inspected(_ table: Table) -> (looked: Table, found: InputFindings)? {
        guard let guarding else { return model.inspected(table) }
        let table = table.inColumns
        guard let looked = try? rules.rules.isEmpty ? table : rules.apply(to: table).selecting(guarding.names) else { return nil }
        return guarding.check(looked).map { (looked, $0) }
    }

    // MARK: The model's own

    var name: String { model.name }
    var version: Int { model.version }
    var signature: Signature { model.signature }
    var digest: String { model.digest }
    var interface: TensorInterface { model.interface }
    var graph: (any ServedGraph)? { model.graph }
    var joinsRows: Bool { model.joinsRows }
    var runtime: ModelRuntime { model.runtime }
    let size: Int

    func answer(_ table: Table) throws(MartletError) -> Answers { try model.answer(table) }
}

extension Project {
    /// A version, loaded, as endpoints serve it.
    /// - Parameter isGuarded: whether its inputs are to be held against its data, where `serving.guards` are not off.
    func served(_ version: ModelVersion, isGuarded: Bool = true) throws(MartletError) -> any ServedModel {
        let model = try predictor(version)
        let rules = try version.rowRules()
        let guarding = isGuarded && file.serving.guards.isOn ? try guarding(version) : nil
        return ServedVersion(
            model, size: version.details.size, rules: rules, guarding: guarding, explaining: VersionExplainer(self, version, model, rules: rules))
    }

    /// Guards that only warn keep no version from answering, where they cannot be made; those that refuse do.
    private func guarding(_ version: ModelVersion) throws(MartletError) -> InputGuard? {
        do { return try inputGuard(of: version) } catch {
            guard file.serving.guards.refuses else { return nil }
            throw MartletError(
                error.code, "serving.guards refuse requests, and what \(version.reference) learnt from cannot be read. \(error.message)")
        }
    }
}
