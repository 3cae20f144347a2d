import Access
import Events
import Foundation
import HTTP
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import Support
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("The gate of every request")
struct RequestGateTests {
    /// Routes of each kind, which answer with the name of the caller.
    private static let routes: @Sendable (GuardedRouter) -> Void = { router in
        let refuse: GuardedRouter.Refusal = { error, _ in
            Response(status: .init(code: status(error)), body: .init(byteBuffer: .init(string: error.message)))
        }
        func add(_ path: RouterPath, _ method: HTTPRequest.Method, _ rule: RouteRule) {
            router.on(path, method, rule, refuse: refuse) { _, _, caller in
                Response(status: .ok, body: .init(byteBuffer: .init(string: "\(caller.id) \(caller.via)")))
            }
        }
        add("/open", .get, .anyone)
        add("/read", .get, .needs(.projectRead))
        add("/person", .post, .needs(.projectRead, inSession: true))
        add("/promote", .post, .needs(.modelPromote))
    }

    private static func status(_ error: MartletError) -> Int {
        switch error.code {
        case .unauthenticated: 401
        case .tooManyAttempts: 429
        default: 403
        }
    }

    private struct Asker {
        let port: Int

        func ask(_ path: String, _ method: String = "GET", _ headers: [String: String] = [:]) async throws -> (status: Int, body: String) {
            guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw MartletError(.defect, path) }
            var request = URLRequest(url: url)
            request.httpMethod = method
            for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
            let (data, response) = try await URLSession(configuration: .ephemeral).data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
        }

        func bearer(_ secret: String) -> [String: String] { ["Authorization": "Bearer \(secret)"] }

        func basic(_ name: String, _ password: String) -> [String: String] {
            ["Authorization": "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()]
        }
    }

    private func with(_ house: GuardedHouse, _ use: @escaping @Sendable (Asker) async throws -> Void) async throws {
        try await house.serve(routes: Self.routes) { try await use(Asker(port: $0)) }
    }

