import Access
import Foundation
import HTTP
import HTTPTestSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Support
import Synchronization
import TestSupport
import Testing
import Web

@Suite("In a real browser")
struct BrowserTests {
    @Test(
        "Chromium shows every page without a complaint on its console",
        .enabled(if: Browser.path != nil, Browser.absence),
        arguments: [
            "/", "/endpoints", "/endpoints/loans", "/endpoints/loans/predictions", "/approvals", "/datasets",
            "/datasets/loans@v2", "/datasets/loans@v1...v2", "/models/loans", "/incidents", "/incidents/7",
            "/why", "/why/0199a0b1",
        ])
    func console(_ path: String) async throws {
        try await RunningServer.with { server in
            let folder = try TemporaryFolder()
            let picture = folder.path("page.png")
            let outcome = try await Browser.run("--window-size=1280,1000", "--screenshot=\(picture)", server.address + path)
            let complaints = Browser.complaints(outcome)
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
            let bytes = try Data(contentsOf: URL(filePath: picture))
            #expect(bytes.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
            // A blank picture of this size packs into about 5 kB.
            #expect(bytes.count > 12_000, "the picture is nearly blank: \(bytes.count) bytes")
        }
    }

    @Test(
        "The form is answered without leaving the page, under the strict policy",
        .enabled(if: Browser.path != nil, Browser.absence))
    func form() async throws {
        let endpoint = try await SampleProject().endpoint("loans", by: .loopback)
        // Its time is not the world's, and stands still while the server goes on telling.
        let page = EndpointPage(endpoint).page.html().text.replacing("data-live=", with: "data-still=")
            .replacing("</head>", with: "<script src=\"/assets/press.js\" defer></script></head>")
        try await RunningServer.with(adding: { router in
            func add(_ path: RouterPath, _ body: String, _ type: String) {
                router.on(path, .get, .anyone, refuse: { _, _ in Response(status: .forbidden) }) { _, _, _ in Self.answer(body, type) }
            }
            add("/pressed", page, "text/html; charset=utf-8")
            add("/assets/press.js", "document.querySelector('form[data-try]').requestSubmit();", "text/javascript")
        }) { server in
            let page = try await Browser.run("--virtual-time-budget=10000", "--dump-dom", server.address + "/pressed").output
            #expect(page.contains("<bdi>declined</bdi>"), "\(page.suffix(3000))")
            #expect(page.contains("/assets/press.js"), "the page was left")
        }
    }

    @Test(
        "The pictures of an endpoint are drawn anew without the page being loaded again, under the strict policy",
        .enabled(if: Browser.path != nil, Browser.absence))
    func live() async throws {
        let endpoint = try await SampleProject().endpoint("loans", by: .loopback)
        // The page counts as loaded, and is dumped, once a picture has come that waits for the first news.
        let page = EndpointPage(endpoint).page.html().text
            .replacing("</head>", with: "<script src=\"/assets/observe.js\" defer></script></head>")
            .replacing("</main>", with: "<img src=\"/news\" alt=\"\"></main>")
        let observe = """
            new MutationObserver(() => fetch("/told")).observe(document.querySelector("section[data-live]"), { attributes: true });
            """
        let isTold = Mutex(false)
        try await RunningServer.with(adding: { router in
            func add(_ path: RouterPath, _ body: String, _ type: String, _ first: @escaping @Sendable () async throws -> Void = {}) {
                router.on(path, .get, .anyone, refuse: { _, _ in Response(status: .forbidden) }) { _, _, _ in
                    try await first()
                    return Self.answer(body, type)
                }
            }
            add("/watched", page, "text/html; charset=utf-8")
            add("/assets/observe.js", observe, "text/javascript")
            add("/told", "", "text/plain") { isTold.withLock { $0 = true } }
            add("/news", "", "image/png") { while !isTold.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) } }
        }) { server in
            let page = try await Browser.run("--dump-dom", server.address + "/watched").output
            #expect(page.contains("data-told=\"") && page.contains("Requests a second: all now 7.25"), "\(page.prefix(5000))")
        }
    }

    @Test(
        "The form of a signature leads on to a provider on another site, under the strict policy",
        .enabled(if: Browser.path != nil, Browser.absence))
    func onward() async throws {
        let house = try GuardedHouse()
        try house.principals.add("vera", kind: .user, name: nil, role: "validator", password: nil)
        let session = try house.access.beginSession(.folder("vera"))
        let port = Mutex(0)
        var project = SampleProject()
        // Another name of this machine is another site to a browser.
        project.provider = { "http://localhost:\(port.withLock { $0 })/landed" }
        let source = project
        let form = """
            <form method="post" action="/approvals/1"><input name="verdict" value="approved"><input name="with" value="company"></form>
            <script src="/assets/press.js" defer></script>
            """
        try await house.serve(routes: { router in
            addPages(to: router, source: source)
            func add(_ path: RouterPath, _ body: String, _ type: String, cookie: String? = nil) {
                router.on(path, .get, .anyone, refuse: { _, _ in Response(status: .forbidden) }) { _, _, _ in
                    var response = Self.answer(body, type)
                    if let cookie { response.headers[.setCookie] = cookie }
                    return response
                }
            }
            add("/pressed", form, "text/html; charset=utf-8", cookie: "martlet_session=\(session); Path=/; SameSite=Lax")
            add("/assets/press.js", "document.querySelector('form').requestSubmit();", "text/javascript")
            add("/landed", "<p>the provider's own page</p>", "text/html; charset=utf-8")
        }) { found in
            port.withLock { $0 = found }
            let page = try await Browser.run("--virtual-time-budget=10000", "--dump-dom", "http://127.0.0.1:\(found)/pressed").output
            #expect(page.contains("the provider's own page"), "\(page.suffix(3000))")
        }
    }

    /// An answer with the headers of a page.
    private static func answer(_ body: String, _ type: String) -> Response {
        var headers = HTTPFields()
        for (name, value) in PageHeaders.all + [("Content-Type", type)] { if let name = HTTPField.Name(name) { headers[name] = value } }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
