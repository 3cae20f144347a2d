import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "A server over gRPC", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("grpc", "grpc_health"), "\(PythonClient.absence)"), .inTurns)
struct GRPCTests {
    /// Starts a script of the folder `References`.
    private static func script(_ name: String, _ arguments: String...) throws -> Child {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/\(name)").path(percentEncoded: false)
        let environment = Program.environment(["PYTHONPATH": Program.root + "/.setup/python"])
        return try Child("/usr/bin/env", ["python3", path] + arguments, environment: environment)
    }

    @Test("decides each call for each role as the table of routes says, and for nobody at all") func roles() async throws {
        let folder = try await Loans.trained()
        let calls = try await folder.martlet("role", "routes", "--json").json.elements.filter { $0["method"].text == "gRPC" }
        #expect(calls.count == 14)
        var tokens: [(role: String, secret: String)] = [("nobody", "")]
        for role in ["owner", "maintainer", "contributor", "validator", "viewer"] {
            _ = try await folder.martlet("user", "add", role, "--role", role)
            let secret = try await folder.martlet("token", "add", role, "--for", role, "--json").json["token"].text
            tokens.append((role, try #require(secret)))
        }
        let server = try await LiveServer(folder, "--grpc-port", "0")
        let table = JSONValue.array(calls.map { $0["path"] })
        let secrets = JSONValue.array(tokens.map { .string($0.secret) })
        let client = try await Self.script("grpc_roles.py", String(try #require(server.grpcPort)), table.compact, secrets.compact).end()
        #expect(client.status == 0, "\(client.errors)")
        var denied = 0
        for ((role, _), ends) in zip(tokens, try client.json.elements) {
            #expect(ends.elements.count == calls.count)
            for (call, end) in zip(calls, ends.elements) {
                let isIn = call["roles"].isNull || call["roles"].elements.contains { $0.text == role }
                let isTurnedAway = [role == "nobody" ? "UNAUTHENTICATED" : "PERMISSION_DENIED"].contains(end.text)
                #expect(isIn != isTurnedAway, "\(call["path"].text ?? "") as \(role): \(end.text ?? "")")
                denied += isIn ? 0 : 1
            }
        }
        #expect(denied > 15)
        let log = try await folder.martlet("audit", "log", "--limit", "1000", "--json").json.elements
        #expect(log.contains { $0["kind"].text == "access.denied" && $0.compact.contains("ModelInfer") }, "Who was turned away is in the record.")
        #expect(await server.interrupt().status == 0)
    }

    @Test("ends streams and watches when it stops, and says that it does") func stops() async throws {
        let server = try await LiveServer(try await Loans.trained(), "--grpc-port", "0")
        let client = try Self.script("grpc_streams.py", String(try #require(server.grpcPort)))
        #expect(await client.printed("open\n") != nil)
        #expect(await server.interrupt().status == 0)
        let end = await client.end()
        #expect(try JSONValue(parsing: String(end.output.split(separator: "\n").last ?? "")) == ["UNAVAILABLE", "UNAVAILABLE"], "\(end.errors)")
    }

    @Test("speaks TLS with the certificate of its pages, and only that") func secure() async throws {
        let folder = try await Loans.trained()
        let make = try await Child.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.path("key.pem"), "-out", folder.path("cert.pem"),
            ], in: folder.path, environment: Program.environment())
        #expect(make.status == 0, "\(make.errors)")
        let server = try await LiveServer(folder, "--tls-certificate", "cert.pem", "--tls-key", "key.pem", "--grpc-port", "0")
        let client = try await Self.script("grpc_tls.py", String(try #require(server.grpcPort)), folder.path("cert.pem")).end()
        #expect(client.status == 0, "\(client.errors)")
        #expect(try client.json == ["secure": [8, 1], "plain": "UNAVAILABLE"])
        #expect(await server.interrupt().status == 0)
    }

    @Test("whose port is taken says so, and answers nothing else either") func taken() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let other = try await Loans.trained().martlet("serve", "--port", "0", "--grpc-port", String(server.port))
        #expect(other.status == 1)
        #expect(other.errors.contains("Port \(server.port)") && other.errors.contains("--grpc-port"), "\(other.errors)")
        #expect(try await Loans.trained().martlet("serve", "--port", "8123", "--grpc-port", "8123").status == 2)
        #expect(await server.interrupt().status == 0)
    }
}
