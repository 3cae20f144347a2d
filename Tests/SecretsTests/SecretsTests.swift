import Foundation
import Secrets
import Support
import TestSupport
import Testing

@Suite("Secrets") struct SecretsTests {
    private let folder: TemporaryFolder
    private var sealed: SealedSecrets { SealedSecrets(path: folder.path("p/secrets.json"), keyFile: folder.path("k/keys"), clock: SystemClock()) }

    init() throws { folder = try TemporaryFolder() }

    private func name(_ text: String) throws -> SecretName { try #require(SecretName(text)) }

    private func resolver(_ environment: [String: String] = [:]) -> SecretResolver {
        SecretResolver(sealed: sealed, root: folder.path, environment: environment, vault: VaultSession(clock: SystemClock()))
    }

    private func failure(_ text: String, _ environment: [String: String] = [:]) async -> MartletError? {
        do {
            _ = try await resolver(environment).resolve(text)
            return nil
        } catch { return error }
    }

    @Test("are found in the sealed file, the environment and files; anything else stays as it is") func resolve() async throws {
        try sealed.set(name("alerts"), to: "one")
        try sealed.set(name("alerts#url"), to: "two")
        try folder.write("token", "three\n")
        #expect(try await resolver().resolve("secret://alerts") == "one")
        #expect(try await resolver().resolve("secret://alerts#url") == "two")
        #expect(try await resolver(["A_B": "four"]).resolve("secret://env/A_B") == "four")
        #expect(try await resolver().resolve("secret://file/token") == "three")
        #expect(try await resolver().resolve("secret://file/\(folder.path("token"))") == "three")
        #expect(try await resolver().resolve("https://example.org/secret://x") == "https://example.org/secret://x")
    }

    @Test("that are missing are named by their reference", arguments: ["secret://none", "secret://env/NONE", "secret://file/none"])
    func missing(reference: String) async { #expect(await failure(reference)?.code == .notFound) }

    @Test(
        "have references of a few forms only",
        arguments: [
            "secret://", "secret://a b", "secret://a#b#c", "secret://a/../x", "secret://a//x", "secret://env/", "secret://env/A=B",
            "secret://env/a/b",
            "secret://vault/kv", "secret://vault/kv/x", "secret://vault/kv/../x#k", "secret://vault/kv//x#k", "secret://vault/kv/x#k@0",
            "secret://vault/kv/x#k@a", "secret://vault/kv/x#", "secret://file/",
        ])
    func malformed(reference: String) async { #expect(await failure(reference)?.code == .invalidInput) }

    @Test("are sealed: the file holds no value, none takes another's place, and another key opens nothing") func sealing() async throws {
        try sealed.set(name("a"), to: "correct horse")
        try sealed.set(name("b"), to: "battery staple")
        let text = try folder.read("p/secrets.json")
        #expect(!text.contains("horse") && !text.contains(Data("correct horse".utf8).base64EncodedString()))
        var file = try JSONValue(parsing: text)
        var (first, second) = (file["secrets"].elements[0], file["secrets"].elements[1])
        (first["versions"], second["versions"]) = (second["versions"], first["versions"])
        file["secrets"] = .array([first, second])
        try folder.write("p/secrets.json", file.pretty)
        #expect(errorCode { try sealed.value(name("a")) } == .corrupted)
        try folder.write("p/secrets.json", text)
        #expect(try sealed.value(name("a")) == "correct horse")
        let other = SealedSecrets(path: folder.path("p/secrets.json"), keyFile: folder.path("k/other"), clock: SystemClock())
        #expect(errorCode { try other.value(name("a")) } == .notFound)
        try folder.write("k/other", Data(count: 32).base64EncodedString())
        #expect(chmod(folder.path("k/other"), 0o600) == 0)
        #expect(errorCode { try other.value(name("a")) } == .corrupted)
    }

    @Test("need a key file that nobody else reads, and it is made so") func keyFile() async throws {
        try sealed.set(name("a"), to: "x")
        for (file, mode) in [("k/keys", 0o600), ("p/secrets.json", 0o600)] {
            #expect(try FileManager.default.attributesOfItem(atPath: folder.path(file))[.posixPermissions] as? Int == mode)
        }
        #expect(chmod(folder.path("k/keys"), 0o644) == 0)
        #expect(errorCode { try sealed.value(name("a")) } == .permissionDenied)
    }

    @Test("can be replaced, listed and removed") func list() throws {
        try sealed.set(name("b"), to: "x")
        try sealed.set(name("a#k"), to: "y")
        try sealed.set(name("b"), to: "z")
        #expect(try sealed.list().map(\.name.description) == ["a#k", "b"])
        #expect(try sealed.value(name("b")) == "z")
        try sealed.remove(name("b"))
        #expect(errorCode { try sealed.remove(name("b")) } == .notFound)
        #expect(errorCode { try sealed.set(name("c"), to: "") } == .invalidInput)
    }

    @Test("of the first format open, and stay as they were beside what is written since") func firstFormat() throws {
        let references = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References")
        try folder.write("p/secrets.json", try String(contentsOf: references.appending(path: "first-format.json"), encoding: .utf8))
        try folder.write("k/keys", try String(contentsOf: references.appending(path: "first-format.key"), encoding: .utf8))
        #expect(chmod(folder.path("k/keys"), 0o600) == 0)
        func all() throws -> [String] { try ["alerts", "alerts#url", "hook"].map { try sealed.value(name($0)) } }
        #expect(try all() == ["one", "two", "three"])
        #expect(try sealed.list().map(\.name.description) == ["alerts", "alerts#url", "hook"])
        try sealed.set(name("other"), to: "four")
        #expect(try JSONValue(parsing: folder.read("p/secrets.json"))["martlet_secrets"] == 2)
        #expect(try all() == ["one", "two", "three"])
        #expect(try sealed.set(name("alerts#url"), to: "five") == 2)
        #expect(try all() == ["one", "five", "three"])
        let first = try sealed.read(#require(SecretPath("alerts")), version: 1)
        #expect(first?.data == ["value": "one", "url": "two"])
        try sealed.remove(name("alerts"))
        #expect(try sealed.read(#require(SecretPath("alerts")), version: 1)?.data == ["url": "two"])
        try folder.write("p/secrets.json", #"{"martlet_secrets": 3, "salt": "", "secrets": []}"#)
        #expect(errorCode { try sealed.list() } == .corrupted)
    }

    @Test("keep as many versions as they may, and no value of one that was removed, destroyed or trimmed is left in the file") func versions() throws
    {
        let path = try #require(SecretPath("team/db"))
        for i in 1...12 { #expect(try sealed.write(path) { _ in ["password": .string("p\(i)")] }.number == i) }
        #expect(try sealed.secret(path)?.versions.map(\.number) == Array(3...12))
        #expect(try sealed.value(name("team/db#password")) == "p12")
        let before = try folder.read("p/secrets.json").utf8.count
        #expect(try sealed.destroy(path, versions: Array(3...11)) == Array(3...11))
        let after = try folder.read("p/secrets.json").utf8.count
        #expect(after < before - 9 * 40, "Nine sealed values are gone.")
        #expect(try sealed.undelete(path, versions: [4]) == [])
        #expect(try sealed.delete(path) == [12])
        #expect(errorCode { try sealed.value(name("team/db#password")) } == .notFound)
        #expect(try sealed.list().isEmpty)
        try sealed.configure(path, maxVersions: 2, needsCheck: nil, notes: nil)
        #expect(try sealed.secret(path)?.versions.map(\.number) == [11, 12])
        #expect(errorCode { try sealed.configure(path, maxVersions: 101, needsCheck: nil, notes: nil) } == .invalidInput)
        let large = String(repeating: "x", count: SealedSecrets.largestData)
        #expect(errorCode { try sealed.write(path) { _ in ["a": .string(large)] } } == .invalidInput)
        try sealed.remove(name("team/db"))
        #expect(try sealed.secret(path) == nil)
    }

    @Test("that many write at once are all kept, and of those who expect the same version one comes through") func atOnce() async throws {
        let sealed = sealed
        let pool = WorkPool(width: 8, limit: 100)
        try sealed.set(name("first"), to: "x")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for i in 0..<40 {
                group.addTask {
                    _ = try await pool.run { () throws(MartletError) in
                        try SecretName("n\(i)").map { (name) throws(MartletError) in try sealed.set(name, to: "x") }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try sealed.list().count == 41)
        let path = try #require(SecretPath("race"))
        let winners = await withTaskGroup(of: Bool.self) { group in
            for i in 0..<40 {
                group.addTask {
                    let written = try? await pool.run { () throws(MartletError) in
                        try sealed.write(path, check: 0) { _ throws(MartletError) in ["a": .string("\(i)")] }.number
                    }
                    return written == 1
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }

    // MARK: - Vault

    private func vault() async throws -> (child: Child, environment: [String: String]) {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/vault.py").path(percentEncoded: false)
        let child = try Child("/usr/bin/env", ["python3", script])
        let printed = try #require(await child.printed("ready"))
        let port = try #require(printed.split(separator: " ").dropFirst().first)
        return (child, ["VAULT_ADDR": "http://127.0.0.1:\(port)/"])
    }

    @Test("are read from Vault, by token and by AppRole, the newest version or a named one") func readVault() async throws {
        let (child, address) = try await vault()
        let token = address.merging(["VAULT_TOKEN": "hvs.root"]) { $1 }
        let role = address.merging(["VAULT_ROLE_ID": "role", "VAULT_SECRET_ID": "good"]) { $1 }
        #expect(try await resolver(token).resolve("secret://vault/kv/team a/alerts#url") == "http://second")
        #expect(try await resolver(token).resolve("secret://vault/kv/team a/alerts#url@1") == "http://first")
        #expect(try await resolver(role).resolve("secret://vault/kv/team a/alerts#url@2") == "http://second")
        child.signal(SIGKILL)
        #expect(await child.end().output.contains("GET /v1/kv/data/team%20a/alerts?version=1 true 200"))
    }

    @Test("that Vault does not give are errors that repeat no credential and nothing that Vault said") func vaultErrors() async throws {
        let (child, address) = try await vault()
        let token = address.merging(["VAULT_TOKEN": "hvs.root"]) { $1 }
        let cases: [(String, [String: String], MartletError.Code)] = [
            ("secret://vault/kv/none#url", token, .notFound), ("secret://vault/kv/gone#url", token, .notFound),
            ("secret://vault/kv/team a/alerts#none", token, .notFound), ("secret://vault/kv/team a/alerts#number@1", token, .invalidInput),
            ("secret://vault/kv/team a/alerts#url", address, .unauthenticated),
            ("secret://vault/kv/team a/alerts#url", address.merging(["VAULT_TOKEN": "hvs.bad"]) { $1 }, .permissionDenied),
            ("secret://vault/kv/team a/alerts#url", address.merging(["VAULT_ROLE_ID": "role", "VAULT_SECRET_ID": "bad"]) { $1 }, .unavailable),
            ("secret://vault/kv/x#url", ["VAULT_ADDR": "http://vault.example.org:8200", "VAULT_TOKEN": "hvs.root"], .invalidInput),
            (
                "secret://vault/kv/x#url", ["VAULT_ADDR": "http://127.0.0.1:\(try OneRequestServer.freePort())", "VAULT_TOKEN": "hvs.root"],
                .unavailable
            ),
            ("secret://vault/kv/x#url", [:], .invalidInput),
        ]
        for (reference, environment, code) in cases {
            let error = await failure(reference, environment)
            #expect(error?.code == code, "\(reference)")
            for word in ["hvs.", "bad", "first", "second"] { #expect(error?.description.contains(word) == false) }
        }
        child.signal(SIGKILL)
        _ = await child.end()
    }
}
