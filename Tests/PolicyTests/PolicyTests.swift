import Foundation
import Policy
import Support
import TestSupport
import Testing

@Suite("Policies", .enabled(if: Rules.engine != nil, "The policy engine is not installed; run make setup"))
struct PolicyTests {
    @Test("deny with the sentence of their rule; where a package declares “allow”, undefined means no")
    func decisions() throws {
        let denying = try Rules.set("package martlet.access\ndeny contains \"No.\" if input.action == \"model.promote\"")
        #expect(denying.decide(Rules.question("model.promote")).reasons == ["No."])
        #expect(denying.decide(Rules.question("project.read")).isAllowed)
        let allowing = try Rules.set("package martlet.access\nallow if input.action == \"project.read\"")
        #expect(allowing.decide(Rules.question("project.read")).isAllowed)
        #expect(!allowing.decide(Rules.question("model.promote")).isAllowed)
        let both = try Rules.set("package martlet.access\nallow := true\ndeny contains \"No.\" if input.resource.version < 2")
        #expect(!both.decide(Rules.question(resource: PolicyResource(subject: "model:loans@v1"))).isAllowed)
        #expect(both.decide(Rules.question(resource: PolicyResource(subject: "model:loans@v2"))).isAllowed)
    }

    @Test(
        "that fail, or answer in another form, deny",
        arguments: [
            "deny := true", "deny if true", "deny := {\"a\": 1}", "deny contains 1", "allow := \"yes\"",
            "deny contains x if x := 1 / input.facts.zero",
            "allow := 1", "allow := true\ndeny contains {\"no\": 1}", "allow if input.principal.id == \"ann\"\nallow := false",
        ])
    func forms(_ rules: String) throws {
        let verdict = try Rules.set("package martlet.access\n\(rules)").decide(Rules.question(facts: ["zero": 0]))
        #expect(!verdict.isAllowed && verdict.failure != nil, "\(verdict)")
    }

    @Test(
        "that cannot be used are refused when they are read, with file and line",
        arguments: [
            ("package martlet.access\n\ndeny contains x if http.send({\"url\": \"http://a\"}).body == x", "access.rego:3: “http.send”"),
            ("package martlet.access\ndeny contains \"x\" if count(opa.runtime().env) > 0", "access.rego:2: “opa.runtime”"),
            ("package martlet.access\nallow if count([1]) == 1 with count as net.lookup_ip_addr", "“net.lookup_ip_addr”"),
            ("package martlet.acces\nallow := true", "package martlet.access"), ("package martlet.access\nalow := true", "“deny” or “allow”"),
            ("package martlet.access\nallow if nothing_like_it(1)", "access.rego:2"), ("package martlet.access\nallow {", "access.rego:2"),
        ])
    func refused(_ source: String, sentence: String) {
        let error = #expect(throws: MartletError.self) { try Rules.set(source) }
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
    }

