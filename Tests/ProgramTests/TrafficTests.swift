import Database
import Foundation
import Support
import TestSupport
import Testing

/// A project with two versions that passed the gate, of which v1 is champion and was before.
struct TwoVersions {
    let folder: TemporaryFolder

    /// - Parameter objectives: further lines of the charter, about production.
    init(objectives: String = "") async throws {
        folder = try await Loans.trained()
        try folder.replace("num_leaves: 7", with: "num_leaves: 5")
        try folder.replace("{reference: train}", with: "{reference: train, every: 1s}")
        if !objectives.isEmpty { try folder.replace("data:\n", with: "    - \(objectives)\ndata:\n") }
        for words in [["run", "--quiet"], ["model", "rollback", "--reason", "v1 is to be compared"], ["charter", "confirm"]] {
            let outcome = try await Program.run(words, in: folder.path)
            guard outcome.status == 0 else { throw ChildFailure(description: outcome.output + outcome.errors) }
        }
    }

    /// One request: who answered, and with which prediction IDs and labels.
    func ask(_ server: LiveServer, incomes: [Double], key: String? = nil, version: Int? = nil) async throws -> (
        version: Int, ids: [String], labels: [String]
    ) {
        func tensor(_ name: String, _ type: String, _ data: [JSONValue]) -> JSONValue {
            ["name": .string(name), "datatype": .string(type), "shape": [JSONValue(incomes.count)], "data": .array(data)]
        }
        var body: JSONValue = [
            "inputs": [
                tensor("income", "FP64", incomes.map { .number($0) }), tensor("age", "FP64", incomes.map { _ in 40 }),
                tensor("city", "BYTES", incomes.map { _ in "Bern" }), tensor("grade", "BYTES", incomes.map { _ in "A" }),
            ]
        ]
        if let key { body["parameters"] = ["id": .string(key)] }
        let path = "/v2/models/loans\(version.map { "/versions/\($0)" } ?? "")/infer"
        let (status, text) = try await server.request("POST", path, body: body.compact)
        guard status == 200 else { throw ChildFailure(description: "\(status): \(text)") }
        let answer = try JSONValue(parsing: text)
        func output(_ name: String) -> [String] {
            answer["outputs"].elements.first { $0["name"].text == name }?["data"].elements.compactMap(\.text) ?? []
        }
        return (answer["model_version"].text.flatMap { Int($0) } ?? 0, output("prediction_id"), output("label"))
    }

    /// Runs a command through the server.
    func martlet(_ server: LiveServer, _ words: String...) async throws -> Outcome {
        try await Program.run(words + ["--url", "http://127.0.0.1:\(server.port)"], in: folder.path)
    }

    /// Asks until the plan is over, then who answered meanwhile, request by request.
    func askUntilOver(_ server: LiveServer) async throws -> [Int] {
        var versions: [Int] = []
        for round in 0..<1500 {
            versions.append(try await ask(server, incomes: [50]).version)
            if round % 5 == 4, try await martlet(server, "endpoint", "traffic", "--json").json["plan"].isNull { return versions }
        }
        throw ChildFailure(description: "The plan is still in force.")
    }
}

