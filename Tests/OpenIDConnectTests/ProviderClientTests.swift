import HTTP
import HTTPTestSupport
import Hummingbird
import OpenIDConnect
import Support
import Synchronization
import TestSupport
import Testing

/// A stand-in for a provider, whose answers a test chooses; what it was asked is kept.
private final class ToyProvider: Sendable {
    struct State {
        var document: JSONValue = .object([])
        var keys: JSONValue = .object([])
        var token: JSONValue = .object([])
        var tokenStatus = 200
        var asked: [String] = []
        var form = ""
        var authorization: String?
    }

    let state = Mutex(State())
    let mint: Mint

    init() throws { mint = try Mint.shared.get() }

    private func answer(_ name: String, _ value: @escaping @Sendable (State) -> (Int, JSONValue)) -> Response {
        let (status, body) = state.withLock { state in
            state.asked.append(name)
            return value(state)
        }
        return Response(status: .init(code: status), body: .init(byteBuffer: .init(string: body.compact)))
    }

    @Sendable func routes(_ router: GuardedRouter) {
        let refuse: GuardedRouter.Refusal = { _, _ in Response(status: .forbidden) }
        router.on("/.well-known/openid-configuration", .get, .anyone, refuse: refuse) { _, _, _ in self.answer("document") { (200, $0.document) } }
        router.on("/keys", .get, .anyone, refuse: refuse) { _, _, _ in self.answer("keys") { (200, $0.keys) } }
        router.on("/token", .post, .anyone, refuse: refuse) { request, _, _ in
            let form = String(buffer: try await request.body.collect(upTo: 65_536))
            self.state.withLock {
                $0.form = form
                $0.authorization = request.headers[.authorization]
            }
            return self.answer("token") { ($0.tokenStatus, $0.token) }
        }
    }

    /// Makes it a good provider on a port, which vouches for an attempt.
    func settle(on port: Int, _ attempt: LoginAttempt<String>, _ changes: JSONValue = .object([]), key: String = "rsa") throws {
        let issuer = "http://127.0.0.1:\(port)"
        var claims = Mint.claims
        claims["iss"] = .string(issuer)
        claims["nonce"] = .string(attempt.nonce)
        let token = try mint.rs256(claims, id: .string(key))
        var document: JSONValue = [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/authorize?tenant=1"),
            "token_endpoint": .string("\(issuer)/token"),
            "jwks_uri": .string("\(issuer)/keys"),
        ]
        for change in changes.members { document[change.key] = change.value }
        let (keys, settled) = (try mint.keySet(), document)
        state.withLock {
            $0.document = settled
            $0.keys = keys
            $0.token = ["token_type": "Bearer", "access_token": "a", "id_token": .string(token)]
        }
    }

    var asked: [String] { state.withLock { $0.asked } }
}

@Suite("A provider that is asked")
struct ProviderClientTests {
    /// A client of a toy provider, and an attempt at it.
    private struct Scene: Sendable {
        let toy: ToyProvider
        let port: Int
        let clock: ManualClock
        let client: ProviderClient
        let attempt: LoginAttempt<String>

        var issuer: String { "http://127.0.0.1:\(port)" }

        func identity(_ callback: ProviderClient.Callback? = nil) async throws -> Identity {
            try await client.identity(
                from: callback ?? .init(code: "the code", issuer: nil), of: attempt, redirect: "http://here/callback", isFresh: false)
        }

        func failure(_ callback: ProviderClient.Callback? = nil) async -> String {
            do { return "no error: \(try await identity(callback))" } catch { return "\(error)" }
        }
    }

    private func scene(
        _ changes: JSONValue = .object([]), secret: String? = "a secret/+", allowsPrivate: Bool = true, key: String = "rsa",
        _ use: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        let toy = try ToyProvider()
        try await GuardedHouse().serve(routes: toy.routes) { port in
            let clock = ManualClock(Mint.now)
            let attempt = LoginsInFlight<String>(clock: clock) { Base64URL.text((0..<32).map { _ in UInt8.random(in: 0...255) }) }
                .begin("toy", from: "here", for: "")
            try toy.settle(on: port, attempt, changes, key: key)
            let provider = IdentityProvider(
                name: "toy", issuer: "http://127.0.0.1:\(port)", clientID: "martlet", clientSecret: secret.map { _ in "secret://x" },
                allowsPrivate: allowsPrivate)
            try await use(
                Scene(toy: toy, port: port, clock: clock, client: ProviderClient(provider, clock: clock) { secret }, attempt: attempt))
        }
    }

