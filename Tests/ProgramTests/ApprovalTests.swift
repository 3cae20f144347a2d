import Foundation
import Support
import TestSupport
import Testing

/// A project whose champion needs a validator's approval, with people whom it knows.
struct ApprovedLoans {
    static let rule = "promotion: {champion: {gates: all, approve: [validator], author_may_approve: false}}\n"

    let folder: TemporaryFolder
    /// Tokens by name.
    private(set) var tokens: [String: String] = [:]

    /// A project that has run, and waits.
    /// - Parameter people: whether olga (owner), max (maintainer), carl (contributor), vera and vito (validators) are known.
    init(people: Bool = true) async throws {
        folder = try Loans.project()
        try folder.write("martlet.yaml", Loans.settings() + Self.rule)
        if people {
            for (name, role) in [("olga", "owner"), ("max", "maintainer"), ("carl", "contributor"), ("vera", "validator"), ("vito", "validator")] {
                try await add(name, role)
            }
        }
        let run = try await folder.martlet("run", "--quiet")
        guard run.status == 3, run.errors.contains("waits for approval by validator") else {
            throw ChildFailure(description: run.output + run.errors)
        }
    }

    /// Adds a person with the password “NAME's long password” and a token.
    mutating func add(_ name: String, _ role: String) async throws {
        let added = try await Child.run(
            Program.path ?? "", ["user", "add", name, "--name", name.capitalized, "--role", role, "--password"], in: folder.path,
            environment: Program.environment(), input: Self.password(name) + "\n")
        guard added.status == 0 else { throw ChildFailure(description: added.errors) }
        tokens[name] = try await token("\(name)-all", name)
        if role == "validator" {
            tokens["\(name) signs"] = try await token("\(name)-signs", name, "--scope", "approval.give", "--scope", "project.read")
        }
    }

    private func token(_ token: String, _ name: String, _ options: String...) async throws -> String {
        try await Program.run(["token", "add", token, "--for", name, "--json"] + options, in: folder.path).json["token"].text ?? ""
    }

    static func password(_ name: String) -> String { "\(name)'s long password" }

    /// Runs a command through a server as somebody.
    func ask(_ server: LiveServer, _ who: String, _ words: String..., input: String = "") async throws -> Outcome {
        var environment = ["MARTLET_URL": "http://127.0.0.1:\(server.port)"]
        environment["MARTLET_TOKEN"] = tokens[who]
        return try await Child.run(Program.path ?? "", words, in: "/", environment: Program.environment(environment), input: input)
    }
}

