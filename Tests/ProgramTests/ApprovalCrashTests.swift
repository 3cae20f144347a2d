import Foundation
import Support
import TestSupport
import Testing

/// What was answered with success is there afterwards, what was not is there whole or not at all, and the record holds.
@Suite("Killed while the record is written", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct ApprovalCrashTests {
    /// The record holds, and each row that a change leaves has its event.
    private func expectWhole(_ folder: TemporaryFolder) async throws {
        let record = try await folder.martlet("audit", "verify")
        #expect(record.status == 0, "\(record.output)")
        var counts: [String: Int] = [:]
        for event in try await folder.martlet("audit", "log", "--limit", "1000000", "--json").json.elements {
            counts[event["kind"].text ?? "", default: 0] += 1
        }
        let requests = try await folder.martlet("approval", "list", "--json").json.elements
        let answers = requests.flatMap { $0["answers"].elements }
        let tokens = try await folder.martlet("token", "list", "--json").json.elements
        #expect(requests.count == counts["approval.requested", default: 0])
        #expect(answers.count == counts["approval.given", default: 0] + counts["approval.rejected", default: 0])
        #expect(answers.count { !$0["revoked"].isNull } == counts["approval.revoked", default: 0])
        #expect(tokens.count == counts["token.issued", default: 0])
        #expect(tokens.count { !$0["revoked"].isNull } == counts["token.revoked", default: 0])
        #expect(try await folder.martlet("user", "list", "--json").json.elements.count == counts["user.added", default: 0])
    }

    @Test("by commands in the folder: people, tokens, roles and requests are there whole or not at all") func commands() async throws {
        let loans = try await ApprovedLoans()
        var random = RandomSource(seed: 53)
        var hits = 0
        var made: Set<String> = []
        for round in 0..<40 * CrashTests.kills where hits < CrashTests.kills {
            let name = "n\(round)"
            let words: [String] =
                switch round % 5 {
                case 0: ["user", "add", name, "--role", "viewer"]
                case 1: ["token", "add", name, "--for", "carl"]
                case 2: ["role", round % 2 == 0 ? "add" : "rm", "carl", "viewer", "--yes"]
                case 3: ["approval", "request", "model:loans@v1", "--note", name]
                default: ["token", "rm", made.first { $0.hasPrefix("token:") }.map { String($0.dropFirst(6)) } ?? "carl-all", "--yes"]
                }
            let child = try Child(Program.path ?? "", words, in: loans.folder.path, environment: Program.environment())
            child.stop(afterMilliseconds: random.below(60))
            let end = await child.end()
            hits += end.status == -SIGKILL ? 1 : 0
            if end.status == 0, round % 5 == 0 { made.insert("user:\(name)") }
            if end.status == 0, round % 5 == 1 { made.insert("token:\(name)") }
            if hits.isMultiple(of: 5) || end.status == -SIGKILL { try await expectWhole(loans.folder) }
        }
        #expect(hits == CrashTests.kills, "The other commands ended before they were killed.")
        let users = Set(try await loans.folder.martlet("user", "list", "--json").json.elements.compactMap { $0["user"].text }.map { "user:\($0)" })
        let tokens = Set(try await loans.folder.martlet("token", "list", "--json").json.elements.compactMap { $0["name"].text }.map { "token:\($0)" })
        #expect(made.isSubset(of: users.union(tokens)), "\(made.subtracting(users.union(tokens)))")
    }

    @Test("by people at a server: no approval and no promotion is lost that was answered with success") func server() async throws {
        let loans = try await ApprovedLoans()
        var random = RandomSource(seed: 59)
        var interrupted = 0
        for round in 2..<2 + CrashTests.kills {
            try loans.folder.replace("num_iterations: \(58 + round)", with: "num_iterations: \(59 + round)")
            #expect(try await loans.folder.martlet("run", "--quiet").status == 3)
            let server = try await LiveServer(loans.folder)
            server.child.stop(afterMilliseconds: 20 + random.below(150))
            let answered = await Self.decide("model:loans@v\(round)", server, loans.tokens)
            #expect(await server.child.end().status == -SIGKILL)
            interrupted += answered.count < Self.steps ? 1 : 0
            try await expectWhole(loans.folder)
            let requests = try await loans.folder.martlet("approval", "list", "--json").json.elements
            let request = requests.first { $0["subject"].text == "model:loans@v\(round)" }
            let signers = request?["answers"].elements.compactMap { $0["principal"].text } ?? []
            if answered.contains("request") { #expect(request != nil) }
            for name in ["vera", "vito"] where answered.contains(name) { #expect(signers.contains(name), "\(name) of \(signers)") }
            if answered.contains("promote") {
                #expect(try await loans.folder.martlet("status", "--json").json["champion"].text == "model:loans@v\(round)")
            }
        }
        #expect(interrupted > 0, "The server was never killed before all was done.")
    }

    private static let steps = 6

    /// Asks for an approval, gives two, is denied one, promotes, until the server is gone.
    /// - Returns: what was answered with success, or denied as it should.
    private static func decide(_ version: String, _ server: LiveServer, _ tokens: [String: String]) async -> Set<String> {
        var answered: Set<String> = []
        func ask(_ step: String, _ who: String, _ words: String...) async -> JSONValue? {
            let body: JSONValue = ["arguments": JSONValue(words)]
            guard let answer = try? await server.request("POST", "/api/v1/commands", body: body.compact, token: tokens[who]) else { return nil }
            let value = try? JSONValue(parsing: answer.body)
            if step == "denied" ? answer.status == 403 : answer.status == 200 && value?["exit_code"].int == 0 { answered.insert(step) }
            return value
        }
        let asked = await ask("request", "carl", "approval", "request", version, "--json")
        let id = asked?["output"].text.flatMap { try? JSONValue(parsing: $0) }?["id"].int ?? 0
        _ = await ask("denied", "carl", "model", "promote", version)
        _ = await ask("vera", "vera signs", "approval", "approve", String(id))
        _ = await ask("vito", "vito signs", "approval", "approve", String(id), "--reason", "good")
        _ = await ask("promote", "max", "model", "promote", version)
        _ = await ask("taken back", "vito signs", "approval", "revoke", String(id), "--reason", "second thoughts")
        return answered
    }
}
