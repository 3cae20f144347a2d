import Data
import DuckDB
import EngineLibraries
import Exploration
import Foundation
import Support
import Tables

/// The package's folder, the engine and the real data sets.
enum Surroundings {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let locator = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)

    static let hasDuckDB = locator.path(of: .duckdb) != nil

    /// The folder of the real data sets: `MARTLET_DATA`, or beside the package.
    static let dataFolder = ProcessInfo.processInfo.environment["MARTLET_DATA"] ?? root + "/../shared/data"

    static let hasData = hasDuckDB && FileManager.default.fileExists(atPath: dataFolder + "/adult-train.csv")

    static func engine() throws -> DuckDB { try DuckDB(locator: locator, threads: 2) }

    /// The error that the body throws; nil where it throws none of ours.
    static func error(_ body: () throws -> Void) -> MartletError? {
        do { try body() } catch { return error as? MartletError }
        return nil
    }
}

extension DuckDB {
    /// The columns of a table, with the kinds that its types have.
    func columns(of table: String) throws -> [(name: String, kind: ColumnKind)] {
        try query("SELECT * FROM \(table) LIMIT 0").columns.map { ($0.name, $0.kind) }
    }

    /// Profiles the answer of a SELECT.
    func profile(_ select: String) throws -> ProfileReport {
        try execute("CREATE OR REPLACE TABLE profiled AS \(select)")
        return try Profile.make(relation: "profiled", columns: columns(of: "profiled"), engine: self)
    }

    /// Inspects the answers of one SELECT or two.
    func inspect(_ train: String, test: String? = nil, target: String = "y") throws -> SourceInspection {
        try execute("CREATE OR REPLACE TABLE train AS \(train)")
        if let test { try execute("CREATE OR REPLACE TABLE test AS \(test)") }
        return try SourceInspection.make(
            train: "train", test: test == nil ? nil : "test", columns: columns(of: "train"), target: target, engine: self)
    }

    /// A CSV file of the real data sets, read as it is.
    func inspectFile(_ file: String, test: String? = nil, names: [String]? = nil, target: String) throws -> SourceInspection {
        let header = names.map { "header = false, names = [\($0.map { DuckDB.quote(literal: $0) }.joined(separator: ", "))]" } ?? "header = true"
        let read = { (file: String) in
            "SELECT * FROM read_csv(\(DuckDB.quote(literal: Surroundings.dataFolder + "/" + file)), delim = ',', \(header))"
        }
        return try inspect(read(file), test: test.map(read), target: target)
    }
}

extension SourceInspection {
    /// The sentences about a column, or about the table.
    func sentences(_ severity: Severity, _ column: String? = nil) -> [String] {
        findings.filter { $0.severity == severity && $0.column == column }.map(\.sentence)
    }

    /// Whether a sentence about a column holds a text.
    func says(_ severity: Severity, _ column: String? = nil, _ text: String) -> Bool { sentences(severity, column).contains { $0.contains(text) } }
}
