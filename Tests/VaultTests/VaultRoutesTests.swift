import Access
import Events
import Foundation
import HTTPTestSupport
import Secrets
import Support
import TestSupport
import Testing

@Suite("Vault's routes")
struct VaultRoutesTests {
    @Test("answer in Vault's envelope, and record what was read and written without a value")
    func envelope() async throws {
        let house = try VaultHouse()
        try await house.serve { asker in
            let written = try await asker.ask(
                "PUT", "secret/data/team/db", house.owner, body: ["data": ["password": "T0PSECRET"], "options": ["cas": 0]])
            #expect(written.status == 200)
            let metadata: JSONValue = [
                "created_time": "2026-11-01T12:00:00Z", "custom_metadata": nil, "deletion_time": "", "destroyed": false, "version": 1,
            ]
            #expect(written.json["data"] == metadata)
            let read = try await asker.ask("GET", "secret/data/team/db", house.owner)
            #expect(read.json["data"] == ["data": ["password": "T0PSECRET"], "metadata": metadata])
            #expect(
                read.json.members.map(\.key) == ["request_id", "lease_id", "renewable", "lease_duration", "data", "wrap_info", "warnings", "auth"])
            #expect(read.json["request_id"].text?.utf8.count == 36)
            let missing = try await asker.ask("GET", "secret/data/none", house.owner)
            #expect(missing.status == 404 && missing.json == ["errors": []])
        }
        #expect(try house.events("secret.") == ["ann secret.read secret:team/db", "ann secret.set secret:team/db"])
        for event in try house.house.events.latest(100) {
            let body = event.body.compact
            #expect(!body.contains("T0PSECRET"))
        }
        let stored = try house.folder.read("p/secrets.json")
        #expect(!stored.contains("T0PSECRET"))
    }

    @Test("need the permission that each names: values for owner and maintainer, nothing for others, and each refusal is recorded")
    func permissions() async throws {
        let house = try VaultHouse()
        try await house.serve { asker in
            let data: JSONValue = ["data": ["a": "b"]]
            for (method, path) in [
                ("GET", "secret/data/x"), ("PATCH", "secret/data/x"), ("POST", "secret/data/x"), ("DELETE", "secret/data/x"),
                ("POST", "secret/delete/x"), ("POST", "secret/undelete/x"), ("POST", "secret/destroy/x"), ("GET", "secret/metadata/x"),
                ("GET", "secret/metadata?list=true"), ("POST", "secret/metadata/x"), ("DELETE", "secret/metadata/x"), ("GET", "sys/mounts"),
                ("GET", "sys/internal/ui/mounts/secret/x"), ("GET", "secret/config"), ("GET", "none/of/it"),
            ] {
                for token in [nil, "mlt_wrong", house.viewer] {
                    let answer = try await asker.ask(method, path, token, body: method == "GET" || method == "DELETE" ? Optional.none : data)
                    #expect(answer.status == 403 && answer.json["errors"].elements.first == "permission denied", "\(method) \(path)")
                }
            }
            #expect(try await asker.ask("POST", "secret/data/x", house.worker, body: data).status == 403, "A token's scope narrows it.")
            #expect(try await asker.ask("GET", "secret/data/x", house.worker).status == 404)
            #expect(try await asker.ask("GET", "secret/data/x", nil, headers: ["Authorization": "Bearer \(house.worker)"]).status == 404)
            let both = try await asker.ask("GET", "secret/data/x", house.worker, headers: ["Authorization": "Bearer \(house.owner)"])
            #expect(both.status == 403, "Two tokens that differ are none.")
        }
        #expect(try house.events("access.denied").contains("vera access.denied secret:x"))
        #expect(try house.secrets.list().isEmpty)
    }

    @Test("give no secret where nobody is registered, even on this machine") func open() async throws {
        let house = try VaultHouse(registers: false)
        try await house.serve { asker in
            let read = try await asker.ask("GET", "secret/data/x")
            let written = try await asker.ask("POST", "secret/data/x", body: ["data": ["a": "b"]])
            let health = try await asker.ask("GET", "sys/health")
            #expect([read, written, health].map(\.status) == [403, 403, 200])
        }
    }

    @Test("refuse what they do not read: bodies, versions, paths, methods, rules; and say so") func malformed() async throws {
        let house = try VaultHouse()
        try await house.serve { asker in
            let cases: [(String, String, JSONValue?, Int)] = [
                ("POST", "secret/data/x", nil, 400), ("POST", "secret/data/x", ["data": "text"], 400),
                ("POST", "secret/data/x", ["data": ["a": 1], "options": ["cas": -1]], 400),
                ("POST", "secret/data/x", ["data": ["a": 1], "options": ["cas": "one"]], 400), ("GET", "secret/data/x?version=a", nil, 400),
                ("GET", "secret/data/x?version=-1", nil, 400), ("POST", "secret/data/%2E%2E", ["data": ["a": "b"]], 400),
                ("POST", "secret/data/a%2F..%2Fb", ["data": ["a": "b"]], 400), ("POST", "secret/data/a%20b", ["data": ["a": "b"]], 400),
                ("POST", "secret/data/vault/x", ["data": ["a": "b"]], 400), ("POST", "secret/destroy/x", [:], 400),
                ("POST", "secret/destroy/x", ["versions": ["one"]], 400), ("POST", "secret/metadata/x", ["max_versions": 101], 400),
                ("POST", "secret/metadata/x", ["delete_version_after": "1h"], 400),
                ("POST", "secret/metadata/x", ["custom_metadata": ["a": 1]], 400), ("PATCH", "secret/data/none", ["data": ["a": "b"]], 404),
                ("DELETE", "secret/destroy/x", nil, 405), ("DELETE", "sys/health", nil, 405), ("GET", "kv/data/x", nil, 404),
                ("GET", "auth/token/lookup", nil, 404), ("POST", "auth/approle/login", ["role_id": "worker"], 400),
                ("DELETE", "secret/data/none", nil, 204),
                ("POST", "secret/data/x", ["data": ["a": .string(String(repeating: "x", count: 1 << 19))]], 400),
            ]
            for (method, path, body, status) in cases {
                let answer = try await asker.ask(method, path, house.owner, body: body)
                #expect(answer.status == status, "\(method) \(path): \(answer)")
            }
        }
        #expect(try house.secrets.list().isEmpty)
    }

    @Test("merge a patch into the newest values (RFC 7396)") func patch() async throws {
        let house = try VaultHouse()
        try await house.serve { asker in
            _ = try await asker.ask("POST", "secret/data/x", house.owner, body: ["data": ["a": "1", "b": ["c": 1, "d": 2], "e": "x"]])
            let patch: JSONValue = ["data": ["a": nil, "b": ["c": nil, "f": 3], "g": ["h": nil]], "options": ["cas": 1]]
            let merged = try await asker.ask(
                "PATCH", "secret/data/x", house.owner, body: patch, headers: ["Content-Type": "application/merge-patch+json"])
            #expect(merged.json["data"]["version"] == 2)
            let read = try await asker.ask("GET", "secret/data/x?version=2", house.owner)
            #expect(read.json["data"]["data"] == ["b": ["d": 2, "f": 3], "e": "x", "g": [:]])
        }
    }

    @Test("lease for an hour, renewed up to a day or the end of the token behind it; a revoked token takes its leases along") func leases()
        async throws
    {
        let house = try VaultHouse()
        try await house.serve { asker in
            func login() async throws -> JSONValue {
                try await asker.ask("POST", "auth/approle/login", body: ["role_id": "worker", "secret_id": .string(house.worker)]).json["auth"]
            }
            let first = try #require(try await login()["client_token"].text)
            func reads(_ token: String) async throws -> Int { try await asker.ask("GET", "secret/data/x", token).status }
            #expect(try await reads(first) == 404)
            house.clock.advance(bySeconds: 3599)
            #expect(try await asker.ask("PUT", "auth/token/renew-self", first, body: ["increment": "90h"]).json["auth"]["lease_duration"] == 3600)
            house.clock.advance(bySeconds: 3599)
            #expect(try await reads(first) == 404)
            house.clock.advance(bySeconds: 1)
            #expect(try await reads(first) == 403, "The lease is over.")
            #expect(try await asker.ask("PUT", "auth/token/renew-self", first).status == 403)

            let second = try #require(try await login()["client_token"].text)
            for _ in 0..<24 {
                house.clock.advance(bySeconds: 3500)
                _ = try await asker.ask("POST", "auth/token/renew-self", second)
            }
            #expect(try await asker.ask("POST", "auth/token/renew-self", second).json["auth"]["lease_duration"] == 2400, "A day is the end.")
            let third = try await login()
            #expect(third["lease_duration"] == 3600)
            let thirdToken = try #require(third["client_token"].text)
            #expect(try await reads(thirdToken) == 404)
            try house.house.tokens.revoke("w")
            _ = try await asker.ask("POST", "auth/token/revoke-self", house.owner)
            #expect(try await reads(thirdToken) == 403, "The token behind it is revoked.")
            #expect(try await login() == .null)
            let owners = try await asker.ask("GET", "auth/token/lookup-self", house.owner)
            #expect(owners.status == 403, "It revoked itself, at once.")
        }
        #expect(try house.events("lease.begun").allSatisfy { $0.hasPrefix("worker lease.begun token:w/") })
        #expect(try house.house.tokens.all().filter { $0.parent == "w" }.allSatisfy { $0.scopes == [.secretRead] })
    }

    @Test("are for services: a person's token makes no lease, and who guesses has to wait") func guessing() async throws {
        let house = try VaultHouse()
        try await house.serve { asker in
            let person = try await asker.ask("POST", "auth/approle/login", body: ["role_id": "ann", "secret_id": .string(house.owner)])
            #expect(person.status == 400 && person.json == ["errors": ["invalid role or secret ID"]])
            for _ in 0..<6 { _ = try await asker.ask("POST", "auth/approle/login", body: ["role_id": "worker", "secret_id": "mlt_guess"]) }
            let right = try await asker.ask("POST", "auth/approle/login", body: ["role_id": "worker", "secret_id": .string(house.worker)])
            #expect(right.status == 429)
            house.clock.advance(bySeconds: 10)
            let later = try await asker.ask("POST", "auth/approle/login", body: ["role_id": "worker", "secret_id": .string(house.worker)])
            #expect(later.status == 200)
        }
    }

    @Test("are sealed where the key file is gone, and tell nothing of where it was") func sealed() async throws {
        let house = try VaultHouse()
        try house.secrets.set(.init(path: #require(.init("x")), key: "a"), to: "b")
        try FileManager.default.removeItem(atPath: house.folder.path("k/key"))
        try await house.serve { asker in
            let health = try await asker.ask("GET", "sys/health")
            #expect(health.status == 503 && health.json["sealed"] == true)
            let read = try await asker.ask("GET", "secret/data/x", house.owner)
            #expect(read.status == 503 && read.json["errors"].elements.first == "Vault is sealed")
            let text = read.json.compact
            #expect(!text.contains(house.folder.path))
            #expect(try await asker.ask("GET", "secret/metadata/x", house.owner).status == 200)
        }
    }
}
