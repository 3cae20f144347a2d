import Foundation
import Support
import TestSupport
import Testing

/// What somebody tries who wants a version served that nobody has approved. Each attempt fails with the sentence of the gate or of the
/// approvals, and is in the record.
@Suite("Every way round", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct WaysRoundTests {
    private static let waits = "waits for approval by validator"

    /// Whether the newest events hold a text.
    private func isRecorded(_ text: String, _ loans: ApprovedLoans, _ server: LiveServer) async throws -> Bool {
        let (_, body) = try await server.request("GET", "/api/v1/home", token: loans.tokens["olga"])
        return try JSONValue(parsing: body)["events"].elements.contains { $0["sentence"].text?.contains(text) == true }
    }

    @Test("The command line through the server: roles stop at the door, and those whom it lets in at the approvals") func commandLine() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        let promote = try await loans.ask(server, "carl", "model", "promote", "model:loans@v1")
        #expect(promote.status == 1 && promote.errors.contains("model.promote"))
        #expect(try await isRecorded("carl: access denied, command:model promote", loans, server))
        for _ in 0..<2 {
            let refused = try await loans.ask(server, "max", "model", "promote", "model:loans@v1", "--yes")
            #expect(refused.status == 3 && refused.errors.contains(Self.waits))
        }
        #expect(try await isRecorded("max: model refused, model:loans@v1", loans, server))
        #expect(try await loans.ask(server, "carl", "approval", "request", "model:loans@v1").status == 0)
        let sign = try await loans.ask(server, "carl", "approval", "approve", "1", "--password", input: ApprovedLoans.password("carl") + "\n")
        #expect(sign.status == 1 && sign.errors.contains("approval.give"))
        let owner = try await loans.ask(server, "olga", "approval", "approve", "1", "--password", input: ApprovedLoans.password("olga") + "\n")
        #expect(owner.status == 3 && owner.errors.contains("does not hold that role"))
        #expect(try await isRecorded("olga: approval refused", loans, server))
        let unserved = try? await server.infer(incomes: [40], token: loans.tokens["carl"])
        #expect(unserved == nil)
        _ = await server.interrupt()
    }

    @Test("The page: without the role, from another site, with an open browser but without the password") func page() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        #expect(try await loans.ask(server, "carl", "approval", "request", "model:loans@v1").status == 0)
        let form = ["Content-Type": "application/x-www-form-urlencoded"]
        let contributor = try await server.request(
            "POST", "/approvals/1", body: "verdict=approved&password=carl%27s+long+password", token: loans.tokens["carl"], headers: form)
        #expect(contributor.status == 403 && contributor.body.contains("approval.give"))
        _ = try await server.request("POST", "/sign-in", body: "name=vera&password=vera%27s+long+password", headers: form)
        #expect(try await server.request("GET", "/approvals").body.contains("action=\"/approvals/1\""))
        let right = "verdict=approved&password=vera%27s+long+password"
        let foreign = form.merging(["Sec-Fetch-Site": "cross-site"]) { $1 }
        #expect(try await server.request("POST", "/approvals/1", body: right, headers: foreign).status == 403)
        let own = form.merging(["Sec-Fetch-Site": "same-origin"]) { $1 }
        let wrong = try await server.request("POST", "/approvals/1", body: "verdict=approved&password=nothing+much", headers: own)
        #expect(wrong.status == 401 && wrong.body.contains("password is wrong"))
        let refused = try await loans.ask(server, "max", "model", "promote", "model:loans@v1")
        #expect(refused.status == 3 && refused.errors.contains(Self.waits))
        let signed = try await server.request("POST", "/approvals/1", body: right, headers: own)
        #expect(signed.status == 200 && signed.body.contains("I approve this version for champion"))
        #expect(try await loans.ask(server, "max", "model", "promote", "model:loans@v1").status == 0)
        let history = try await server.request("GET", "/models/loans")
        #expect(history.status == 200 && history.body.contains("<bdi>max</bdi>"))
        _ = await server.interrupt()
    }

    @Test("Editing martlet.yaml: the rule in force stays, a looser one needs an owner, and naming the version does not serve it")
    func settings() async throws {
        let loans = try await ApprovedLoans()
        let folder = loans.folder
        let original = try folder.read("martlet.yaml")
        for edited in [
            original.replacing(ApprovedLoans.rule, with: ""),
            original.replacing("gates: all, approve: [validator]", with: "gates: none, approve: []"),
            original.replacing("[validator]", with: "[owner]"),
        ] {
            try folder.write("martlet.yaml", edited)
            let refused = try await folder.martlet("model", "promote", "model:loans@v1")
            let needs = edited.contains("[owner]") ? "waits for approval by owner and validator" : Self.waits
            #expect(refused.status == 3 && refused.errors.contains(needs), "\(refused.output) \(refused.errors)")
            let confirmed = try await folder.martlet("charter", "confirm", "--yes")
            #expect(confirmed.status == 3 && confirmed.errors.contains("the rule in force"), "\(confirmed.errors)")
        }
        try folder.write("martlet.yaml", original.replacing("loans@champion", with: "loans@v1"))
        let server = try await LiveServer(folder)
        let answer = try await server.request("POST", "/v2/models/loans/infer", body: LiveServer.row, token: loans.tokens["carl"])
        #expect(answer.status != 200 && answer.body.contains(Self.waits), "\(answer)")
        #expect(try await isRecorded("serving refused, model:loans@v1", loans, server))
        #expect(try await isRecorded("approval refused, charter:loans", loans, server))
        _ = await server.interrupt()
    }

    @Test("Editing the bytes of an approved model: it is neither served nor used, and the record says so") func bytes() async throws {
        let loans = try await ApprovedLoans()
        let first = try await LiveServer(loans.folder)
        #expect(try await loans.ask(first, "carl", "approval", "request", "model:loans@v1").status == 0)
        #expect(try await loans.ask(first, "vera signs", "approval", "approve", "1").status == 0)
        #expect(try await loans.ask(first, "max", "model", "promote", "model:loans@v1").status == 0)
        _ = await first.interrupt()
        let digest = try #require(try await loans.folder.martlet("show", "model:loans@champion", "--json").json["digest"].text)
        let path = loans.folder.path(".martlet/objects/\(digest.prefix(2))/\(digest.dropFirst(2))")
        var graph = try Data(contentsOf: URL(filePath: path))
        graph[graph.count / 2] ^= 1
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try graph.write(to: URL(filePath: path))
        let predicted = try await loans.folder.martlet("predict", "model:loans@champion", "loans.csv")
        #expect(predicted.status == 1 && predicted.errors.contains("its bytes are not those that were registered"), "\(predicted.errors)")
        let server = try await LiveServer(loans.folder)
        let answer = try await server.request("POST", "/v2/models/loans/infer", body: LiveServer.row, token: loans.tokens["carl"])
        #expect(answer.status != 200 && answer.body.contains("its bytes are not those that were registered"), "\(answer)")
        #expect(try await isRecorded("model tampered, model:loans@v1", loans, server))
        _ = await server.interrupt()
    }

    @Test("Sending an approval again, twice at once, and after it was taken back: one counts once") func replay() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        #expect(try await loans.ask(server, "carl", "approval", "request", "model:loans@v1").status == 0)
        async let left = loans.ask(server, "vera signs", "approval", "approve", "1")
        async let right = loans.ask(server, "vera signs", "approval", "approve", "1")
        let both = try await [left, right]
        #expect(both.map(\.status).sorted() == [0, 3], "\(both.map(\.errors))")
        #expect(both.contains { $0.errors.contains("has answered request 1 already") })
        #expect(try await loans.ask(server, "vera", "approval", "list", "--json").json.elements.first?["answers"].elements.count == 1)
        #expect(try await loans.ask(server, "vera signs", "approval", "revoke", "1", "--reason", "seen again").status == 0)
        let replayed = try await loans.ask(server, "vera signs", "approval", "approve", "1")
        #expect(replayed.status == 3 && replayed.errors.contains("taken it back"))
        #expect(try await isRecorded("vera: approval refused, model:loans@v1", loans, server))
        let refused = try await loans.ask(server, "max", "model", "promote", "model:loans@v1")
        #expect(refused.status == 3 && refused.errors.contains(Self.waits))
        _ = await server.interrupt()
    }

    @Test("One's own work, and an approval of what has changed since") func lapse() async throws {
        let loans = try await ApprovedLoans()
        let folder = loans.folder
        try folder.replace("num_leaves: 7", with: "num_leaves: 9")
        #expect(try await folder.martlet("run", "--quiet", environment: ["USER": "vera"]).status == 3)
        let server = try await LiveServer(folder)
        #expect(try await loans.ask(server, "carl", "approval", "request", "model:loans@v2").status == 0)
        let own = try await loans.ask(server, "vera signs", "approval", "approve", "1")
        #expect(own.status == 3 && own.errors.contains("nobody approves their own work"))
        #expect(try await isRecorded("vera: approval refused, model:loans@v2", loans, server))
        #expect(try await loans.ask(server, "vito signs", "approval", "approve", "1").status == 0)
        try folder.replace("min_gain: 0.05", with: "min_gain: 0.01")
        let promoted = try await loans.ask(server, "max", "model", "promote", "model:loans@v2")
        #expect(promoted.status == 3 && promoted.errors.contains("Vito: the charter changed since"), "\(promoted.errors)")
        let late = try await loans.ask(server, "vera signs", "approval", "approve", "1")
        #expect(late.status == 3 && late.errors.contains("so it has lapsed"))
        #expect(try await isRecorded("max: model refused, model:loans@v2", loans, server))
        _ = await server.interrupt()
    }
}
