import DuckDB
import EngineLibraries
import Foundation

/// The engine and the real data sets, where they are.
enum Surroundings {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let locator = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)

    static let hasDuckDB = locator.path(of: .duckdb) != nil

    /// The folder of the real data sets: `MARTLET_DATA`, or beside the package.
    static let dataFolder = ProcessInfo.processInfo.environment["MARTLET_DATA"] ?? root + "/../shared/data"

    static let hasData = hasDuckDB && FileManager.default.fileExists(atPath: dataFolder + "/adult-train.csv")

    static func engine() throws -> DuckDB { try DuckDB(locator: locator, threads: 2) }
}
