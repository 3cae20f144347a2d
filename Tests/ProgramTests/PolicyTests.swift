import Foundation
import Support
import TestSupport
import Testing

@Suite("Policies of a project", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct PolicyTests {
    private static let rules = """
        package martlet.access

        deny contains "Versions are promoted by people." if {
            input.action == "model.promote"
            startswith(input.principal.via, "token:ci")
        }

        """

    private static let ruleOnVersions = """
        package martlet.access

        deny contains "Version 1 is withdrawn." if {
            input.action == "model.promote"
            input.resource.version == 1
        }

        """

    private static let tests = """
        package martlet.access_test

        import data.martlet.access

        test_people if count(access.deny) == 0 with input as {"action": "model.promote", "principal": {"via": "session"}}

        test_programs if count(access.deny) == 1 with input as {"action": "model.promote", "principal": {"via": "token:ci"}}

        """

    @Test("are listed and tested; a test that fails is exit code 1 with file and line")
    func tested() async throws {
        let folder = try Loans.project()
        let none = try await folder.martlet("policy", "list")
        #expect(none.status == 0 && none.output.contains("roles alone"))
        #expect(try await folder.martlet("policy", "test").status == 1)
        try folder.write("policies/access.rego", Self.rules)
        try folder.write("policies/access_test.rego", Self.tests)
        let listed = try await folder.martlet("policy", "list", "--json").json
        #expect(listed["policies"].elements.map(\.["rules"]) == [["deny"]])
        let tested = try await folder.martlet("policy", "test")
        #expect(tested.status == 0 && tested.output.contains("2 of 2 tests hold"), "\(tested)")
        try folder.write("policies/access_test.rego", Self.tests.replacingOccurrences(of: "== 1", with: "== 2"))
        let failed = try await folder.martlet("policy", "test")
        #expect(failed.status == 1 && failed.output.contains("policies/access_test.rego:7"), "\(failed)")
        try folder.write("policies/access.rego", Self.rules + "deny contains")
        let broken = try await folder.martlet("policy", "test")
        #expect(broken.status == 1 && broken.errors.contains("policies/access.rego:"), "\(broken)")
    }

    @Test("decide on a running server from the second in which they are written, and a rehearsal tells what they would have changed")
    func decided() async throws {
        let folder = try await Loans.trained()
        func secret(_ name: String) async throws -> String {
            try await folder.martlet("token", "add", name, "--for", "ann", "--json").json["token"].text ?? ""
        }
        #expect(try await folder.martlet("user", "add", "ann", "--role", "owner").status == 0)
        let (laptop, ci) = (try await secret("laptop"), try await secret("ci"))
        let server = try await LiveServer(folder)
        func promote(_ token: String, _ words: String...) async throws -> Outcome {
            try await Program.run(
                ["model", "promote"] + (words.isEmpty ? ["model:loans@v1"] : words), in: "/",
                environment: ["MARTLET_URL": "http://127.0.0.1:\(server.port)", "MARTLET_TOKEN": token])
        }
        #expect(try await promote(ci).status == 0)
        let draft = try TemporaryFolder(["access.rego": Self.rules])
        let rehearsed = try await folder.martlet("policy", "rehearse", "--since", "1d", "--policies", draft.path, "--json").json
        #expect(rehearsed["flips"].elements.map { $0["input"]["principal"]["via"].text } == ["token:ci"])
        #expect(rehearsed["flips"].elements.first?["reason"].text == "Versions are promoted by people.")
        #expect((rehearsed["decisions"].int ?? 0) > 1)
        try folder.write("policies/access.rego", Self.rules)
        var denied = try await promote(ci)
        while denied.status == 0 { denied = try await promote(ci) }
        #expect(denied.status == 1 && denied.errors.contains("Versions are promoted by people."), "\(denied)")
        #expect(try await promote(laptop).status == 0)
        let line = try folder.read(".martlet/decisions/denied.jsonl").split(separator: "\n").first.map(String.init) ?? ""
        let entry = try JSONValue(parsing: line)
        #expect(entry["input"]["resource"] == ["kind": "model", "name": "loans", "version": 1, "alias": "champion"])
        #expect(entry["input"]["facts"]["command"].text == "model promote")
        #expect(entry["result"]["allow"].flag == false)
        try folder.write("policies/access.rego", Self.ruleOnVersions)
        var named = try await promote(laptop, "model:loans@champion")
        while named.status == 0 { named = try await promote(laptop, "model:loans@champion") }
        #expect(named.errors.contains("Version 1 is withdrawn."), "An alias hides no version: \(named)")
        let overridden = try await promote(laptop, "model:loans@v1", "--override", "--reason", "it is urgent")
        #expect(overridden.errors.contains("Version 1 is withdrawn."), "An override of approvals passes over no policy: \(overridden)")
        let end = await server.interrupt()
        #expect(end.status == 0, "\(end)")
    }
}
