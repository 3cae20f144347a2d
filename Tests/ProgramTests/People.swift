import DuckDB
import EngineLibraries
import Foundation
import Support
import Tables
import TestSupport

/// The loans of people whose rows carry a key and a remark that nobody else has, and a search for them in everything that lies in a folder.
enum People {
    static func key(_ number: Int) -> String { "person-\(10_000 + number)" }
    static func remark(_ number: Int) -> String { "remark-of-zebra-\(10_000 + number)" }

    /// A table without some of the people.
    static func table(_ count: Int = 600, without gone: Set<Int> = []) -> String {
        let rows = Loans.rows(count).enumerated().filter { !gone.contains($0.offset) }.map { number, row in
            let rest = row.split(separator: ",").dropFirst().joined(separator: ",")
            return "\(key(number)),\(remark(number)),\(rest)"
        }
        return (["id,remark,income,age,city,grade,late"] + rows).joined(separator: "\n") + "\n"
    }

    /// A project that has run. Its validation report quotes remarks, and there is a model that was tested on some of the people.
    static func trained(settings: String = "") async throws -> TemporaryFolder {
        let plan = """
              expect:
                - expect_column_values_to_match_regex: {column: remark, regex: "^none", severity: warning}
            pipeline:
            """
        let text = Loans.settings()
            .replacing(
                "columns: {id: {use: false, key: true, why: \"tells rows apart\"}}",
                with: "columns: {id: {use: false, key: true}, remark: {use: false, why: \"free text\"}}"
            )
            .replacing("\npipeline:", with: "\n\(plan)")
        let folder = try TemporaryFolder(["loans.csv": table(), "martlet.yaml": text + settings])
        let run = try await folder.martlet("run", "--quiet")
        guard run.status == 0 else { throw ChildFailure(description: run.output + run.errors) }
        return folder
    }

    /// The files below a folder in which one of the texts stands, in their bytes or, for tables, in a cell.
    static func files(in folder: String, holding texts: [String]) throws -> [String] {
        let engine = try DuckDB(
            locator: EngineLocator(environment: ["MARTLET_ENGINES": Program.engines], programDirectory: "/", projectDirectory: folder))
        var found: [String] = []
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
            var isThere = texts.contains { bytes.range(of: Data($0.utf8)) != nil }
            if bytes.starts(with: Data("PAR1".utf8)) {
                let row = "CAST(t AS VARCHAR)"
                let holds = texts.map { "contains(\(row), \(DuckDB.quote(literal: $0)))" }.joined(separator: " OR ")
                let sql = "SELECT count(*) AS n FROM read_parquet(\(DuckDB.quote(literal: "\(folder)/\(file)"))) t WHERE \(holds)"
                if try engine.query(sql).columns.first?.category(0) != "0" { isThere = true }
            }
            if isThere { found.append(file) }
        }
        return found
    }
}
