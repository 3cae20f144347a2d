import Foundation
import Support
import TestSupport
import Testing

@Suite("The record", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct AuditTests {
    private func git(_ folder: TemporaryFolder, _ arguments: String...) async throws -> Outcome {
        try await Child.run("/usr/bin/env", ["git"] + arguments, in: folder.path, environment: Program.environment())
    }

    /// Changes the database behind the program's back.
    private func tamper(_ folder: TemporaryFolder, _ sql: String) async throws {
        let script = "import sqlite3, sys; c = sqlite3.connect('.martlet/martlet.db'); c.executescript(sys.argv[1]); c.commit()"
        let done = try await Child.run("/usr/bin/env", ["python3", "-c", script, sql], in: folder.path, environment: Program.environment())
        #expect(done.status == 0, "\(done.errors)")
    }

    @Test("is listed by who, what and when, holds, and names the first record that was changed") func verify() async throws {
        let folder = try await Loans.trained()
        let whole = try await folder.martlet("audit", "verify", "--json")
        #expect(whole.status == 0, "\(whole.output)\(whole.errors)")
        let records = try whole.json["records"].int ?? 0
        #expect(records > 5)
        let promoted = try await folder.martlet("audit", "log", "--kind", "model.promoted", "--since", "1d", "--actor", "tester", "--json")
        #expect(try promoted.json.elements.map { $0["subject"].text } == ["model:loans@v1"])
        #expect(try await folder.martlet("audit", "log", "--subject", "model:loans@v1").output.contains("gate.judged"))
        let exported = try await folder.martlet("audit", "export", "-o", folder.path("out.jsonl"))
        #expect(exported.status == 0 && exported.output.contains("\(records) events"))
        #expect(try folder.read("out.jsonl") == (await folder.martlet("audit", "export")).output)
        try await tamper(folder, "UPDATE event SET actor = 'eve' WHERE seq = 3")
        let changed = try await folder.martlet("audit", "verify")
        #expect(changed.status == 1 && changed.output.contains("Record 3 is the first bad one"), "\(changed.output)")
        let anchor = try await folder.martlet("audit", "anchor", "--file", "anchors.jsonl")
        #expect(anchor.status == 1 && !folder.has("anchors.jsonl"), "what does not hold is not vouched for")
    }

    @Test(
        "is held against the database: an alias, a role or a confirmation that came there past the program is told",
        arguments: [
            (
                "INSERT INTO alias_move (model, alias, version, at, actor, reason) VALUES ('loans', 'champion', 1, 1, 'tester', 'mine')",
                "aliases of loans"
            ),
            ("DELETE FROM alias_move", "aliases of loans"),
            ("INSERT INTO role_binding VALUES ('bob', 'owner')", "“bob” has owner, viewer in the database, and viewer by the record"),
            (
                "UPDATE identity SET principal = 'ann'",
                "The identity 7 at https://id.example belongs to “ann” in the database, and to “bob” by the record"
            ),
            ("INSERT INTO identity VALUES ('i', 's', 'ann', 1)", "The identity s at i belongs to “ann” in the database, and to nobody by the record"),
            ("DELETE FROM identity", "The identity 7 at https://id.example belongs to nobody in the database, and to “bob” by the record"),
            ("UPDATE principal SET disabled = 0", "“eve” has viewer in the database, and shut out, viewer by the record"),
            (
                "UPDATE charter_confirmation SET digest = (SELECT json_extract(body, '$.charter') FROM event WHERE kind = 'settings.recorded')",
                "confirmed"
            ),
            ("DELETE FROM principal", "“ann” is unknown in the database, and owner by the record"),
            ("UPDATE principal SET kind = 'service' WHERE id = 'bob'", "“bob” has a service, viewer in the database"),
            ("UPDATE principal SET password = 'scrypt:1:1:1:00:00' WHERE id = 'ann'", "Among the passwords, "),
            ("UPDATE token SET scopes = NULL", "Among the tokens, “narrow” is not what the record tells"),
            ("UPDATE token SET hash = 'x'", "Among the tokens, “narrow” is not what the record tells"),
            (
                "INSERT INTO token (name, principal, hash, hint, created) VALUES ('mine', 'ann', 'h', 'h', 1)",
                "Among the tokens, the database has “mine”"
            ),
            ("INSERT INTO session (hash, principal, expires) VALUES ('h', 'ann', 9000000000000000)", "“ann” has a session that nobody began"),
            ("UPDATE model_version SET digest = '\(String(repeating: "0", count: 64))'", "Among the model versions, “model:loans@v1”"),
            ("UPDATE model_version SET authors = '[]'", "Among the model versions, “model:loans@v1”"),
            ("UPDATE check_result SET verdict = 'green', objective = objective || 'x'", "Among the judgements"),
            ("INSERT INTO promotion_rule (at, actor, body) VALUES (1, 'ann', '{\"approve\":[]}')", "rule of promotion"),
        ]) func discrepancies(_ sql: String, _ told: String) async throws
    {
        let folder = try await Loans.trained()
        let (issuer, subject) = (["--issuer", "https://id.example", "--subject"], ["7"])
        for words in [
            ["user", "add", "ann", "--role", "owner"], ["user", "add", "bob"], ["user", "add", "eve"], ["user", "link", "eve"] + issuer + ["8"],
            ["user", "link", "ann"] + issuer + subject, ["user", "unlink", "--yes"] + issuer + subject, ["user", "link", "bob"] + issuer + subject,
            ["user", "rm", "eve", "--yes"], ["token", "add", "narrow", "--for", "ann", "--scope", "project.read"],
        ] {
            #expect(try await Program.run(words, in: folder.path).status == 0)
        }
        #expect(try await folder.martlet("audit", "verify").status == 0)
        try await tamper(folder, "INSERT INTO charter_confirmation (digest, at, actor) VALUES ('x', 1, 'tester')")
        #expect(try await folder.martlet("audit", "verify").status == 0, "a confirmation of nothing that is at work")
        try await tamper(folder, sql)
        let found = try await folder.martlet("audit", "verify")
        #expect(found.status == 1 && found.output.contains(told), "\(found.output)")
    }

    @Test("is anchored in a real Git note and in a file, and both tell of a record that was written anew") func anchors() async throws {
        let folder = try await Loans.trained()
        let elsewhere = try TemporaryFolder()
        #expect(try await folder.martlet("audit", "anchor", "--git").status == 1, "no repository yet")
        for step in [["init", "-q"], ["add", "martlet.yaml"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "first"]] {
            #expect(try await Child.run("/usr/bin/env", ["git"] + step, in: folder.path, environment: Program.environment()).status == 0)
        }
        let set = try await folder.martlet("audit", "anchor", "--git", "--file", elsewhere.path("anchors.jsonl"))
        #expect(set.status == 0, "\(set.errors)")
        #expect(try await git(folder, "notes", "--ref=martlet", "show", "HEAD").output.contains("martlet_audit"))
        let good = try await folder.martlet("audit", "verify", "--json")
        #expect(good.status == 0)
        #expect(try good.json["anchors"].elements.map { $0["state"].text } == ["matches", "matches"])
        let number = try good.json["anchors"].elements[0]["sequence"].int ?? 0
        // Whoever removes the last records, the head and every trace of the anchors inside the folder is betrayed by the note alone.
        try await tamper(folder, "DELETE FROM event WHERE seq >= \(number); UPDATE audit_start SET seq = 1000")
        try folder.remove(".martlet/audit-head")
        try folder.remove(".martlet/anchors.jsonl")
        let cut = try await folder.martlet("audit", "verify")
        #expect(cut.status == 1 && cut.output.contains("Record \(number) is the first bad one"), "\(cut.output)")
        #expect(cut.output.contains("Git note") && cut.output.contains("does not match"))
        _ = try await git(folder, "update-ref", "-d", "refs/notes/martlet")
        #expect(try await folder.martlet("audit", "verify").status == 0, "inside the folder alone nothing is left that could tell")
        let named = try await folder.martlet("audit", "verify", "--file", elsewhere.path("anchors.jsonl"))
        #expect(named.status == 1 && named.output.contains(elsewhere.path("anchors.jsonl")), "\(named.output)")
    }

    @Test("is stamped by an authority; openssl finds the signature good; another nonce is refused") func timeStamps() async throws {
        let folder = try await Loans.trained()
        let authority = try await LocalAuthority()
        let set = try await folder.martlet("audit", "anchor", "--rfc3161", authority.url, "--json")
        #expect(set.status == 0, "\(set.errors)")
        let anchor = try set.json["anchors"].elements[0]
        let (hash, reply) = (anchor["hash"].text ?? "", anchor["reply"].text ?? "")
        let path = folder.path(".martlet/objects/\(reply.prefix(2))/\(reply.dropFirst(2))")
        let checked = try await openssl(["ts", "-verify", "-digest", hash, "-in", path, "-CAfile", authority.certificate], in: folder.path)
        #expect(checked.status == 0 && checked.output.contains("Verification: OK"), "\(checked.errors)")
        let other = try await openssl(
            ["ts", "-verify", "-digest", String(repeating: "0", count: 64), "-in", path, "-CAfile", authority.certificate], in: folder.path)
        #expect(other.status != 0)
        let good = try await folder.martlet("audit", "verify", "--json")
        #expect(try good.json["anchors"].elements.map { $0["state"].text } == ["matches"])
        let old = try await folder.martlet("audit", "anchor", "--rfc3161", authority.url + "old")
        #expect(old.status == 1 && (old.errors.contains("nonce") || old.errors.contains("another digest")), "\(old.errors)")
        let nobody = try await folder.martlet("audit", "anchor", "--rfc3161", "http://127.0.0.1:\(try OneRequestServer.freePort())/")
        #expect(nobody.status == 4)
        #expect(try await folder.martlet("audit", "log", "--kind", "audit", "--json").json.elements.count == 1)
    }

    @Test("is read through a server by whoever may, which touches no file that is named to it; reads of predictions are in it") func remote()
        async throws
    {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let there = ["MARTLET_URL": "http://127.0.0.1:\(server.port)"]
        _ = try await server.infer(incomes: [30])
        _ = try await server.request("GET", "/endpoints/loans")
        _ = try await server.request("GET", "/api/v1/endpoints/loans")
        let listed = try await Program.run(["audit", "log", "--kind", "predictions", "--json"], in: "/", environment: there)
        #expect(try listed.json.elements.map { $0["subject"].text } == ["endpoint:loans"], "\(listed.output)\(listed.errors)")
        #expect(try await Program.run(["audit", "verify"], in: "/", environment: there).status == 0)
        let file = try await Program.run(["audit", "export", "-o", "/tmp/x.jsonl"], in: "/", environment: there)
        #expect(file.status == 2 && file.errors.contains("does not touch files"))
        let body = #"{"arguments": ["audit", "verify", "--file", "/etc/passwd"]}"#
        #expect(try await server.request("POST", "/api/v1/commands", body: body).body.contains("does not touch files"))
        let past = try await server.request("GET", "/api/v1/home?as_of=2020-01-01")
        #expect(past.status == 200, "\(past.body)")
        let home = try JSONValue(parsing: past.body)
        #expect(home["champion"].isNull && home["as_of"].text == "2020-01-01T00:00:00Z")
        #expect(try await server.request("GET", "/api/v1/home?as_of=never").status == 400)
        let status = try await Program.run(["status", "--as-of", "2020-01-01"], in: "/", environment: there)
        #expect(status.status == 0 && status.output.contains("As of 2020-01-01T00:00:00Z"), "\(status.errors)")
        #expect(try await folder.martlet("status", "--as-of", "2020-01-01").output == status.output)
        _ = await server.interrupt()
    }
}
