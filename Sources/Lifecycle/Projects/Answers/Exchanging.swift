internal import Data
internal import DuckDB
package import Exploration
internal import Quality
package import Support
internal import Tables

extension Project {
    /// Writes rows of a dataset version as files for TensorBoard's projector.
    /// - Parameters:
    ///   - text: the version; the newest of the project's dataset where it is nil.
    ///   - rows: at most so many.
    /// - Throws: `notFound`; `invalidInput` where nothing in it is a number; `unavailable` where the folder cannot be written.
    package func writeProjector(_ text: String?, to folder: String, rows: Int) throws(MartletError) -> ProjectorFiles.Written {
        let version = try profiledVersion(text)
        let columns = version.details.columns.map { (name: $0.name, kind: $0.kind) }
        return try ProjectorFiles(
            "\(version.name)@v\(version.version)", relation: relation(of: version.details.parts), columns: columns, engine: openDuckDB()
        ).write(to: folder, rows: rows)
    }

    /// The profile of a dataset version, or of a file, as TensorFlow Data Validation's statistics message.
    /// - Parameter text: the version or file; the newest version of the project's dataset where it is nil.
    package func statisticsMessage(_ text: String?) throws(MartletError) -> [UInt8] {
        let profile = try self.profile(text)
        let engine = try openDuckDB()
        let table = try exchangedTable(text, engine)
        var values: [String: [ValueCount]] = [:]
        for column in table.columns where column.kind == .text {
            values[column.name] = try JudgedTable.valueCounts(
                column.name, of: table.relation, limit: StatisticsMessage.mostValues, engine: engine)
        }
        return StatisticsMessage([(profile["ref"].text ?? "", profile)], values: values).bytes
    }

    /// The version that a text names; a bare name, such as `loans@v1`, is that of a dataset here, also where a model is called the same.
    /// - Throws: `usage` for what is no dataset; `notFound`.
    func profiledVersion(_ text: String?) throws(MartletError) -> DatasetVersion {
        let (name, selector) = Reference.splitSelector(text ?? file.project)
        let reference = text.flatMap { Reference($0) } ?? Reference(.dataset, name, selector)
        guard reference.kind == .dataset, reference.selector == nil || reference.version != nil else {
            throw MartletError(.usage, "“\(text ?? "")” is no version of a dataset. Write dataset:\(file.project)@v1.")
        }
        return try datasets.version(reference.name, reference.version)
    }
}
