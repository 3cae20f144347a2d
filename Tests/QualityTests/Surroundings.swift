import DuckDB
import EngineLibraries
import Foundation

/// The engine, where it is installed.
enum Surroundings {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let locator = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)

    static let hasDuckDB = locator.path(of: .duckdb) != nil

    static func engine() throws -> DuckDB { try DuckDB(locator: locator, threads: 2) }
}
