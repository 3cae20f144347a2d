import Foundation
import Support
import TestSupport
import Testing

@Suite("Rules of a project, from the preview to a request", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns)
struct CleaningProjectTests {
    /// Loans with a repeated row, an income that is no number, an income out of all bounds, and a table of cities.
    private static func project() throws -> TemporaryFolder {
        var rows = Loans.rows(600)
        rows[599] = rows[0]
        rows[40] = rows[40].split(separator: ",").enumerated().map { $0 == 1 ? "n.a." : String($1) }.joined(separator: ",")
        rows[50] = rows[50].split(separator: ",").enumerated().map { $0 == 1 ? "98765432" : String($1) }.joined(separator: ",")
        let folder = try TemporaryFolder([
            "loans.csv": ([Loans.header] + rows).joined(separator: "\n") + "\n", "martlet.yaml": Loans.settings(),
            "cities.csv": "name,people\nBern,134\nBasel,174\n",
        ])
        try folder.replace(
            "  columns: {id: {use: false, key: true, why: \"tells rows apart\"}}",
            with: """
                  columns: {id: {use: false, key: true, why: "tells rows apart"}, income: {kind: text}}
                  table_rules:
                    - deduplicate: [id]
                    - join: {with: cities.csv, on: {city: name}}
                  clean:
                    - cast: {income: {to: number, otherwise: drop}}
                    - outliers: {income: {method: mad, action: clip}}
                    - impute: {people: median}
                """)
        return folder
    }

    @Test("A preview shows the rules one by one in text and JSON, and stores nothing") func preview() async throws {
        let folder = try Self.project()
        let text = try await folder.martlet("data", "preview")
        #expect(text.status == 0 && text.output.hasPrefix("The first 600 rows of loans.csv. Nothing is stored."), "\(text.output)\(text.errors)")
        for line in [
            "1 deduplicate id: 600 rows before, 599 after", "    row 600: agrees in id with row 1", "2 join city: 599 rows before, 599 after;",
            "3 cast income: 599 rows before, 598 after;", "4 outliers income: 1 row changed", "“98765432”",
        ] { #expect(text.output.contains(line), "\(line)\n\(text.output)") }
        let json = try await folder.martlet("data", "preview", "cast", "2", "--rows", "100", "--json").json
        #expect(json["rows"] == 100 && json["steps"].elements.map { $0["number"] } == [2, 3])
        #expect(json["steps"].elements[0]["added"] == ["people"] && (json["steps"].elements[0]["unmatched"].int ?? 0) > 20)
        #expect(json["steps"].elements[1]["left_out"].elements.map { $0["row"] } == [41])
        #expect(try await folder.martlet("data", "list", "--json").json.elements.isEmpty)
        let unknown = try await folder.martlet("data", "preview", "trim")
        #expect(unknown.status != 0 && unknown.errors.contains("There is no rule “trim” in martlet.yaml. There are: 1 deduplicate, 2 join, 3 cast"))
    }

    @Test("A run accounts for the rules and keeps what they leave out; requests pass them; an erasure reaches the rows that were left out")
    func run() async throws {
        let folder = try Self.project()
        let run = try await folder.martlet("run", "--quiet")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let shown = try await folder.martlet("show", "dataset:loans@v1", "--json").json
        #expect(shown["table_rules"].elements.map { $0["rows_after"] } == [599, 599] && shown["left_out"]["rows"] == 2)
        #expect(shown["cleaning"].elements.first { $0["rule"] == "cast" }?["rows_dropped"] == 1)
        #expect(shown["sources"].elements.map { $0["path"] } == ["loans.csv", "cities.csv"])
        let rejects = try await folder.martlet("data", "rejects", "--json").json
        #expect(rejects["left_out"]["shown"].elements.map { $0["id"] } == ["p40", "p0"], "\(rejects.pretty)")

        let server = try await LiveServer(folder)
        let page = try await server.request("GET", "/datasets/loans@v1")
        #expect(page.body.contains("Rows that rules left out") && page.body.contains("agrees in id with row 1"))
        let points = try await server.request("GET", "/datasets/loans@v1/scatter?x=income&y=age&facet=city")
        #expect(points.status == 200 && points.body.contains("class=\"chart scatter\"") && points.body.contains("<bdi>Bern</bdi>"))
        #expect(try await server.request("GET", "/datasets/loans@v1/scatter?x=gone").status == 404)
        func ask(_ income: String) async throws -> (status: Int, body: String) {
            let body = #"{"income": \#(income), "age": 30, "city": "Bern", "grade": "A", "people": 134}"#
            let answer = try await server.request("POST", "/predict/loans", body: body, headers: ["Content-Type": "application/json"])
            return (answer.status, answer.body)
        }
        let (far, farther) = (try await ask("\"98765432\""), try await ask("\"1e12\""))
        #expect(far.status == 200 && far.body.prefix(40) == farther.body.prefix(40), "Both are clipped to one limit.")
        let refused = try await ask("\"n.a.\"")
        #expect((400..<500).contains(refused.status) && refused.body.contains("which is no number"), "\(refused)")
        _ = await server.interrupt()

        let erased = try await folder.martlet("data", "erase", "--subject", "p40", "--because", "asked for it", "--json")
        #expect(try erased.json["datasets"].elements.map { $0["rows"] } == [1], "\(erased.output)\(erased.errors)")
        let after = try await folder.martlet("data", "rejects", "--json").json
        #expect(after["left_out"]["shown"].elements.map { $0["id"] } == ["p0"])
        #expect(try await folder.martlet("gc").status == 0)
        #expect(try await folder.martlet("data", "rejects", "--json").json["left_out"]["rows"] == 1, "What a version refers to is kept.")
    }

    @Test("A changed table of a join makes a new version") func changedJoin() async throws {
        let folder = try Self.project()
        #expect(try await folder.martlet("run", "data", "--quiet").status == 0)
        try folder.write("cities.csv", "name,people\nBern,135\nBasel,174\n")
        #expect(try await folder.martlet("run", "data", "--quiet").status == 0)
        #expect(try await folder.martlet("data", "list", "--json").json.elements.count == 2)
    }
}