@Suite("Versions that share an endpoint", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct TrafficTests {
    @Test("A canary is in force when its command ends, keys stay, the log says who answered, and everything is recorded")
    func canary() async throws {
        let two = try await TwoVersions()
        let server = try await LiveServer(two.folder)
        #expect(try await two.ask(server, incomes: [50]).version == 1)
        let begun = try await two.martlet(
            server, "endpoint", "canary", "loans@v2", "--share", "50%", "--key", "id", "--reason", "fewer leaves", "--json")
        #expect(begun.status == 0, "\(begun.errors)")
        #expect(try begun.json["plan"]["versions"].elements.first?["version"].int == 2)
        var versions: [String: Int] = [:]
        for person in 0..<40 { versions["p\(person)"] = try await two.ask(server, incomes: [50], key: "p\(person)").version }
        #expect(Set(versions.values) == [1, 2])
        for (person, version) in versions { #expect(try await two.ask(server, incomes: [60], key: person).version == version) }
        for version in [1, 2] { #expect(try await two.ask(server, incomes: [50], version: version).version == version) }
        let other = try await server.request("GET", "/v2/models/loans/versions/3")
        #expect(other.status == 404 && other.body.contains("serves versions 1, 2, not 3"))
        let grown = try await two.martlet(
            server, "endpoint", "canary", "loans@v2", "--share", "80%", "--key", "id", "--reason", "it holds")
        #expect(grown.status == 0)
        for (person, version) in versions where version == 2 { #expect(try await two.ask(server, incomes: [60], key: person).version == 2) }
        #expect(try await two.martlet(server, "status").output.contains("canary v2 80 % by id"))
        #expect(try await two.martlet(server, "endpoint", "list").output.contains("canary v2 80 % by id"))
        let page = try await server.request("GET", "/endpoints/loans").body
        #expect(page.contains("Versions that share the requests") && page.contains("What was live when") && page.contains("fewer leaves"))
        let shown = try await two.martlet(server, "endpoint", "traffic", "--json").json
        #expect(shown["plan"]["kind"].text == "canary" && shown["versions"].elements.map { $0["version"].int } == [1, 2])
        #expect((shown["versions"].elements.last?["rows"].int ?? 0) > 0)
        let id = try #require(try await two.ask(server, incomes: [60], version: 2).ids.first)
        #expect(try await two.martlet(server, "why", "prediction:\(id)").output.contains("model:loans@v2"))
        let promoted = try await two.martlet(server, "model", "promote", "model:loans@v2", "--reason", "it held")
        #expect(promoted.status == 0, "\(promoted.errors)")
        let log = try await two.martlet(server, "endpoint", "log", "--json").json.elements
        #expect(log.last?["plan"].isNull == true && log.last?["champion"].int == 2)
        #expect(log.contains { $0["reason"].text == "v2 has become champion." })
        #expect(await server.interrupt().status == 0)
        let verified = try await two.folder.martlet("audit", "verify")
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        try SQLiteDatabase(path: two.folder.path(".martlet/martlet.db")).write { session in
            try session.execute("UPDATE traffic_change SET plan = replace(plan, '0.5', '0.9') WHERE id = 1")
        }
        let forged = try await two.folder.martlet("audit", "verify")
        #expect(forged.status != 0 && (forged.output + forged.errors).contains("The traffic plans of “loans” in the database"), "\(forged)")
    }

    @Test("A canary whose answers turn out wrong is rolled back by the server itself, while every request is answered") func rolledBack() async throws
    {
        let two = try await TwoVersions(objectives: "{id: live, metric: accuracy, on: production, window: 1h, min: 0.7}")
        let server = try await LiveServer(two.folder)
        _ = try await two.ask(server, incomes: [50])
        let begun = try await two.martlet(server, "endpoint", "canary", "loans@v2", "--share", "0.4", "--reason", "fewer leaves")
        #expect(begun.status == 0, "\(begun.errors)")
        // The truth is what the champion says and never what the canary says.
        var lines = ["prediction_id,label"]
        var answered: [Int: Int] = [:]
        for _ in 0..<1000 where (answered[1] ?? 0) < 60 || (answered[2] ?? 0) < 60 {
            let answer = try await two.ask(server, incomes: [20, 50, 80])
            answered[answer.version, default: 0] += answer.ids.count
            for (id, label) in zip(answer.ids, answer.labels) {
                lines.append("\(id),\(answer.version == 1 ? label : label == "yes" ? "no" : "yes")")
            }
        }
        #expect((answered[1] ?? 0) >= 60 && (answered[2] ?? 0) >= 60, "\(answered)")
        try two.folder.write("labels.csv", lines.joined(separator: "\n") + "\n")
        #expect(try await two.martlet(server, "endpoint", "traffic", "--json").json["plan"]["kind"].text == "canary")
        #expect(try await two.folder.martlet("feedback", "import", "labels.csv").status == 0)
        let meanwhile = try await two.askUntilOver(server)
        #expect(Set(meanwhile).isSubset(of: [1, 2]))
        for _ in 0..<20 { #expect(try await two.ask(server, incomes: [50]).version == 1) }
        let log = try await two.martlet(server, "endpoint", "log", "--json").json.elements
        #expect(
            log.last?["reason"].text?.hasPrefix("Objective live does not hold on its loans@v2 answers. accuracy: 0 misses at least 0.7.") == true,
            "\(log)")
        let incidents = try await two.martlet(server, "incident", "list", "--json").json.elements
        let incident = try #require(incidents.first { $0["kind"].text == "canary" })
        #expect(incident["state"].text == "firing" && incident["summary"].text?.contains("canary v2 40 %") == true)
        let events = try await two.martlet(server, "audit", "log", "--kind", "endpoint", "--json")
        #expect(events.output.contains("endpoint.rolled_back") && events.output.contains("endpoint.shared"), "\(events.output)\(events.errors)")
        #expect(await server.interrupt().status == 0)
        #expect(try await two.folder.martlet("audit", "verify").status == 0)
    }

    @Test("A canary whose file is damaged never answers: the plan is rolled back, and the champion goes on") func damaged() async throws {
        let two = try await TwoVersions()
        let digest = try #require(try await two.folder.martlet("show", "model:loans@v2", "--json").json["digest"].text)
        let server = try await LiveServer(two.folder)
        _ = try await two.ask(server, incomes: [50])
        let object = ".martlet/objects/\(digest.prefix(2))/\(digest.dropFirst(2))"
        try two.folder.remove(object)
        try two.folder.write(object, "no graph")
        let begun = try await two.martlet(server, "endpoint", "canary", "loans@v2", "--share", "100%", "--reason", "all of it")
        #expect(begun.status == 0)
        #expect(Set(try await two.askUntilOver(server)) == [1])
        let log = try await two.martlet(server, "endpoint", "log", "--json").json.elements
        #expect(log.last?["reason"].text?.contains("its bytes are not those that were registered") == true, "\(log)")
        #expect(try await two.martlet(server, "incident", "list").output.contains("a canary was rolled back"))
    }

    @Test("What may not be champion may not answer in part; it may be shadowed, and what is compared is told") func shadow() async throws {
        let folder = try await Loans.trained()
        try folder.replace("min_gain: 0.05", with: "min_gain: 0.9")
        try folder.replace("num_leaves: 7", with: "num_leaves: 5")
        try folder.replace("{reference: train}", with: "{reference: train, every: 1s}")
        #expect(try await folder.martlet("run", "--quiet").status == 3)
        for words in [["canary", "loans@v2", "--share", "10%"], ["split", "loans@v1=50", "loans@v2=50"]] {
            let refused = try await Program.run(["endpoint"] + words + ["--reason", "curious"], in: folder.path)
            #expect(refused.status == 3)
            #expect(refused.errors.contains("martlet endpoint shadow model:loans@v2"), "\(refused.errors)")
        }
        #expect(try await folder.martlet("endpoint", "shadow", "loans@v2", "--reason", "curious", "--dry-run").status == 0)
        #expect(try await folder.martlet("endpoint", "traffic", "--json").json["plan"].isNull)
        #expect(try await folder.martlet("endpoint", "shadow", "loans@v2", "--reason", "curious").status == 0)
        let server = try await LiveServer(folder)
        for request in 0..<20 { _ = try await server.infer(incomes: (0..<10).map { Double(request + $0 * 8) }) }
        #expect(try await server.request("GET", "/v2/models/loans/versions/2").status == 404)
        var compared = JSONValue.null
        for _ in 0..<300 where (compared["rows"].int ?? 0) < 200 {
            compared = try await folder.martlet("endpoint", "traffic", "--json").json["versions"].elements.last?["kept"]["shadow"] ?? .null
        }
        #expect(compared["rows"].int == 200 && compared["disagreement_rate"].double != nil && compared["dropped"].int == 0, "\(compared)")
        #expect(try await folder.martlet("endpoint", "traffic").output.contains("200 rows compared"))
        let cleared = try await folder.martlet("endpoint", "traffic", "--clear", "--reason", "seen enough")
        #expect(cleared.status == 0, "\(cleared.errors)")
        #expect(try await folder.martlet("endpoint", "traffic", "--clear", "--reason", "again").status == 1)
        #expect(await server.interrupt().status == 0)
    }

    @Test("Wrong words say what is meant") func mistakes() async throws {
        let two = try await TwoVersions()
        let mistakes: [(words: [String], text: String)] = [
            (["canary", "loans@v9", "--share", "10%"], "has no “v9”"), (["canary", "loans@v1", "--share", "10%"], "is the champion"),
            (["canary", "loans@v2", "--share", "10"], "Write 10% or 0.1"), (["canary", "loans@v2", "--share", "10%", "--key", "incom"], "“income”"),
            (["split", "loans@v2=50"], "two or more versions"), (["split", "loans@v2"], "Write NAME@v2=50."),
            (["canary", "loans@v2", "--share", "10%", "--for", "soon"], "is no duration"),
        ]
        for (words, text) in mistakes {
            let outcome = try await Program.run(["endpoint"] + words + ["--reason", "why not"], in: two.folder.path)
            #expect(outcome.status != 0 && outcome.errors.contains(text), "\(words): \(outcome.errors)")
        }
    }
}
