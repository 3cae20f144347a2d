internal import Data
internal import Objects
internal import Registry
internal import Serving
internal import Support
internal import Synchronization
internal import Tables
internal import Training

/// What explains a version's answers, made when it is first asked for: exactly by its trees where they are kept, otherwise by sampling against the data
/// that it learnt from.
final class VersionExplainer: Sendable {
    private let project: Project
    private let version: ModelVersion
    private let model: any ServedModel
    private let rules: RowRules
    private let made = Mutex<(any RowExplainer)?>(nil)

    init(_ project: Project, _ version: ModelVersion, _ model: any ServedModel, rules: RowRules) {
        self.project = project
        self.version = version
        self.model = model
        self.rules = rules
    }

    func explainer() throws(MartletError) -> any RowExplainer {
        try made.withLock { made throws(MartletError) in
            if let made { return made }
            let new = try make()
            made = new
            return new
        }
    }

    private func make() throws(MartletError) -> any RowExplainer {
        let request = version.details.request
        guard version.details.runtime != .composite else {
            throw MartletError(
                .invalidInput,
                "\(version.reference) is put together of several models, and only single models are explained: see martlet why \(version.reference).")
        }
        if let exact = try exact(request) { return exact }
        let columns = version.details.signature.inputs.map(\.name)
        guard !columns.isEmpty else {
            throw MartletError(
                .invalidInput, "\(version.reference) takes tensors that are no columns, and what a column adds to its answers cannot be told.")
        }
        let background = try project.sampleOfTraining(of: version, columns: columns, rows: SamplingExplainer.backgroundRows(columns.count))
        return SamplingExplainer(
            rules: rules, answer: request.answer, score: try scoring(), background: background, groups: ColumnGroups(columns, rules, request))
    }

    /// By the trees; nil where none are kept, or LightGBM is not there.
    private func exact(_ request: Signature) throws(MartletError) -> TreeExplainer? {
        if let trees = model as? TreesModel {
            return TreeExplainer(
                rules: rules, columns: trees.columnNames, width: trees.width,
                contributions: { table throws(MartletError) in try trees.contributions(table) },
                groups: ColumnGroups(trees.columnNames, rules, request), answer: request.answer)
        }
        guard let trees = try project.trees(of: version) else { return nil }
        do throws(MartletError) {
            let booster = try TreeContributions(trees, locator: project.engines)
            return TreeExplainer(
                rules: rules, columns: booster.columns, width: booster.width,
                contributions: { table throws(MartletError) in try booster.contributions(table) },
                groups: ColumnGroups(booster.columns, rules, request), answer: request.answer)
        } catch {
            guard error.code == .engineMissing else { throw error }
            return nil
        }
    }

    /// The model behind the row rules: the data that it learnt from has passed them already.
    private func scoring() throws(MartletError) -> SamplingExplainer.Scoring {
        guard !rules.rules.isEmpty else { return { [model] table throws(MartletError) in try model.answer(table) } }
        let scorer = try project.scorer(version.digest, version.details.signature)
        return { table throws(MartletError) in try scorer.score(table) }
    }
}

extension Project {
    /// The trees behind a version's graph; nil where none are kept.
    func trees(of version: ModelVersion) throws(MartletError) -> ExplainedTrees? {
        guard let digest = version.details.trees, objects.contains(digest) else { return nil }
        return try ExplainedTrees(try objects.bytes(digest))
    }

    /// Rows of what a version learnt from, as its graph takes them: always the same ones, spread over the whole.
    /// - Throws: `invalidInput` where none are kept, or columns are not among them.
    func sampleOfTraining(of version: ModelVersion, columns: [String], rows: Int) throws(MartletError) -> Table {
        guard let path = try trainingFile(of: version) else {
            throw MartletError(
                .invalidInput,
                "\(version.reference) cannot be explained: no data that it learnt from is kept. Serve the file with --reference, the table that it was trained on."
            )
        }
        do throws(MartletError) {
            return try PreparedFile.sample(path, columns: columns, rows: rows, engine: openDuckDB())
        } catch  where error.code == .notFound {
            throw MartletError(.invalidInput, "\(version.reference) cannot be explained: \(error.message)")
        }
    }
}
