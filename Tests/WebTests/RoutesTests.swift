import Pages
import Support
import Testing
import Web

@Suite("Routes")
struct RoutesTests {
    private static let pages = ["/", "/endpoints", "/endpoints/loans", "/why", "/why/0199a0b1", "/nowhere", "/endpoints/other", "/why/none"]

    @Test("Every page, good or bad, carries the strict policy and is not kept", arguments: pages)
    func headers(_ path: String) async throws {
        try await RunningServer.with { server in
            let answer = try await server.send(path, headers: ["Accept": "text/html"])
            #expect(answer["content-type"] == "text/html; charset=utf-8")
            #expect(answer["cache-control"] == "no-store")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["referrer-policy"] == "no-referrer")
            let policy = try #require(answer["content-security-policy"])
            for rule in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
                #expect(policy.contains(rule))
            }
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test("Pages answer with their content")
    func content() async throws {
        try await RunningServer.with { server in
            #expect(try await server.send("/").body.contains("Lend with care."))
            #expect(try await server.send("/endpoints/loans").body.contains("name=\"v0\""))
            #expect(try await server.send("/why/0199a0b1").body.contains("answered by"))
            #expect(try await server.send("/why/prediction%3A0199a0b1").status == 200)
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
            #expect(try JSONValue(parsing: api.body)["error"]["code"] == "not_found")
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
            #expect(try await server.send("/api/v1/home").status == 500)
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
                #expect(try await server.send(asset.path, headers: ["If-None-Match": "\"other\", W/\(tag)"]).status == 304)
                #expect(try await server.send(asset.path, headers: ["If-None-Match": "\"other\""]).status == 200)
            }
        }
    }

    @Test("The JSON API returns the views")
    func api() async throws {
        try await RunningServer.with { server in
            let project = SampleProject()
            #expect(try await server.send("/api/v1/home").body == project.home().json.compact + "\n")
            #expect(try await server.send("/api/v1/endpoints").body == project.endpoints().json.compact + "\n")
            #expect(try await server.send("/api/v1/endpoints/loans").body == project.endpoint("loans").json.compact + "\n")
            #expect(try await server.send("/api/v1/why/0199a0b1").body == project.why("0199a0b1").json.compact + "\n")
            let description = try JSONValue(parsing: await server.send("/api/v1/openapi.json").body)
            for route in APIRoute.allCases { #expect(!description["paths"][route.path].isNull) }
        }
    }
}
