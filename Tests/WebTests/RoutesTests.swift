import Access
import Pages
import Support
import Testing
import Web

@Suite("Routes")
struct RoutesTests {
    private static let pages = [
        "/", "/endpoints", "/endpoints/loans", "/why", "/why/0199a0b1", "/incidents", "/incidents/7", "/incidents/x", "/approvals", "/models/loans",
        "/datasets", "/datasets/loans@v2", "/datasets/loans@v9", "/datasets/loans@v1...v2", "/datasets/loans@v1...v9",
        "/datasets/loans@v2/scatter", "/datasets/loans@v2/scatter?x=gone&colour=%3Cb%3E",
        "/models/other", "/nowhere",
        "/endpoints/other", "/why/none", "/audit", "/audit?since=soon",
    ]

    @Test("Every page, good or bad, carries the strict policy and is not kept", arguments: pages)
    func headers(_ path: String) async throws {
        try await RunningServer.with { server in
            let answer = try await server.send(path, headers: ["Accept": "text/html"])
            #expect(answer["content-type"] == "text/html; charset=utf-8")
            #expect(answer["cache-control"] == "no-store")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["referrer-policy"] == "no-referrer")
            let policy = try #require(answer["content-security-policy"])
            for rule in [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
            ] {
                #expect(policy.contains(rule))
            }
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test("Pages answer with their content")
    func content() async throws {
        try await RunningServer.with { server in
            for (path, words) in [
                ("/", "Lend with care."), ("/endpoints", "href=\"/endpoints/loans\""), ("/endpoints/loans", "name=\"v0\""),
                ("/datasets", "href=\"/datasets/loans@v2\""),
                ("/datasets/loans@v1...v2", "free text, not compared"), ("/datasets/loans%40v1...loans%40v2", "&lt;branch&gt;"),
                ("/datasets/loans%40v2?sort=mean", "aria-sort=\"descending\""), ("/datasets/loans@v2?find=amo", "<bdi>amount</bdi>"),
                ("/why/0199a0b1", "answered by"), ("/why/prediction%3A0199a0b1", "answered by"),
            ] {
                let page = try await server.send(path)
                #expect(page.status == 200 && page.body.contains(words), "\(path)")
            }
        }
    }

    @Test("An unknown address is a page with the nearest one for a browser, and no page for others")
    func unknown() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/endpoint/loans", headers: ["Accept": "text/html,*/*"])
            #expect(page.status == 404)
            #expect(page.body.contains("Did you mean <a href=\"/endpoints/loans\">"))
            let other = try await server.send("/v2/other", headers: ["Accept": "application/json"])
            #expect(other.status == 404)
            #expect(other["content-type"]?.contains("text/html") == false)
            let api = try await server.send("/api/v1/nothing")
            #expect(api.status == 404)
            let error = try JSONValue(parsing: api.body)["error"]
            #expect(error["code"] == "not_found")
        }
    }

    @Test("An endpoint that does not exist is suggested by its nearest name")
    func unknownEndpoint() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/endpoints/loan")
            #expect(page.status == 404)
            #expect(page.body.contains("Did you mean “loans”?"))
        }
    }

    @Test("A defect is a page that says so, without its cause being lost")
    func defect() async throws {
        struct Surprise: Error {}
        try await RunningServer.with(SampleProject(failure: Surprise())) { server in
            let page = try await server.send("/")
            #expect(page.status == 500)
            #expect(page.body.contains("Something broke") && page.body.contains("Surprise"))
            let view = try await server.send("/api/v1/home")
            #expect(view.status == 500)
        }
    }

    @Test("The search leads to the page of the prediction, whatever was typed around the ID")
    func search() async throws {
        try await RunningServer.with { server in
            let answer = try await server.send("/why?id=%20prediction%3A0199a0b1+")
            #expect(answer.status == 303)
            #expect(answer["location"] == "/why/0199a0b1")
            let nasty = try await server.send("/why?id=%0D%0ASet-Cookie:%20a=b%2F..%2F")
            #expect(nasty["set-cookie"] == nil)
            #expect(nasty["location"] == "/why/Set-Cookie%3A%20a%3Db%2F..%2F")
        }
    }

    @Test("Assets carry a tag and are not sent twice")
    func assets() async throws {
        try await RunningServer.with { server in
            for asset in Asset.all {
                let first = try await server.send(asset.path)
                #expect(first.status == 200 && first.body == asset.text)
                #expect(first["content-type"] == asset.type)
                let tag = try #require(first["etag"])
                let known = try await server.send(asset.path, headers: ["If-None-Match": "\"other\", W/\(tag)"])
                #expect(known.status == 304)
                let changed = try await server.send(asset.path, headers: ["If-None-Match": "\"other\""])
                #expect(changed.status == 200)
            }
        }
    }

    @Test("A posted command is run and its output returned; what is no command, not JSON or too long is refused")
    func command() async throws {
        try await RunningServer.with { server in
            let json = ["Content-Type": "application/json"]
            func post(_ body: String, _ headers: [String: String]) async throws -> Answer {
                try await server.send(APIRoute.commands.path, method: "POST", headers: headers, body: body)
            }
            let shown = try await post(#"{"arguments": ["show", "model:loans"], "colour": true}"#, json)
            #expect(shown.status == 200)
            #expect(try JSONValue(parsing: shown.body) == ["output": "show model:loans true\n", "exit_code": 0])
            for (body, headers) in [
                (#"{"arguments": ["run"]}"#, json), (#"{"arguments": "show"}"#, json), (#"{"arguments": [1]}"#, json), ("{", json), ("", json),
                (#"{"arguments": ["show"]}"#, ["Content-Type": "text/plain"]),
                ("{\"arguments\": [\"" + String(repeating: "a", count: 70_000) + "\"]}", json),
            ] {
                let refused = try await post(body, headers)
                #expect(refused.status == (body.count > 65_536 ? 413 : 400), "\(body.prefix(40))")
                #expect(try JSONValue(parsing: refused.body)["error"]["message"].text?.isEmpty == false)
            }
            let read = try await server.send(APIRoute.commands.path)
            #expect(read.status == 404 || read.status == 405)
        }
    }

    @Test("A right password begins a session whose cookie no script reads and no other site sends; a wrong one does not")
    func signIn() async throws {
        try await RunningServer.with { server in
            func post(_ body: String, _ headers: [String: String] = [:]) async throws -> Answer {
                try await server.send("/sign-in", method: "POST", headers: headers, body: body)
            }
            let right = try await post("name=ann&password=correct+horse&next=%2Fwhy")
            #expect(right.status == 303 && right["location"] == "/why")
            let cookie = try #require(right["set-cookie"])
            for part in ["martlet_session=secret-of-ann", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
            let wrong = try await post("name=ann&password=wrong")
            #expect(wrong.status == 401 && wrong["set-cookie"] == nil && wrong.body.contains("The name or the password is wrong."))
            for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "%0d%0aSet-Cookie:a=b", ""] {
                #expect(try await post("name=ann&password=correct+horse&next=\(next)")["location"] == "/", "\(next)")
            }
            #expect(try await post("name=ann&password=correct+horse", ["Sec-Fetch-Site": "cross-site"]).status == 403)
            let out = try await server.send("/sign-out", method: "POST", headers: ["Cookie": "martlet_session=x"])
            #expect(out.status == 303 && out["set-cookie"]?.contains("Max-Age=0") == true)
        }
    }

    @Test("Signing in by a provider ties the way back to the browser, and only the way back may come from another site")
    func provider() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/sign-in?next=/why%3Fa=%22b")
            #expect(page.body.contains("href=\"/sign-in/with/company?next=%2Fwhy%3Fa%3D%22b\"") && page.body.contains("Company &amp; Co"))
            let begun = try await server.send("/sign-in/with/company?next=/why", headers: ["Sec-Fetch-Site": "same-origin"])
            #expect(begun.status == 303 && begun["location"] == "https://id.example.org/authorize?next=%2Fwhy")
            let cookie = try #require(begun["set-cookie"])
            for part in ["martlet_login=browser-secret", "HttpOnly", "SameSite=Lax", "Path=/sign-in/with", "Max-Age=600"] {
                #expect(cookie.contains(part))
            }
            for site in ["cross-site", "same-site"] {
                let lured = try await server.send("/sign-in/with/company?next=/why", headers: ["Sec-Fetch-Site": site])
                #expect(lured["location"] == "/sign-in?next=%2Fwhy" && lured["set-cookie"] == nil)
            }
            #expect(try await server.send("/sign-in/with/company?next=//evil.example")["location"]?.hasSuffix("next=%2F") == true)
            #expect(try await server.send("/sign-in/with/nobody").status == 404)
            let back = ["Cookie": "martlet_login=browser-secret", "Sec-Fetch-Site": "cross-site"]
            let signedIn = try await server.send("/sign-in/with/company/callback?code=a&state=b", headers: back)
            #expect(signedIn.status == 303 && signedIn["location"] == "/why")
            #expect(signedIn["set-cookie"]?.contains("martlet_session=secret-from-company") == true)
            let other = try await server.send("/sign-in/with/company/callback?code=a&state=b")
            #expect(other.status == 401 && other["set-cookie"] == nil && other.body.contains("another browser"))
        }
    }

    @Test("The forms of an incident change it and lead back to it; without a reason, for another or from another site they do not")
    func incidents() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/incidents/7")
            #expect(page.body.contains("action=\"/incidents/7/close\"") && page.body.contains("0.62 &lt;misses&gt; 0.7"))
            for verb in ["ack", "close"] {
                func post(_ id: String, _ body: String, _ headers: [String: String] = [:]) async throws -> Answer {
                    try await server.send("/incidents/\(id)/\(verb)", method: "POST", headers: headers, body: body)
                }
                let done = try await post("7", "reason=known+%26+done")
                #expect(done.status == 303 && done["location"] == "/incidents/7")
                #expect(try await post("7", "reason=").status == 400)
                #expect(try await post("8", "reason=known+%26+done").status == 404)
                #expect(try await post("..%2F7", "reason=known+%26+done").status == 404)
                #expect(try await post("7", "reason=known+%26+done", ["Sec-Fetch-Site": "cross-site"]).status == 403)
            }
        }
    }

    @Test("The form of an approval takes the password each time: a right one leads on, a wrong one and a no without a reason say why")
    func approval() async throws {
        try await RunningServer.with { server in
            func post(_ body: String, _ headers: [String: String] = [:]) async throws -> Answer {
                try await server.send("/approvals/1", method: "POST", headers: headers, body: body)
            }
            let loopback = try await post("verdict=approved&password=correct+horse")
            #expect(loopback.status == 403 && loopback.body.contains("approval.give"))
            let page = try await server.send("/approvals")
            #expect(page.body.contains("action=\"/approvals/1\"") && page.body.contains("I approve this version for"))
        }
    }

    @Test("The record is searched by the address, and what cannot be searched for says so above the form as it was filled in")
    func audit() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/audit?text=%22%3E%3Cb%3E+x&what=model")
            #expect(page.status == 200 && page.body.contains("found by &lt;&quot;&gt;&lt;b&gt; x&gt;"))
            #expect(page.body.contains("name=\"text\" value=\"&quot;&gt;&lt;b&gt; x\""))
            #expect(page.body.contains("href=\"/audit?what=model&amp;text=%22%3E%3Cb%3E%20x&amp;before=9\""))
            let failed = try await server.send("/audit?since=soon")
            #expect(failed.status == 400 && failed.body.contains("“soon” is no moment.") && failed.body.contains("value=\"soon\""))
            #expect(try await server.send("/api/v1/audit?since=soon").status == 400)
        }
    }

    @Test("Predictions are searched by the address, and what cannot be looked for says so above the form as it was filled in")
    func predictions() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/endpoints/loans/predictions?where=%22%3E%3Cb%3E+x&version=3")
            #expect(page.status == 200 && page.body.contains("&quot;&gt;&lt;b&gt; x") && !page.body.contains("<b>"))
            #expect(page.body.contains("href=\"/endpoints/loans/predictions?version=3&amp;where=%22%3E%3Cb%3E%20x&amp;before=0199a0b1\""))
            #expect(page.body.contains("href=\"/why/0199a0b1\""))
            let failed = try await server.send("/endpoints/loans/predictions?since=soon")
            #expect(failed.status == 400 && failed.body.contains("“soon” is no moment.") && failed.body.contains("value=\"soon\""))
            #expect(try await server.send("/api/v1/endpoints/loans/predictions?since=soon").status == 400)
        }
    }

    @Test("Where no endpoint is, nothing is told as it goes on")
    func live() async throws {
        try await RunningServer.with { server in
            let answer = try await server.send("/endpoints/lons/live")
            #expect(answer.status == 404 && answer.body.contains("There is no endpoint “lons”"))
        }
    }

    @Test("Where nobody is registered nobody makes a token, and the header offers neither tokens nor signing in")
    func tokens() async throws {
        try await RunningServer.with { server in
            for path in ["/tokens", "/tokens/revoke"] {
                let answer = try await server.send(path, method: "POST", body: "name=ci&scope=project.read&expires=30d")
                #expect(answer.status == 403 && answer.body.contains("martlet user add") && !answer.body.contains("mlt_"), "\(path)")
            }
            #expect(try await server.send("/tokens").status == 403)
            let page = try await server.send("/")
            #expect(page.body.contains("href=\"/audit\"") && !page.body.contains("href=\"/tokens\"") && !page.body.contains("href=\"/sign-in\""))
            #expect(try await server.send("/sign-in").body.contains("open to this machine"))
        }
    }

    @Test("The JSON API returns the views")
    func api() async throws {
        try await RunningServer.with { server in
            let project = SampleProject()
            let views = try await [
                ("/home", project.home(asOf: nil).json), ("/home?as_of=7d", project.home(asOf: "7d").json), ("/endpoints", project.endpoints().json),
                ("/endpoints/loans", project.endpoint("loans", by: .loopback).json),
                ("/why/0199a0b1", project.why("0199a0b1", by: .loopback).json),
                ("/audit?text=x", project.audit(AuditFilter([("text", "x")])).json), ("/incidents", project.incidents().json),
                ("/incidents/7", project.incident(7).json), ("/datasets", project.datasets().json),
                ("/datasets/loans@v2", project.dataset("loans@v2").json),
                (
                    "/endpoints/loans/predictions?where=a+%3E+1",
                    project.predictions(PredictionsRequest(endpoint: "loans", [("where", "a > 1")]), by: .loopback).json
                ),
            ]
            for (path, view) in views {
                let answer = try await server.send("/api/v1" + path)
                #expect(answer.status == 200 && answer.body == view.compact + "\n", "\(path)")
            }
            let description = try JSONValue(parsing: await server.send("/api/v1/openapi.json").body)
            for route in APIRoute.allCases { #expect(!description["paths"][route.path].isNull) }
        }
    }
}
