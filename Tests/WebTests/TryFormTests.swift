import Testing
import Web

@Suite("The form of an endpoint")
struct TryFormTests {
    private static let form = ["Content-Type": "application/x-www-form-urlencoded"]

    @Test("A posted row is answered on the page, and stays in the form")
    func answers() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/endpoints/loans", method: "POST", headers: Self.form, body: "version=3&v0=900.5&v1=a+%26+b")
            #expect(page.status == 200)
            #expect(page.body.contains("<bdi>granted</bdi>"))
            #expect(page.body.contains("value=\"900.5\"") && page.body.contains("value=\"a &amp; b\""))
        }
    }

    @Test("What the endpoint refuses is said on the page")
    func refused() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/endpoints/loans", method: "POST", headers: Self.form, body: "version=3&v0=many&v1=car")
            #expect(page.status == 400)
            #expect(page.body.contains("The column amount is not a number."))
        }
    }

    @Test("A form made for another version is not sent on")
    func stale() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/endpoints/loans", method: "POST", headers: Self.form, body: "version=2&v0=1&v1=car")
            #expect(page.status == 409)
            #expect(page.body.contains("now answers with version 3"))
        }
    }

    @Test("A form of another site is refused", arguments: ["cross-site", "same-site"])
    func foreign(_ site: String) async throws {
        try await RunningServer.with { server in
            let headers = Self.form.merging(["Sec-Fetch-Site": site]) { $1 }
            let page = try await server.send("/endpoints/loans", method: "POST", headers: headers, body: "version=3&v0=1&v1=car")
            #expect(page.status == 403)
        }
    }

    @Test("A form that is too large is refused, one of nonsense is answered")
    func oddBodies() async throws {
        try await RunningServer.with { server in
            let large = String(repeating: "v0=1&", count: 300_000)
            let tooLarge = try await server.send("/endpoints/loans", method: "POST", headers: Self.form, body: large)
            #expect(tooLarge.status == 413)
            let nonsense = try await server.send("/endpoints/loans", method: "POST", headers: Self.form, body: "&&=&%&=%zz")
            #expect(nonsense.status == 409)
        }
    }
}
