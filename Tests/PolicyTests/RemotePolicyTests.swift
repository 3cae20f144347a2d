import Foundation
import Policy
import Support
import TestSupport
import Testing

@Suite("A remote policy server", .enabled(if: Rules.engine != nil, "The policy engine is not installed; run make setup"))
struct RemotePolicyTests {
    /// What the rules say, told a second time in another language.
    private static func expected(_ question: PolicyQuestion) -> Set<String>? {
        let facts = question.facts
        if facts["divisor"].int == 0 { return nil }
        var reasons: Set<String> = []
        let day = Int(question.time.microseconds / 86_400_000_000), hour = Int(question.time.microseconds / 3_600_000_000) % 24
        if question.action == "model.promote", (day + 4) % 7 == 5, hour >= 16 { reasons.insert("No promotions on Friday after 16:00.") }
        if question.action == "prediction.read", !question.principal.roles.contains("risk") {
            reasons.insert("Only people of risk may read predictions.")
        }
        if question.action == "approval.give", question.principal.via.hasPrefix("token:ci") { reasons.insert("A token of ann may not approve.") }
        if let score = facts["score"].double, score < 0.5 { reasons.insert("The score is too low.") }
        if let most = facts["counts"].elements.compactMap(\.int).max(), most >= 10 { reasons.insert("Ten are too many.") }
        if let divisor = facts["divisor"].double, 1 / divisor > 1 { reasons.insert("Divided.") }
        return reasons
    }

