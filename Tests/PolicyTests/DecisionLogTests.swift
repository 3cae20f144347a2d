import Policy
import Support
import TestSupport
import Testing

@Suite("The decision log")
struct DecisionLogTests {
    let clock = ManualClock(Timestamp(microseconds: 1_795_000_000_000_000))

    private func log(_ folder: TemporaryFolder, fileLimit: Int = 1 << 20, kept: Int = 3) -> DecisionLog {
        DecisionLog(
            folder: folder.path("decisions"), version: "1.2.3", clock: clock, identifiers: IdentifierSource(clock: clock, seed: 1),
            fileLimit: fileLimit,
            kept: kept)
    }

    private func verdict(_ result: JSONValue) -> PolicyVerdict {
        var verdict = PolicyVerdict(document: result, needsAllow: false, nanoseconds: 1234)
        verdict.revision = "abc"
        return verdict
    }

    @Test("has the fields of OPA's, and secrets are taken out with a pointer to where they were")
    func shape() throws {
        let folder = try TemporaryFolder()
        let facts: JSONValue = ["score": 0.5, "Password": "p", "deep": ["a/b~c": ["api_key": 1], "list": ["x", "a mlt_secret b"]]]
        try log(folder).add(Rules.question(facts: facts), verdict(["deny": ["No."]]), isAllowed: false)
        let line = try JSONValue(parsing: try folder.read("decisions/denied.jsonl"))
        #expect(line.members.map(\.key) == ["labels", "decision_id", "bundles", "path", "input", "result", "erased", "timestamp", "metrics"])
        #expect(line["labels"]["version"].text == "1.2.3")
        #expect(line["decision_id"].text?.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(line["bundles"] == ["martlet": ["revision": "abc"]])
        #expect(line["path"] == "martlet/access")
        #expect(line["result"] == ["deny": ["No."], "allow": false])
        #expect(line["erased"] == ["/input/facts/Password", "/input/facts/deep/a~1b~0c/api_key", "/input/facts/deep/list/1"])
        #expect(line["input"]["facts"] == ["score": 0.5, "deep": ["a/b~c": .object([]), "list": ["x", ""]]])
        #expect(line["metrics"] == ["timer_rego_query_eval_ns": 1234])
        #expect(line["timestamp"].text == clock.now().description)
    }

    @Test("is bounded: full files are set aside and the oldest go, and denials push out nothing that was allowed")
    func bounded() throws {
        let folder = try TemporaryFolder()
        let log = log(folder, fileLimit: 1000)
        try log.add(Rules.question(), nil, isAllowed: true)
        for _ in 0..<40 {
            clock.advance(bySeconds: 1)
            try log.add(Rules.question(), verdict(["deny": ["No."]]), isAllowed: false)
        }
        let files = try folder.files(under: "decisions")
        #expect(files.filter { $0.hasPrefix("denied-") }.count == 3)
        #expect(files.contains("allowed.jsonl"))
        let read = try DecisionLog.decisions(in: folder.path("decisions"), since: Timestamp(microseconds: 0))
        #expect(read.count > 4 && read.first?.isAllowed == true && read.last?.at == clock.now() && read.last?.revision == "abc")
        #expect(read.map(\.at) == read.map(\.at).sorted())
    }

    @Test("is read without what a crash broke off, without what is older, and without what only the roles decided")
    func reading() throws {
        let folder = try TemporaryFolder()
        let log = log(folder)
        try log.add(Rules.question(), nil, isAllowed: true)
        clock.advance(bySeconds: 60)
        try log.add(Rules.question("charter.confirm"), nil, isAllowed: true)
        try log.add(Rules.question(), nil, isAllowed: false, by: .roles)
        try folder.write("decisions/allowed.jsonl", try folder.read("decisions/allowed.jsonl") + #"{"labels":{"id":"#)
        let read = try DecisionLog.decisions(in: folder.path("decisions"), since: clock.now())
        #expect(read.map { $0.input["action"].text } == ["charter.confirm"])
        #expect(try DecisionLog.decisions(in: folder.path("nowhere"), since: clock.now()).isEmpty)
    }
}
