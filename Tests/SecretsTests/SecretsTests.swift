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
        SecretResolver(sealed: sealed, root: folder.path, environment: environment)
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
            "secret://", "secret://a b", "secret://a#b#c", "secret://other/x", "secret://env/", "secret://env/A=B", "secret://env/a/b",
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
        (first["sealed"], second["sealed"]) = (second["sealed"], first["sealed"])
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