    private static func question(_ random: inout RandomSource) -> PolicyQuestion {
        func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }
        var facts: JSONValue = .object([])
        if random.below(3) == 0 { facts["score"] = .number(Double(random.below(100)) / 100) }
        if random.below(3) == 0 { facts["counts"] = .array((0..<random.below(3)).map { _ in .integer(Int64(random.below(12))) }) }
        if random.below(6) == 0 { facts["divisor"] = pick([0, 1, 2, .number(0.5)]) }
        if random.below(9) == 0 { facts["text"] = pick(["\"quoted\" \\ / \u{1}", "é漢\u{1F600}", ""]) }
        return Rules.question(
            pick(["model.promote", "prediction.read", "approval.give", "project.read"]), roles: pick([["viewer"], ["risk", "viewer"], []]),
            via: pick(["token:ci", "token:ci-2", "token:laptop", "session"]),
            resource: PolicyResource(kind: "model", name: pick(["loans", "secret/plans", "a/b\"c", ""]), version: pick([nil, 3])),
            at: Timestamp(microseconds: 1_790_000_000_000_000 + Int64(random.below(100_000)) * 60_000_000), facts: facts)
    }

    @Test("decides 500 generated questions as the policies in this process do, and both as the rules say")
    func same() async throws {
        let folder = try TemporaryFolder(["access.rego": Rules.many])
        let server = try await PolicyServer(folder.path("access.rego"))
        let remote = try RemotePolicy(server: server.address, allowsPrivate: true, patience: 60)
        let local = try Rules.set(Rules.many)
        var random = RandomSource(seed: 20_261_127)
        var counts = (allowed: 0, denied: 0, failed: 0)
        for _ in 0..<500 {
            let question = RemotePolicyTests.question(&random)
            let (here, there) = (local.decide(question), try #require(remote.decide(question)))
            #expect(here.isAllowed == there.isAllowed, "\(question.json.compact) \(here) \(there)")
            #expect(here.reasons == there.reasons && (here.failure == nil) == (there.failure == nil), "\(here) \(there)")
            let reasons = RemotePolicyTests.expected(question)
            #expect(here.failure == nil ? Set(here.reasons) == reasons : reasons == nil, "\(question.json.compact) \(here)")
            #expect(here.isAllowed == (reasons?.isEmpty == true && !question.resource.name.hasPrefix("secret/")), "\(question.json.compact)")
            counts.allowed += here.isAllowed ? 1 : 0
            counts.denied += here.isAllowed ? 0 : 1
            counts.failed += here.failure == nil ? 0 : 1
        }
        #expect(counts.allowed > 100 && counts.denied > 100 && counts.failed > 5, "\(counts)")
    }

    @Test(
        "that answers anything but the documented form, or nothing, denies",
        arguments: [
            (200, "{}"), (200, #"{"result":true}"#), (200, #"{"result":{}}"#), (200, #"{"result":{"deny":[]}}"#),
            (200, #"{"result":{"allow":"true"}}"#),
            (200, #"{"result":{"allow":1}}"#), (200, #"{"result":{"allow":true,"deny":["no"]}}"#),
            (200, #"{"result":{"allow":true,"deny":{"no":true}}}"#),
            (200, #"{"result":{"allow":true,"deny":[1]}}"#), (200, #"{"result":{"allow":true,"deny":null}}"#), (200, #"{"result":{"allow":null}}"#),
            (200, #"{"result":{"allow":true,"allow":false}}"#), (200, #"{"result":{"allow":true},"result":{"allow":false}}"#),
            (200, #"[{"result":{"allow":true}}]"#), (200, #"{"result":{"allow":true}"#), (200, ""), (200, "yes"),
            (201, #"{"result":{"allow":true}}"#),
            (302, #"{"result":{"allow":true}}"#), (403, #"{"result":{"allow":true}}"#), (500, #"{"result":{"allow":true}}"#), (200, "silence"),
        ])
    func odd(_ status: Int, _ body: String) async throws {
        let server = try await PolicyServer()
        // A busy machine must not be taken for a silent server.
        let patience = body == "silence" ? RemotePolicy.standardPatience : 60
        let remote = try RemotePolicy(server: server.address + "/", allowsPrivate: true, patience: patience)
        func ask(_ status: Int, _ body: String) -> PolicyVerdict? {
            remote.decide(Rules.question(facts: ["status": JSONValue(status), "body": .string(body)]))
        }
        if body != "silence" { #expect(ask(200, #"{"result":{"allow":true,"deny":[]},"decision_id":"1"}"#)?.isAllowed == true) }
        #expect(ask(status, body)?.isAllowed == false)
    }

    @Test("that is not there denies and says so; an address that is none is refused")
    func absent() throws {
        let remote = try RemotePolicy(server: "http://127.0.0.1:\(OneRequestServer.freePort())", allowsPrivate: true)
        let verdict = remote.decide(Rules.question())
        #expect(verdict?.isAllowed == false && verdict?.failure?.contains("did not answer") == true)
        for text in ["localhost:8181", "ftp://a", "http://", "http://user@host", "http://a/?b", "http://a b"] {
            #expect(throws: MartletError.self) { try RemotePolicy(server: text, allowsPrivate: true) }
        }
    }

    @Test("on this machine or in a private network is asked only where the settings say so; otherwise everything is denied, and why is said")
    func inner() async throws {
        let server = try await PolicyServer()
        let remote = try RemotePolicy(server: server.address, allowsPrivate: false)
        let verdict = remote.decide(Rules.question(facts: ["status": 200, "body": #"{"result":{"allow":true,"deny":[]}}"#]))
        #expect(verdict?.isAllowed == false && verdict?.failure?.contains("private: true") == true)
    }

    @Test("that breaks off in the middle of answers, asked from many threads at once, ends no process") func brokenOff() async throws {
        let server = try await PolicyServer()
        let pool = WorkPool(width: 8, limit: 1000)
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for i in 0..<120 {
                group.addTask {
                    let body = i % 10 < 9 ? #"{"result":{"allow":true,"deny":[]}}"# : "silence"
                    let verdict = try? await pool.run { () throws(MartletError) in
                        try RemotePolicy(server: server.address, allowsPrivate: true, patience: i % 10 < 9 ? 60 : 1).decide(
                            Rules.question(facts: ["status": i % 10 < 5 ? 200 : 500, "body": .string(body)]))
                    }
                    return (verdict ?? nil)?.isAllowed == true
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(allowed == 60)
    }
}