    @Test("are taken up as a whole when a file changes; while they do not compile, nothing is allowed; without any, all is")
    func folder() throws {
        let folder = try TemporaryFolder()
        let policies = PolicyFolder(path: folder.path("policies"), locator: Rules.locator, freshness: 0)
        func decide() -> PolicyVerdict? {
            policies.refresh()
            return policies.decide(Rules.question())
        }
        #expect(decide() == nil)
        try folder.write("policies/access.rego", "package martlet.access\ndeny contains \"No.\" if data.closed")
        try folder.write("policies/access_test.rego", "package martlet.access_test\nthis does not compile and takes no part")
        #expect(decide()?.isAllowed == true)
        let first = policies.revision
        try folder.write("policies/data.json", #"{"closed": true}"#)
        #expect(decide()?.reasons == ["No."])
        #expect(policies.revision != first && policies.revision != nil)
        try folder.write("policies/more.rego", "package martlet.access\ndeny contains")
        #expect(decide()?.isAllowed == false)
        #expect(decide()?.failure?.contains("policies/more.rego:2") == true)
        try folder.write("policies/more.rego", "package martlet.access\ndeny contains \"Nor this.\"")
        #expect(decide()?.reasons.count == 2)
        try FileManager.default.removeItem(atPath: folder.path("policies"))
        #expect(decide() == nil)
    }

    @Test(
        "An answer is kept only where it cannot vary with the time",
        arguments: [
            ("deny contains \"x\" if { input.action == \"a\"; input.time > 5 }", true, false),
            ("deny contains \"x\" if { \"a\" == input.action; input.time > 5 }", true, false),
            ("deny contains \"x\" if { input.time > 5; input.action == \"a\" }", true, true),
            ("deny contains \"x\" if { not input.action == \"a\"; input.time > 5 }", true, true),
            ("deny contains \"x\" if { input.action != \"a\"; input.time > 5 }", true, true),
            ("deny contains \"x\" if { input.action == \"a\"; late }\nlate if input.time > 5", true, true),
            ("deny contains \"x\" if { input.action == \"a\"; late }\nlate if { input.action == \"a\"; input.time > 5 }", true, false),
            ("deny contains \"x\" if late\nlate if { input.action == \"a\"; true } else := input.time > 5", true, true),
            ("deny contains \"x\" if input.principal.id == \"a\"", false, false),
            ("deny contains \"x\" if input[\"time\"] > 5", true, true),
            ("deny contains \"x\" if { some k; input[k] == 5 }", true, true),
            ("deny contains \"x\" if object.get(input, \"time\", 0) > 5", true, true),
            ("deny contains \"x\" if { f := input; f.time > 5 }", true, true), ("deny contains \"x\" if time.now_ns() > 5", true, true),
            ("deny contains \"x\" if rand.intn(\"a\", 2) == 1", true, true),
            ("import input.time as t\ndeny contains \"x\" if t > 5", true, true),
            ("deny contains \"x\" if { y with input as {\"action\": \"a\"} }\ny if { input.action == \"a\"; input.time > 5 }", true, true),
            ("deny contains \"x\" if count([1 | input.time > 5]) > 0", true, true),
            ("deny contains sprintf(\"%d\", [input.time]) if true", true, true),
            ("deny contains \"x\" if { some r in input.principal.roles; r == \"b\" }", false, false),
            ("deny contains \"x\" if time.weekday(input.facts.day) == \"Friday\"", false, false),
        ] as [(String, Bool, Bool)])
    func dependence(_ rules: String, a: Bool, b: Bool) throws {
        let set = try Rules.set("package martlet.access\n\(rules)")
        #expect(set.canVary("a") == a)
        #expect(set.canVary("b") == b)
    }

    @Test("may use functions of a file that is read later")
    func several() throws {
        let lib = PolicyFile(name: "policies/lib.rego", source: "package lib\nis_risky(x) if x > 3")
        let set = try Rules.set("package martlet.access\nimport data.lib\ndeny contains \"Risky.\" if lib.is_risky(input.facts.x)", lib)
        #expect(set.decide(Rules.question(facts: ["x": 4])).reasons == ["Risky."])
        #expect(set.decide(Rules.question(facts: ["x": 3])).isAllowed)
    }

    @Test("A question holds what is known and no null; its time is in whole nanoseconds")
    func question() {
        let question = Rules.question(resource: PolicyResource(subject: "model:loans@champion"), facts: ["a": 1])
        let json = #"""
            {"principal":{"id":"ann","roles":["owner"],"via":"session"},"action":"model.promote","resource":{"kind":"model","name":"loans","alias":"champion"},"project":"loans","time":1795000000000000000,"facts":{"a":1}}
            """#
        #expect(question.json.compact == json)
        #expect(PolicyResource(subject: "/endpoints/a") == PolicyResource(kind: "page", name: "/endpoints/a"))
        #expect(PolicyResource(subject: "command:model promote") == PolicyResource(kind: "command", name: "model promote"))
    }

    @Test("Tests of policies are told by file and line; what is not true fails")
    func testing() throws {
        let folder = try TemporaryFolder([
            "policies/access.rego": "package martlet.access\ndeny contains \"No.\" if input.action == \"a\"",
            "policies/access_test.rego": """
            package martlet.access_test

            import data.martlet.access

            test_denied if access.deny == {"No."} with input as {"action": "a"}

            test_wrong if access.deny == set() with input as {"action": "a"}
            """,
        ])
        let results = try PolicyTesting.run(folder: folder.path("policies"), locator: Rules.locator)
        #expect(
            results.map { "\($0.place) \($0.name) \($0.failure ?? "holds")" } == [
                "policies/access_test.rego:5 martlet.access_test.test_denied holds",
                "policies/access_test.rego:7 martlet.access_test.test_wrong undefined",
            ])
    }

    @Test("A rehearsal finds the decisions that would have been others, each at its own time")
    func rehearsal() throws {
        let friday = Timestamp("2026-11-27T17:00:00Z"), thursday = Timestamp("2026-11-26T17:00:00Z")
        let past = [friday, thursday].compactMap { $0 }.map { RecordedDecision(at: $0, input: Rules.question(at: $0).json, isAllowed: true) }
        let rehearsal = PolicyRehearsal(past, under: try Rules.set(Rules.many))
        #expect(rehearsal.count == 2)
        #expect(rehearsal.flips.map(\.decision.at) == [friday])
        #expect(rehearsal.flips.first?.verdict.reasons == ["No promotions on Friday after 16:00."])
        let denied = RecordedDecision(at: past[0].at, input: past[0].input, isAllowed: false)
        #expect(PolicyRehearsal([denied], under: nil).flips.count == 1)
    }
}
