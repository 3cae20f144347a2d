import Foundation
import Support
import TestSupport
import Testing

@Suite("A person in what came of a source", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct SourceErasureTests {
    private static let texts = [People.key(17), People.remark(17)]

    private func project(_ source: String) throws -> TemporaryFolder {
        let settings = Loans.settings()
            .replacing("source: {train: loans.csv}", with: "sources: {people: {\(source)}}\n  source: {train: \"source:people\"}")
            .replacing(
                "columns: {id: {use: false, key: true, why: \"tells rows apart\"}}",
                with: "columns: {id: {use: false, key: true}, remark: {use: false, why: \"free text\"}}")
        return try TemporaryFolder(["martlet.yaml": settings])
    }

    private func erase(_ folder: TemporaryFolder) async throws -> Outcome {
        try await Program.run(["data", "erase", "--subject", People.key(17), "--because", "asked for it", "--json"], in: folder.path)
    }

    /// The rows of the table as JSON, one a line.
    private func posted(_ table: String) -> String {
        let lines = table.split(separator: "\n")
        let names = lines[0].split(separator: ",")
        return lines.dropFirst().map { line in
            let members = zip(names, line.split(separator: ",")).map { name, value in
                JSONValue.Member(String(name), Double(value).map { .number($0) } ?? .string(String(value)))
            }
            return JSONValue.object(members).compact + "\n"
        }.joined()
    }

    @Test("is taken out of every batch of posted rows; the others stay, and who is sent again does not come again") func batches() async throws {
        let folder = try project("append: true, key: id")
        let server = try await LiveServer(folder)
        let path = "/api/v1/sources/people/rows"
        #expect(try await server.request("POST", path, body: posted(People.table(300))).status == 200)
        #expect(try await server.request("POST", path, body: posted(People.table(600))).body.contains("\"repeated\":300"))
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        #expect(try !People.files(in: folder.path, holding: Self.texts).isEmpty)

        let done = try await erase(folder)
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        #expect(try done.json["batches"] == [["source": "people", "rows": 1]] && done.json["sources"].elements.isEmpty, "\(done.output)")
        #expect(try done.json["left"].elements.contains { $0.text?.contains("came from elsewhere") == true })
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
        #expect(try !People.files(in: folder.path, holding: [People.key(18)]).isEmpty)
        #expect(try await folder.martlet("source", "show", "people", "--json").json["rows"].int == 599)
        #expect(try await folder.martlet("audit", "verify").status == 0)
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        #expect(try await folder.martlet("show", "dataset:loans", "--json").json["rows"].int == 599)

        let again = try await LiveServer(folder)
        let answer = try await again.request("POST", path, body: posted(People.table(20)))
        #expect(answer.body.contains("\"rows\":0") && answer.body.contains("\"repeated\":20"), "\(answer)")
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
    }

    @Test("is taken out of fetched texts by the line, and out of packed ones by fetching all anew", arguments: ["people.csv", "people.csv.gz"])
    func fetched(_ name: String) async throws {
        let site = try TemporaryFolder(["people.csv": People.table()])
        let pack = { _ = try await Child.run("/usr/bin/env", ["gzip", "-kf", "people.csv"], in: site.path, environment: Program.environment()) }
        try await pack()
        let web = try Child(
            "/usr/bin/env", ["python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"], in: site.path, environment: Program.environment())
        let told = await web.printed("\n") ?? ""
        let port = told.split(separator: " ").drop { $0 != "port" }.dropFirst().first ?? ""
        let folder = try project("http: \"http://127.0.0.1:\(port)/\(name)\", private: true")
        let run = try await folder.martlet("run", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        try site.write("people.csv", People.table(without: [17]))
        try await pack()
        let done = try await erase(folder)
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
        let anew = try await folder.martlet("run", "--quiet")
        #expect(anew.status == 0, "\(anew.errors)")
        #expect(try await folder.martlet("show", "dataset:loans", "--json").json["rows"].int == 599)
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
        #expect(try !People.files(in: folder.path, holding: [People.key(18)]).isEmpty)
    }

    @Test("is found whatever the letters of the key were, where a rule makes them small; in what came, too") func letters() async throws {
        let folder = try project("append: true, key: id")
        try folder.replace(
            "  split:", with: "  clean: [{lowercase: [id]}]\n  table_rules: [{filter: \"coalesce(try_cast(age AS DOUBLE), 1) > 0\"}]\n  split:")
        let server = try await LiveServer(folder)
        var rows = posted(People.table()).split(separator: "\n").map(String.init)
        let own = try #require(rows.firstIndex { $0.contains(People.key(17)) })
        // One row of the person is among the data, another one is left out of it.
        rows[own].replace(People.key(17), with: People.key(17).uppercased())
        rows.append(rows[own].replacing("PERSON", with: "Person").replacing(/"age":[0-9.]+/, with: "\"age\":-1"))
        #expect(try await server.request("POST", "/api/v1/sources/people/rows", body: rows.joined(separator: "\n")).status == 200)
        #expect(await server.interrupt().status == 0)
        let run = try await folder.martlet("run", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let texts = [People.key(17), People.key(17).uppercased(), "Person-\(10_017)", People.remark(17)]
        #expect(try People.files(in: folder.path, holding: texts).count > 2)
        let done = try await erase(folder)
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        #expect(try done.json["batches"] == [["source": "people", "rows": 2]], "\(done.output)")
        #expect(try People.files(in: folder.path, holding: texts).isEmpty)
    }

    @Test("is found by what the settings call somebody's own address, too") func personal() async throws {
        let folder = try project("append: true, key: id")
        try folder.replace("remark: {use: false, why: \"free text\"}", with: "remark: {use: false, pii: email, why: \"free text\"}")
        let server = try await LiveServer(folder)
        #expect(try await server.request("POST", "/api/v1/sources/people/rows", body: posted(People.table())).status == 200)
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        let done = try await Program.run(["data", "erase", "--subject", People.remark(17), "--because", "asked for it", "--json"], in: folder.path)
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
    }
}
