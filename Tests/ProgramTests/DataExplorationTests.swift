import Foundation
import Support
import TestSupport
import Testing

@Suite("Looking at data", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct DataExplorationTests {
    @Test("The pages show a version with its columns and expectations, and two versions side by side; data.read opens them")
    func pages() async throws {
        let folder = try Loans.project()
        try folder.replace(
            "data:\n", with: "data:\n  expect:\n    - expect_column_values_to_be_in_set: {column: city, value_set: [Bern, Basel], severity: info}\n",
            in: "martlet.yaml")
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        try folder.write("loans.csv", Loans.table(700, seed: 2).replacing("Genf", with: "Chur"))
        #expect(try await folder.martlet("run", "data", "--quiet").status == 0)
        let server = try await LiveServer(folder)
        let list = try await server.request("GET", "/datasets")
        #expect(list.status == 200 && list.body.contains("href=\"/datasets/loans@v2\""))
        let page = try await server.request("GET", "/datasets/loans@v2?sort=name")
        #expect(page.status == 200 && page.body.contains("<bdi>income</bdi>") && page.body.contains("column values to be in set"))
        #expect(page.body.contains("class=\"chart column\"") && page.body.contains("href=\"/datasets/loans@v1...v2\""))
        let newest = try await server.request("GET", "/datasets/loans")
        #expect(newest.status == 200 && newest.body.contains("loans.csv"))
        let compared = try await server.request("GET", "/datasets/loans@v1...v2")
        #expect(compared.status == 200 && compared.body.contains("1 of") && compared.body.contains("class=\"drifted\""))
        for (path, status) in [("/datasets/loans@v9", 404), ("/datasets/loans@x", 404), ("/datasets/lons", 404), ("/datasets/loans@v1...v9", 404)] {
            #expect(try await server.request("GET", path).status == status, "\(path)")
        }
        _ = await server.interrupt()
    }

    @Test("Versions and files are compared in the terminal, the most shifted column first; a server compares no files")
    func compare() async throws {
        let folder = try await Loans.trained()
        let moved = Loans.rows(400, seed: 3).map { row in
            row.split(separator: ",", omittingEmptySubsequences: false).enumerated().map { $0 == 2 ? "\((Int($1) ?? 0) + 40)" : String($1) }
                .joined(separator: ",")
        }
        try folder.write("moved.csv", ([Loans.header] + moved).joined(separator: "\n") + "\n")
        let found = try await folder.martlet("data", "compare", "loans@v1", "moved.csv", "--json").json
        #expect(found["shifted"] == ["age"] && found["columns"].elements.first?["column"] == "age")
        #expect(found["b"]["rows"] == 400)
        let files = try await folder.martlet("data", "compare", "loans.csv", "moved.csv")
        #expect(files.status == 0 && files.output.contains("columns shifted"))
        let server = try await LiveServer(folder)
        let there = ["MARTLET_URL": "http://127.0.0.1:\(server.port)"]
        let same = try await Program.run(["data", "compare", "loans@v1", "loans@v1"], in: "/", environment: there)
        #expect(same.status == 0 && same.output.contains("0 of"))
        for words in [
            ["compare", "loans@v1", "/etc/passwd"], ["profile", "/etc/passwd"], ["explore", "./x"], ["explore", "--projector", "/tmp/x"],
        ] {
            #expect(try await Program.run(["data"] + words, in: "/", environment: there).status != 0, "\(words)")
        }
        _ = await server.interrupt()
    }

    @Test("What is worth a look stands in a few lines; statistics and projector files are written for other tools")
    func explore() async throws {
        let folder = try await Loans.trained()
        let lines = try await folder.martlet("data", "explore")
        #expect(lines.status == 0 && lines.output.contains("600 rows, 6 columns") && lines.output.contains("What stands out"))
        let json = try await folder.martlet("data", "explore", "loans@v1", "--json").json
        #expect(json["duplicate_rows"] == 0 && !json["associations"].elements.isEmpty)
        #expect(try await folder.martlet("data", "profile", "--tfdv", "statistics.pb").status == 0)
        let written = try await folder.martlet("data", "explore", "--projector", "log", "--rows", "100", "--json").json
        #expect(written["rows"] == 100 && folder.has("log/projector_config.pbtxt") && folder.has("log/vectors.tsv") && folder.has("statistics.pb"))
        let profile = try await folder.martlet("data", "profile", "loans.csv", "--json").json
        #expect(profile["rows"] == 600 && profile["columns"].elements.count == 6)
    }
}
