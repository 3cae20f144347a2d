import Access
import HTTPTestSupport
import Secrets
import Support
import TestSupport
import Testing

@Suite("The token for Vault") struct VaultSessionTests {
    /// Reads `secret://vault/secret/team/db#password` from Vault's routes, through one session.
    private struct Reader: Sendable {
        let session: VaultSession
        let resolver: SecretResolver

        init(_ house: VaultHouse, _ asker: Asker, _ credential: [String: String]) {
            session = VaultSession(clock: house.clock)
            resolver = SecretResolver(
                sealed: house.secrets, root: house.folder.path,
                environment: credential.merging(["VAULT_ADDR": "http://127.0.0.1:\(asker.port)"]) { $1 }, vault: session)
        }

        func read() async throws -> String { try await resolver.resolve("secret://vault/secret/team/db#password") }
    }

    private func house() throws -> VaultHouse {
        let house = try VaultHouse()
        try house.secrets.set(#require(SecretName("team/db#password")), to: "p1")
        return house
    }

    /// How many leases were begun and renewed so far.
    private func counts(_ house: VaultHouse) throws -> [Int] { try ["lease.begun", "lease.renewed"].map { try house.events($0).count } }

    private func role(_ house: VaultHouse) -> [String: String] { ["VAULT_ROLE_ID": "worker", "VAULT_SECRET_ID": house.worker] }

    @Test("is held from one reading to the next, renewed after two thirds of its lease, and replaced at the end of what it can be renewed to")
    func life() async throws {
        let house = try house()
        try await house.serve { (asker: Asker) async throws in
            let reader = Reader(house, asker, self.role(house))
            for _ in 0..<3 { #expect(try await reader.read() == "p1") }
            #expect(try counts(house) == [1, 0])
            house.clock.advance(bySeconds: 2399)
            #expect(try await reader.read() == "p1")
            #expect(try counts(house) == [1, 0])
            house.clock.advance(bySeconds: 1)
            #expect(try await reader.read() == "p1")
            #expect(try counts(house) == [1, 1])
            for _ in 0..<34 {
                house.clock.advance(bySeconds: 2400)
                #expect(try await reader.read() == "p1")
            }
            #expect(try counts(house) == [1, 35], "The lease reaches to the end of the day.")
            house.clock.advance(bySeconds: 2400)
            #expect(try await reader.read() == "p1")
            #expect(try counts(house)[0] == 2, "A day is over, and a new sign-in takes its place.")
        }
    }

    @Test("that ended unused, or was revoked, is replaced by a new sign-in within the same reading") func lost() async throws {
        let house = try house()
        try await house.serve { (asker: Asker) async throws in
            let reader = Reader(house, asker, self.role(house))
            #expect(try await reader.read() == "p1")
            house.clock.advance(bySeconds: 7200)
            #expect(try await reader.read() == "p1")
            #expect(try counts(house) == [2, 0])
            for token in try house.house.tokens.all() where token.parent != nil && token.isValid(at: house.clock.now()) {
                try house.house.tokens.revoke(token.name)
            }
            _ = try await asker.ask("POST", "auth/approle/login", body: ["role_id": "worker", "secret_id": .string(house.worker)])
            #expect(try await reader.read() == "p1")
            #expect(try counts(house)[0] == 4)
        }
    }

    @Test("is renewed by a server that reads nothing for a while; before it is due nothing is asked") func idle() async throws {
        let house = try house()
        try await house.serve { (asker: Asker) async throws in
            let reader = Reader(house, asker, self.role(house))
            try await reader.session.renewIfDue()
            #expect(try counts(house) == [0, 0], "Nothing is held yet.")
            #expect(try await reader.read() == "p1")
            try await reader.session.renewIfDue()
            #expect(try counts(house) == [1, 0])
            house.clock.advance(bySeconds: 2500)
            try await reader.session.renewIfDue()
            #expect(try counts(house) == [1, 1])
        }
    }

    @Test("that was given is renewed as long as it can be; once it is over, that is said") func given() async throws {
        let house = try house()
        try await house.serve { (asker: Asker) async throws in
            let login = try await asker.ask("POST", "auth/approle/login", body: ["role_id": "worker", "secret_id": .string(house.worker)])
            let reader = Reader(house, asker, ["VAULT_TOKEN": try #require(login.json["auth"]["client_token"].text)])
            for _ in 0..<3 {
                #expect(try await reader.read() == "p1")
                house.clock.advance(bySeconds: 2500)
            }
            #expect(try counts(house) == [1, 2])
            house.clock.advance(bySeconds: 3600)
            let error = await #expect(throws: MartletError.self) { try await reader.read() }
            #expect(error?.code == .permissionDenied)
            let lasting = Reader(house, asker, ["VAULT_TOKEN": house.owner])
            #expect(try await lasting.read() == "p1")
            house.clock.advance(bySeconds: 1e6)
            #expect(try await lasting.read() == "p1")
            #expect(try counts(house) == [1, 2], "A token that does not end is not renewed.")
        }
    }

    @Test("is asked for once by many readings that begin together") func together() async throws {
        let house = try house()
        try await house.serve { (asker: Asker) async throws in
            let reader = Reader(house, asker, self.role(house))
            let values = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try await reader.read() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(values == Array(repeating: "p1", count: 8))
            #expect(try counts(house) == [1, 0])
        }
    }
}
