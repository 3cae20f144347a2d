import DuckDB
import EngineLibraries
import Foundation
import Support

/// The package's folder, the engine, the real data sets, and folders that go away.
enum Surroundings {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let locator = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)

    static let hasDuckDB = locator.path(of: .duckdb) != nil

    /// The folder of the real data sets: `MARTLET_DATA`, or beside the package.
    static let dataFolder = ProcessInfo.processInfo.environment["MARTLET_DATA"] ?? root + "/../shared/data"

    static let hasData = hasDuckDB && FileManager.default.fileExists(atPath: dataFolder + "/adult-train.csv")

    static func engine() throws -> DuckDB { try DuckDB(locator: locator, threads: 2) }

    /// Calls the body with a folder that holds these files, then removes it.
    static func withFiles<Value>(_ files: [String: String] = [:], _ body: (String) throws -> Value) throws -> Value {
        try withBytes(files.mapValues { Array($0.utf8) }, body)
    }

    static func withBytes<Value>(_ files: [String: [UInt8]], _ body: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("data-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
        return try body(folder.path)
    }

    /// The error that the body throws; nil where it throws none of ours.
    static func error(_ body: () throws -> Void) -> MartletError? {
        do { try body() } catch { return error as? MartletError }
        return nil
    }
}
