import Foundation
import Support
import TestSupport

/// A small project that reads from sources.
enum SourceProject {
    /// - Parameters:
    ///   - sources: lines below `data.sources`.
    ///   - train: what is read for training.
    static func folder(_ sources: String, train: String = "source:rows", files: [String: String] = [:]) throws -> TemporaryFolder {
        let settings = """
            martlet: 1
            project: rows
            charter:
              problem: {type: regression, target: y}
              outcome: "Say y"
              objectives:
                - {id: close, metric: mae, on: test, max: 1000}
            data:
              sources:
                \(sources)
              source: {train: "\(train)"}
            pipeline:
              - {id: baseline, uses: train/mean}

            """
        return try TemporaryFolder(files.merging(["martlet.yaml": settings]) { $1 })
    }
}

extension TemporaryFolder {
    /// What `source show NAME --json` tells.
    func source(_ name: String = "rows") async throws -> JSONValue { try await martlet("source", "show", name, "--json").json }

    /// Fetches a source; the first of the outcomes.
    func sync(_ options: String...) async throws -> JSONValue {
        let outcome = try await Program.run(["source", "sync", "rows", "--json"] + options, in: path)
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.errors) }
        return try outcome.json.elements.first ?? .null
    }

    /// All rows that count, as DuckDB's own Python module reads them, in their order.
    func rows(_ columns: String = "*", order: String = "1") async throws -> [JSONValue] {
        let digests = try await source()["batches"].elements.compactMap { $0["digest"].text }
        guard !digests.isEmpty else { return [] }
        let files = digests.map { "'.martlet/objects/\($0.prefix(2))/\($0.dropFirst(2))'" }.joined(separator: ", ")
        let script = """
            import duckdb, json, sys
            found = duckdb.sql(sys.argv[1])
            print(json.dumps([dict(zip(found.columns, row)) for row in found.fetchall()], default=str))
            """
        let sql = "SELECT \(columns) FROM read_parquet([\(files)], union_by_name=true) ORDER BY \(order)"
        let outcome = try await Child.run(
            "/usr/bin/env", ["python3", "-c", script, sql], in: path, environment: Program.environment(["PYTHONPATH": Program.engines + "/duckdb"]))
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.errors) }
        return try outcome.json.elements
    }
}
