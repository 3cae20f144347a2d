package import DuckDB
package import EngineLibraries
package import Exploration
internal import Foundation
package import Support
package import Tables

/// The package's folder, the engine and the real data sets, where they are.
package enum Surroundings {
    /// The package's folder.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    package static let locator = EngineLocator(
        environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)

    package static let hasDuckDB = locator.path(of: .duckdb) != nil

    /// The folder of the real data sets: `MARTLET_DATA`, or beside the package.
    package static let dataFolder = ProcessInfo.processInfo.environment["MARTLET_DATA"] ?? root + "/../shared/data"

    package static let hasData = hasDuckDB && FileManager.default.fileExists(atPath: dataFolder + "/adult-train.csv")

    /// A new engine of two threads.
    package static func engine() throws -> DuckDB { try DuckDB(locator: locator, threads: 2) }

    /// The error that the body throws; nil where it throws none of ours.
    package static func error(_ body: () throws -> Void) -> MartletError? {
        do { try body() } catch { return error as? MartletError }
        return nil
    }
}

extension DuckDB {
    /// The columns of a table, with the kinds that its types have.
    package func columns(of table: String) throws -> [(name: String, kind: ColumnKind)] {
        try query("SELECT * FROM \(table) LIMIT 0").columns.map { ($0.name, $0.kind) }
    }

    /// Profiles the answer of a SELECT.
    package func profile(_ select: String) throws -> ProfileReport {
        try execute("CREATE OR REPLACE TABLE profiled AS \(select)")
        return try Profile.make(relation: "profiled", columns: columns(of: "profiled"), engine: self)
    }
}