    @Test("A route for people who are signed in takes a session and nothing else, and the record tells of the attempts")
    func session() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ann", kind: .user, name: nil, role: "owner", password: Password(hashing: "a long password"))
        let token = try house.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        try await with(house) { asker in
            for headers in [asker.bearer(token), asker.basic("ann", token), asker.basic("ann", "a long password")] {
                #expect(try await asker.ask("/person", "POST", headers).status == 403)
                #expect(try await asker.ask("/read", "GET", headers).status == 200)
            }
            #expect(try await asker.ask("/person", "POST").status == 401)
            let secret = try house.access.beginSession(house.access.caller(name: "ann", password: "a long password", from: "x"))
            let cookie = ["Cookie": "\(RequestGate.sessionCookie)=\(secret)", "Sec-Fetch-Site": "same-origin"]
            let both = cookie.merging(asker.bearer(token)) { $1 }
            #expect(try await asker.ask("/person", "POST", both).status == 403, "the token counts where both are sent")
            #expect(try await asker.ask("/person", "POST", cookie).body == "ann session")
        }
        #expect(
            try house.events.latest(20).contains {
                $0.kind == "access.denied" && $0.actor == "ann" && $0.body["reason"].text?.contains("signed in") == true
            })
    }

    @Test("Where nobody is registered, whoever is on this machine may enter, but not by the name of another site")
    func open() async throws {
        try await with(GuardedHouse()) { asker in
            let read = try await asker.ask("/read")
            #expect(read.body == "anonymous loopback")
            #expect(try await asker.ask("/promote", "POST").status == 200)
            for host in ["evil.example", "127.0.0.1.evil.example", "127.evil.example", "localhost.evil.example", "[::2]", "127.0.0.1@evil.example"] {
                #expect(try await asker.ask("/read", "GET", ["Host": host]).status == 403, "\(host)")
            }
            #expect(try await asker.ask("/read", "GET", ["Host": "localhost:80"]).status == 200)
            #expect(try await asker.ask("/promote", "POST", ["Sec-Fetch-Site": "cross-site"]).status == 403)
            #expect(try await asker.ask("/promote", "POST", ["Origin": "https://evil.example"]).status == 403)
        }
    }

    @Test("From the first user on, a request without a credential, or with a wrong one, is turned away, also one with a token in its address")
    func closed() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ann", kind: .user, name: nil, role: "owner", password: nil)
        let secret = try house.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        try await with(house) { asker in
            let open = try await asker.ask("/open")
            #expect(open.body == "nobody loopback")
            for headers in [
                [:], asker.bearer("mlt_wrong"), asker.bearer(""), ["Authorization": secret], ["Authorization": "Digest \(secret)"],
                ["Authorization": "Basic !!!"], ["Cookie": "martlet_session=\(secret)"], ["Cookie": "martlet_session="],
            ] {
                #expect(try await asker.ask("/read", "GET", headers).status == 401, "\(headers)")
            }
            #expect(try await asker.ask("/read?token=\(secret)&access_token=\(secret)").status == 401)
            #expect(try await asker.ask("/read", "GET", asker.bearer(secret)).body == "ann token:t")
        }
    }

    @Test("A token is taken as bearer and as the password of basic authentication, as MLflow's and DVC's clients send it")
    func basic() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ann", kind: .user, name: nil, role: "viewer", password: Password(hashing: "correct horse battery"))
        let secret = try house.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        try await with(house) { asker in
            for headers in [asker.bearer(secret), asker.basic("ann", secret), asker.basic("", secret)] {
                let read = try await asker.ask("/read", "GET", headers)
                #expect(read.body == "ann token:t")
            }
            #expect(try await asker.ask("/read", "GET", asker.basic("ann", "correct horse battery")).body == "ann password")
            #expect(try await asker.ask("/read", "GET", asker.basic("ann", "correct horse")).status == 401)
            #expect(try await asker.ask("/promote", "POST", asker.bearer(secret)).status == 403)
        }
        #expect(try house.events.latest(10).contains { $0.kind == "access.denied" && $0.actor == "ann" })
    }

    @Test("A session changes something only from the server's own pages")
    func crossSite() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ann", kind: .user, name: nil, role: "owner", password: nil)
        let secret = try house.access.beginSession(.folder("ann"))
        try await with(house) { asker in
            let cookie = ["Cookie": "martlet_session=\(secret)"]
            let read = try await asker.ask("/read", "GET", cookie)
            #expect(read.body == "ann session")
            #expect(try await asker.ask("/read", "GET", cookie.merging(["Sec-Fetch-Site": "cross-site"]) { $1 }).status == 200)
            for (headers, status) in [
                (["Sec-Fetch-Site": "same-origin"], 200), (["Origin": "http://127.0.0.1:\(asker.port)"], 200), ([:], 403),
                (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403), (["Origin": "https://evil.example"], 403),
                (["Origin": "null"], 403),
            ] {
                #expect(try await asker.ask("/promote", "POST", cookie.merging(headers) { $1 }).status == status, "\(headers)")
            }
        }
    }

    @Test("A browser remembers name and password too, so other sites' pages change nothing by them; a token that is named in the request may")
    func rememberedPassword() async throws {
        let house = try GuardedHouse()
        try house.principals.add("ann", kind: .user, name: nil, role: "owner", password: Password(hashing: "correct horse battery"))
        let secret = try house.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        try await with(house) { asker in
            let password = asker.basic("ann", "correct horse battery")
            for (headers, status) in [(["Sec-Fetch-Site": "cross-site"], 403), (["Origin": "https://evil.example"], 403), ([:], 200)] {
                let answer = try await asker.ask("/promote", "POST", password.merging(headers) { $1 })
                #expect(answer.status == status, "\(headers)")
            }
            let foreign = try await asker.ask("/promote", "POST", asker.bearer(secret).merging(["Sec-Fetch-Site": "cross-site"]) { $1 })
            #expect(foreign.status == 200)
        }
    }

    @Test("A router knows each of its routes with its rule")
    func routeTable() throws {
        let router = try GuardedHouse().router()
        Self.routes(router)
        #expect(router.routes.count == 4)
        #expect(router.routes.filter(\.needsSession).map(\.path) == ["/person"])
        let last = try #require(router.routes.last)
        #expect(last.method == "POST" && last.path == "/promote" && last.permission == .modelPromote)
    }
}
