import Foundation
import Support
import TestSupport
import Testing

@Suite("Access to a server", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct AccessTests {
    @Test("through another command line prints what the folder's own prints, and what only works in a folder says so")
    func remote() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let there = ["MARTLET_URL": "http://127.0.0.1:\(server.port)"]
        let elsewhere = try TemporaryFolder()
        for words in [["status"], ["show", "model:loans@champion", "--json"], ["model", "history"], ["data", "profile"], ["endpoint", "list"]] {
            let here = try await Program.run(words, in: folder.path)
            let away = try await Program.run(words, in: elsewhere.path, environment: there)
            #expect(away.status == 0 && away.output == here.output, "\(words) \(away.errors)")
        }
        let unknown = try await Program.run(["show", "model:lons"], in: elsewhere.path, environment: there)
        #expect(unknown.status == 1 && unknown.errors.contains("loans"))
        _ = await server.interrupt()
        let nobody = try await Program.run(["status"], in: elsewhere.path, environment: there)
        #expect(nobody.status == 4 && nobody.errors.contains("martlet serve"))
    }

    @Test("needs a token from the first user on; a role decides what it opens; a revoked one opens nothing; the record knows who it was")
    func tokens() async throws {
        let folder = try await Loans.trained()
        func secret(_ name: String, _ role: String) async throws -> String {
            #expect(try await folder.martlet("user", "add", name, "--role", role).status == 0)
            return try await folder.martlet("token", "add", "\(name)-token", "--for", name, "--json").json["token"].text ?? ""
        }
        let owner = try await secret("ann", "owner")
        let viewer = try await secret("vic", "viewer")
        let server = try await LiveServer(folder)
        func ask(_ words: [String], _ token: String?) async throws -> Outcome {
            var environment = ["MARTLET_URL": "http://127.0.0.1:\(server.port)"]
            environment["MARTLET_TOKEN"] = token
            return try await Program.run(words, in: "/", environment: environment)
        }
        #expect(try await ask(["status"], nil).status == 1)
        #expect(try await ask(["status"], viewer).status == 0)
        let refused = try await ask(["model", "promote", "model:loans@v1"], viewer)
        #expect(refused.status == 1 && refused.errors.contains("model.promote") && refused.errors.contains("maintainer"))
        #expect(try await ask(["model", "promote", "model:loans@v1", "--reason", "by ann"], owner).status == 0)
        #expect(try await folder.martlet("model", "history").output.contains("by ann"))
        #expect(try await folder.martlet("token", "rm", "ann-token", "--yes").status == 0)
        let listed = try await folder.martlet("token", "list", "--json").json.elements
        #expect(listed.contains { $0["name"].text == "ann-token" && $0["revoked"].text != nil })
        #expect(!listed.map(\.compact).joined().contains(owner))
        _ = await server.interrupt()
        let again = try await LiveServer(folder)
        let late = try await Program.run(["status"], in: "/", environment: ["MARTLET_URL": "http://127.0.0.1:\(again.port)", "MARTLET_TOKEN": owner])
        #expect(late.status == 1 && late.errors.contains("revoked"))
        _ = await again.interrupt()
    }

    @Test("is decided the same for every route and every role as the table of routes says, and for nobody at all")
    func everyRoute() async throws {
        let folder = try await Loans.trained()
        try folder.replace("pipeline:", with: "access: {roles: {till: [prediction.create]}}\npipeline:", in: "martlet.yaml")
        // Where a token ends itself it would open nothing after that.
        let routes = try await folder.martlet("role", "routes", "--json").json.elements.filter {
            $0["path"].text?.hasSuffix("revoke-self") == false && $0["method"].text != "gRPC"
        }
        #expect(routes.count > 60)
        var tokens: [(role: String, secret: String?)] = [("nobody", nil)]
        for role in ["owner", "maintainer", "contributor", "validator", "viewer", "till"] {
            _ = try await folder.martlet("user", "add", role, "--role", role)
            tokens.append((role, try await folder.martlet("token", "add", role, "--for", role, "--json").json["token"].text))
        }
        let server = try await LiveServer(folder)
        var denied = 0
        for (role, secret) in tokens {
            let statuses = try await Self.statuses(of: routes, port: server.port, token: secret)
            #expect(statuses.count == routes.count)
            for (route, status) in zip(routes, statuses) {
                // What only people do who are signed in at the pages, no token does, whoever's it is.
                let isIn = route["session"].flag != true && (route["roles"].isNull || route["roles"].elements.contains { $0.text == role })
                // A page leads whoever is not known to signing in. What signs in answers 401 to a wrong password, whoever asks.
                let isTurnedAway = [401, 403].contains(status) && route["path"].text != "/sign-in" || status == 303 && !isIn && secret == nil
                #expect(isIn != isTurnedAway, "\(route["method"].text ?? "") \(route["path"].text ?? "") as \(role): \(status)")
                denied += isIn ? 0 : 1
            }
        }
        #expect(denied > 100)
        _ = await server.interrupt()
    }

    /// The status that each route answers with, in order.
    private static func statuses(of routes: [JSONValue], port: UInt16, token: String?) async throws -> [Int] {
        var words: [String] = []
        for route in routes {
            var path = route["path"].text ?? ""
            // What goes on for as long as somebody listens is asked of an endpoint that there is none of.
            if path.hasSuffix("/live") { path = path.replacing("{name}", with: "absent") }
            for (name, value) in [
                ("{model}", "loans"), ("{name}", "loans"), ("{version}", "1"), ("{prediction}", "01a20ac8a78876cca92d11964a8dc3c5"), ("**", "x/y"),
            ] { path = path.replacing(name, with: value) }
            if !words.isEmpty { words.append("--next") }
            words += ["-sS", "-o", "/dev/null", "-w", "%{http_code}\n", "-H", "Content-Type: application/json"]
            words += route["method"].text == "HEAD" ? ["-I"] : ["-X", route["method"].text ?? "GET"]
            if let token { words += ["-H", "Authorization: Bearer \(token)"] }
            words.append("http://127.0.0.1:\(port)\(path)")
        }
        return try await Child.run("/usr/bin/curl", words, environment: Program.environment()).output.split(separator: "\n").compactMap { Int($0) }
    }

    @Test("from elsewhere is not offered while nobody is registered, and then over TLS")
    func elsewhere() async throws {
        let folder = try await Loans.trained()
        let open = try await folder.martlet("serve", "--port", "0", "--host", "0.0.0.0")
        #expect(open.status == 3 && open.errors.contains("martlet user add"))
        #expect(try await folder.martlet("serve", "--port", "0", "--tls-certificate", "a.pem").status == 2)
        try folder.write("a.pem", "no certificate")
        let broken = try await folder.martlet("serve", "--port", "0", "--tls-certificate", "a.pem", "--tls-key", "a.pem")
        #expect(broken.status == 1 && broken.errors.contains("PEM"))
        let make = try await Child.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", folder.path("key.pem"), "-out", folder.path("cert.pem"),
            ], in: folder.path, environment: Program.environment())
        #expect(make.status == 0, "\(make.errors)")
        let server = try await LiveServer(folder, "--tls-certificate", "cert.pem", "--tls-key", "key.pem")
        let answer = try await Child.run(
            "/usr/bin/curl", ["-sS", "--cacert", folder.path("cert.pem"), "https://127.0.0.1:\(server.port)/v2/health/live"], in: folder.path,
            environment: Program.environment())
        #expect(answer.status == 0 && answer.output.contains("true"), "\(answer.errors)")
        let plain = try await Child.run(
            "/usr/bin/curl", ["-sS", "http://127.0.0.1:\(server.port)/v2/health/live"], in: folder.path, environment: Program.environment())
        #expect(plain.status != 0)
        _ = await server.interrupt()
    }
}
