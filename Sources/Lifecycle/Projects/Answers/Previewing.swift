package import Data
internal import DuckDB
internal import Planning
package import Support

extension Project {
    /// What the declared rules do to the first rows of the source. Nothing is stored; sources with names are previewed with what came last.
    /// - Parameters:
    ///   - rows: how many rows are read.
    ///   - examples: how many changes and left out rows are told of a rule, at most.
    /// - Throws: `invalidInput` with the place of what is wrong.
    package func previewCleaning(rows: Int, examples: Int = 5) throws(MartletError) -> CleaningPreview {
        try file.requireLifecycle()
        return try Preparation(
            plan: dataPlan(), target: file.charter.target, problem: file.charter.problem, engine: openDuckDB(), directory: root
        ).preview(rows: rows, examples: examples)
    }
}
