package import EngineLibraries
internal import Foundation
internal import LightGBM
package import Support
package import Tables

/// What is kept of a booster beside its graph, which does not tell how the training rows spread over the branches: the booster's own text, and how
/// columns become its features.
package struct ExplainedTrees: Sendable, Equatable, Codable {
    private let features: [TreeEncoding]
    /// LightGBM's text of the model.
    package let booster: String

    init(_ features: [TreeEncoding], _ booster: String) {
        self.features = features
        self.booster = booster
    }

    /// A booster whose features are numbers of columns, in its order.
    package init(columns: [String], booster: String) {
        self.init(columns.map { TreeEncoding(column: $0, categories: nil) }, booster)
    }

    /// - Throws: `corrupted` for bytes that are no trees.
    package init(_ bytes: [UInt8]) throws(MartletError) {
        do { self = try JSONDecoder().decode(ExplainedTrees.self, from: Data(bytes)) } catch {
            throw MartletError(.corrupted, "The trees that were kept with the model cannot be read. Train it again.", cause: "\(error)")
        }
    }

    /// As `init(_:)` reads them.
    package var bytes: [UInt8] {
        get throws(MartletError) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do { return Array(try encoder.encode(self)) } catch {
                throw MartletError(.defect, "The trees of a model cannot be written.", cause: "\(error)")
            }
        }
    }

    /// The columns that are features, in their order.
    package var columns: [String] { features.map(\.column) }

    /// The columns of a table as the booster's features.
    fileprivate func encoded(_ table: Table) throws(MartletError) -> [[Double]] {
        try features.map { feature throws(MartletError) in try feature.encode(table) }
    }
}

/// A booster that is loaded to tell what each column adds to a raw score. Calls block: never on Swift's cooperative pool.
package struct TreeContributions: Sendable {
    private let trees: ExplainedTrees
    private let booster: Booster

    /// - Throws: `engineMissing`; `invalidInput` for a text that is no booster's.
    package init(_ trees: ExplainedTrees, locator: EngineLocator) throws(MartletError) {
        self.trees = trees
        booster = try Booster(modelText: trees.booster, engine: LightGBM(locator: locator))
        guard booster.featureNames.count == trees.columns.count else {
            throw MartletError(.corrupted, "The trees that were kept with the model have other features than it. Train it again.")
        }
    }

    /// The columns whose contributions are told, in their order.
    package var columns: [String] { trees.columns }
    /// Raw scores of a row.
    package var width: Int { booster.outputCount }

    /// For each row and each of its raw scores the columns' contributions in their order, then the base value; together they are the raw score.
    /// - Parameter table: the columns as the graph takes them.
    package func contributions(_ table: Table) throws(MartletError) -> [Double] { try booster.contributions(try trees.encoded(table)) }
}