@Suite("Approval", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct ApprovalTests {
    @Test("lets a version wait, is asked for, signed with a password, and then the version takes champion") func story() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        let waits = try await loans.ask(server, "max", "model", "promote", "model:loans@v1", "--json")
        #expect(waits.status == 3 && waits.errors.contains("waits for approval by validator"))
        let asked = try await loans.ask(server, "max", "approval", "request", "model:loans@v1", "--note", "please\n  ✓ Vera signed", "--json")
        #expect(try asked.json["note"].text == "please ✓ Vera signed", "What somebody wrote is no line of ours.")
        #expect(try asked.json["state"].text == "open", "\(asked.errors)")
        let status = try await loans.ask(server, "max", "status", "--json")
        #expect(try status.json["waiting"].elements.first?["command"].text == "martlet approval approve 1")
        let bare = try await loans.ask(server, "vera", "approval", "approve", "1")
        #expect(bare.status == 3 && bare.errors.contains("proof of its own"))
        let wrong = try await loans.ask(server, "vera", "approval", "approve", "1", "--password", input: "something else\n")
        #expect(wrong.status == 1 && wrong.errors.contains("password is wrong"))
        let signed = try await loans.ask(
            server, "vera", "approval", "approve", "1", "--password", "--json", input: ApprovedLoans.password("vera") + "\n")
        let answer = try #require(try signed.json["answers"].elements.first, "\(signed.errors)")
        #expect(answer["name"].text == "Vera" && answer["meaning"].text == "I approve this version for champion" && answer["via"].text == "password")
        #expect(try signed.json["state"].text == "approved")
        let ready = try await loans.folder.martlet("run", "--quiet")
        #expect(ready.status == 3 && ready.errors.contains("martlet model promote model:loans@v1"))
        let promoted = try await loans.ask(server, "max", "model", "promote", "model:loans@v1")
        #expect(promoted.status == 0 && promoted.output.contains("approved by Vera as validator"), "\(promoted.errors)")
        #expect(try await loans.folder.martlet("run", "--quiet").status == 0)
        let prediction = try #require(try await server.infer(incomes: [40], token: loans.tokens["carl"]).first)
        let why = try await loans.ask(server, "olga", "why", "\(prediction)", "--json")
        let link = try #require(try why.json["links"].elements.first { $0["ref"].text == "approval:1" }, "\(why.output)")
        #expect(link["facts"].elements.contains { $0["name"].text == "approved" && $0["value"].text?.contains("Vera") == true }, "\(link)")
        _ = await server.interrupt()
    }

    @Test("A token that can only sign is a signature too; a rejection stands until it is taken back") func rejection() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        #expect(try await loans.ask(server, "carl", "approval", "request", "model:loans@v1").status == 0)
        #expect(try await loans.ask(server, "vera signs", "approval", "approve", "1").status == 0)
        #expect(try await loans.ask(server, "vito signs", "approval", "reject", "1", "--reason", "too coarse").status == 0)
        let refused = try await loans.ask(server, "max", "model", "promote", "model:loans@v1")
        #expect(refused.status == 3 && refused.errors.contains("Vito rejected it: too coarse"))
        #expect(try await loans.ask(server, "vito signs", "approval", "revoke", "1", "--reason", "my mistake").status == 0)
        let again = try await loans.ask(server, "vito signs", "approval", "approve", "1")
        #expect(again.status == 3 && again.errors.contains("has answered request 1 already"))
        #expect(try await loans.ask(server, "max", "model", "promote", "model:loans@v1").status == 0)
        _ = await server.interrupt()
    }

    @Test("Breaking the glass needs the permission, a reason and a green gate, and status names it until somebody else has reviewed it")
    func override() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        #expect(try await loans.ask(server, "olga", "model", "promote", "model:loans@v1", "--override").status == 2)
        let maintainer = try await loans.ask(server, "max", "model", "promote", "model:loans@v1", "--override", "--reason", "fire")
        #expect(maintainer.status == 1 && maintainer.errors.contains("approval.override"))
        let folder = try await loans.folder.martlet("model", "promote", "model:loans@v1", "--override", "--reason", "fire")
        #expect(folder.status == 3 && folder.errors.contains("somebody whom Martlet knows"))
        let broken = try await loans.ask(server, "olga", "model", "promote", "model:loans@v1", "--override", "--reason", "fire")
        #expect(broken.status == 0 && broken.output.contains("approvals overridden: fire"), "\(broken.errors)")
        let status = try await loans.folder.martlet("status")
        #expect(status.output.contains("martlet approval review 1") && status.output.contains("fire"))
        let own = try await loans.ask(
            server, "olga", "approval", "review", "1", "--note", "fine", "--password", input: ApprovedLoans.password("olga") + "\n")
        #expect(own.status == 3 && own.errors.contains("somebody else has to review it"))
        #expect(try await loans.ask(server, "vera signs", "approval", "review", "1", "--note", "it burnt").status == 0)
        #expect(try await loans.folder.martlet("status", "--json").json["waiting"].elements.isEmpty)
        _ = await server.interrupt()
    }

    @Test("Going back to a version that came in by an override needs an approval now, or another override") func rollback() async throws {
        let loans = try await ApprovedLoans()
        let server = try await LiveServer(loans.folder)
        #expect(try await loans.ask(server, "olga", "model", "promote", "model:loans@v1", "--override", "--reason", "fire").status == 0)
        try loans.folder.replace("num_leaves: 7", with: "num_leaves: 9")
        #expect(try await loans.folder.martlet("run", "--quiet").status == 3)
        #expect(try await loans.ask(server, "carl", "approval", "request", "model:loans@v2").status == 0)
        #expect(try await loans.ask(server, "vera signs", "approval", "approve", "1").status == 0)
        #expect(try await loans.ask(server, "max", "model", "promote", "model:loans@v2").status == 0)
        let refused = try await loans.ask(server, "max", "model", "rollback")
        #expect(refused.status == 3 && refused.errors.contains("model:loans@v1 waits for approval by validator"), "\(refused.errors)")
        let override = try await loans.ask(server, "olga", "model", "rollback", "--override", "--reason", "v2 is worse")
        #expect(override.status == 0 && override.output.contains("model:loans@v1"), "\(override.errors)")
        #expect(try await loans.folder.martlet("status", "--json").json["waiting"].elements.count == 2)
        _ = await server.interrupt()
    }

    @Test("Without users the folder's login name signs, marked as not authenticated, and not for its own work") func folder() async throws {
        let loans = try await ApprovedLoans(people: false)
        #expect(try await loans.folder.martlet("approval", "request", "model:loans@v1").status == 0)
        let own = try await loans.folder.martlet("approval", "approve", "1")
        #expect(own.status == 3 && own.errors.contains("nobody approves their own work"))
        let other = try await loans.folder.martlet("approval", "approve", "1", environment: ["USER": "vera"])
        #expect(other.status == 0 && other.output.contains("not authenticated by Martlet"), "\(other.errors)")
        #expect(try await loans.folder.martlet("model", "promote", "model:loans@v1").status == 0)
    }
}