    @Test("tells who somebody is; the client's secret goes in the header, its parts encoded, and the code with its verifier")
    func good() async throws {
        try await scene { scene in
            let address = try await scene.client.address(for: scene.attempt, redirect: "http://here/callback", isFresh: false)
            #expect(
                address.hasPrefix("\(scene.issuer)/authorize?tenant=1&response_type=code&client_id=martlet&redirect_uri=http%3A%2F%2Fhere%2Fcallback")
            )
            #expect(address.contains("&code_challenge_method=S256") && !address.contains(scene.attempt.verifier) && !address.contains("prompt"))
            let fresh = try await scene.client.address(for: scene.attempt, redirect: "http://here/callback", isFresh: true)
            #expect(fresh.contains("&prompt=login&max_age="))
            #expect(try await scene.identity().subject == "248289761001")
            let state = scene.toy.state.withLock { ($0.form, $0.authorization) }
            #expect(state.0.contains("code=the%20code") && state.0.contains("code_verifier=\(scene.attempt.verifier)"))
            // martlet:a%20secret%2F%2B
            #expect(state.1 == "Basic bWFydGxldDphJTIwc2VjcmV0JTJGJTJC" && !state.0.contains("client_secret"))
            #expect(scene.toy.asked == ["document", "token", "keys"], "What it said of itself is kept.")
        }
    }

    @Test("gets the secret in the form where it takes nothing else, and none where there is none")
    func clientProof() async throws {
        try await scene(["token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]]) { scene in
            _ = try await scene.identity()
            let state = scene.toy.state.withLock { ($0.form, $0.authorization) }
            #expect(state.0.contains("client_secret=a%20secret%2F%2B") && state.1 == nil)
        }
        try await scene(secret: nil) { scene in
            _ = try await scene.identity()
            let state = scene.toy.state.withLock { ($0.form, $0.authorization) }
            #expect(state.0.contains("client_id=martlet") && !state.0.contains("client_secret") && state.1 == nil)
        }
        try await scene(["token_endpoint_auth_methods_supported": ["private_key_jwt"]]) { scene in
            #expect(await scene.failure().contains("neither client_secret_basic nor client_secret_post"))
        }
    }

    @Test("is not believed where it calls itself otherwise, names no addresses, or knows no PKCE")
    func document() async throws {
        let wrong: [(JSONValue, String)] = [
            (["issuer": "https://evil.example.org"], "calls itself “https://evil.example.org”"), (["issuer": nil], "calls itself no name"),
            (["token_endpoint": "file:///etc/passwd"], "token_endpoint"), (["jwks_uri": nil], "jwks_uri"),
            (["authorization_endpoint": "javascript:alert(1)"], "authorization_endpoint"),
            (["authorization_endpoint": "https://a/\r\nSet-Cookie: a=b"], "authorization_endpoint"),
            (["code_challenge_methods_supported": ["plain"]], "PKCE"),
        ]
        for (changes, reason) in wrong {
            try await scene(changes) { scene in
                #expect(await scene.failure().contains(reason))
                #expect(scene.toy.asked == ["document"])
            }
        }
    }

    @Test("must name itself in its answer where it says that it does, and another one's name is refused before anything is asked")
    func mixUp() async throws {
        try await scene(["authorization_response_iss_parameter_supported": true]) { scene in
            #expect(await scene.failure().contains("(iss)"))
            #expect(await scene.failure(.init(code: "x", issuer: "https://evil.example.org")).contains("(iss)"))
            #expect(scene.toy.asked == ["document"])
            let found = try await scene.identity(ProviderClient.Callback(code: "x", issuer: scene.issuer))
            #expect(found.subject == "248289761001")
        }
        try await scene { scene in #expect(await scene.failure(.init(code: "x", issuer: "https://evil.example.org")).contains("(iss)")) }
    }

    @Test("that refuses, fails or answers with something else is told of in words that hold no secret")
    func refusals() async throws {
        try await scene { scene in
            let denied = await scene.failure(.init(code: nil, issuer: nil, error: "access_denied", errorDescription: "not\u{1B}[2J today"))
            #expect(denied.contains("(access_denied)") && !denied.contains("\u{1B}"))
            #expect(await scene.failure(.init(code: "", issuer: nil)).contains("did not let you in"))
            scene.toy.state.withLock { ($0.tokenStatus, $0.token) = (400, ["error": "invalid_grant"]) }
            #expect(await scene.failure().contains("(invalid_grant)"))
            scene.toy.state.withLock { ($0.tokenStatus, $0.token) = (200, ["token_type": "Bearer"]) }
            #expect(await scene.failure().contains("no ID token"))
            scene.toy.state.withLock { $0.token = ["id_token": "a.b.c"] }
            #expect(await scene.failure().contains("gave no token"))
            scene.toy.state.withLock { $0.token = .string(String(repeating: "a", count: 600_000)) }
            let huge = await scene.failure()
            #expect(huge.contains("gave no token") && !huge.contains("the code") && !huge.contains("secret/"))
        }
    }

    @Test("A key that is not known makes its keys be fetched again, but not twice within a minute")
    func rotation() async throws {
        try await scene { scene in
            _ = try await scene.identity()
            try scene.toy.settle(on: scene.port, scene.attempt, key: "new")
            #expect(await scene.failure().contains("does not publish"))
            #expect(scene.toy.asked.count { $0 == "keys" } == 1, "They were fetched within the last minute.")
            scene.clock.advance(bySeconds: 61)
            #expect(await scene.failure().contains("does not publish"))
            #expect(await scene.failure().contains("does not publish"))
            #expect(scene.toy.asked.count { $0 == "keys" } == 2)
            let rotated: JSONValue = ["keys": [try scene.toy.mint.entry("new", scene.toy.mint.rsa)]]
            scene.toy.state.withLock { $0.keys = rotated }
            scene.clock.advance(bySeconds: 61)
            #expect(try await scene.identity().subject == "248289761001")
            #expect(scene.toy.asked.count { $0 == "keys" } == 3 && scene.toy.asked.count { $0 == "document" } == 1)
        }
    }

    @Test("Where its secret for Martlet lies, or why it cannot be read, is not told to whoever signs in")
    func unreadableSecret() async throws {
        try await scene { scene in
            let client = ProviderClient(scene.client.provider, clock: scene.clock) { () async throws(MartletError) in
                throw MartletError(.notFound, "secret://env/OIDC is not set.")
            }
            await #expect {
                _ = try await client.identity(from: .init(code: "x", issuer: nil), of: scene.attempt, redirect: "http://here", isFresh: false)
            } throws: { error in
                let error = error as? MartletError
                return error?.message.contains("could not be read") == true && error?.message.contains("OIDC") == false
                    && error?.cause == "secret://env/OIDC is not set."
            }
            #expect(scene.toy.asked == ["document"])
        }
    }

    @Test("that failed is left alone for five seconds, and asked again then")
    func pause() async throws {
        try await scene(["issuer": "https://evil.example.org"]) { scene in
            #expect(await scene.failure() == scene.failure() && scene.toy.asked == ["document"])
            try scene.toy.settle(on: scene.port, scene.attempt)
            scene.clock.advance(bySeconds: 5)
            #expect(try await scene.identity().subject == "248289761001")
        }
    }

    @Test("on a private network is refused where that is not meant; one that nobody answers for says so")
    func unreachable() async throws {
        try await scene(allowsPrivate: false) { scene in
            let failure = await scene.failure()
            #expect(failure.contains("private network") && failure.contains("“toy”") && scene.toy.asked.isEmpty)
        }
        let port = try OneRequestServer.freePort()
        let provider = IdentityProvider(name: "gone", issuer: "http://127.0.0.1:\(port)", clientID: "m", allowsPrivate: true)
        let clock = ManualClock(Mint.now)
        let attempt = LoginsInFlight<String>(clock: clock) { "s" }.begin("gone", from: "here", for: "")
        await #expect {
            _ = try await ProviderClient(provider, clock: clock) { nil }.address(for: attempt, redirect: "http://here", isFresh: false)
        } throws: { error in
            (error as? MartletError)?.code == .unavailable && "\(error)".contains("“gone”")
        }
    }
}
