import Data
import DataTestSupport
import DuckDB

extension DuckDB {
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
