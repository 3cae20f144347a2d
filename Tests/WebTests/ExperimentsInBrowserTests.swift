import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Support
import TestSupport
import Testing
import Web

@Suite("Experiments in a real browser", .enabled(if: Browser.path != nil, Browser.absence))
struct ExperimentsInBrowserTests {
    private static let pages = [
        "/experiments", "/experiments/1", "/experiments/1?search=metrics.", "/experiments/1?group=params.model&open=none", "/experiments/1/runs/abc",
        "/experiments/1/compare?run=abc",
        "/experiments/1/runs/abc/artifacts?path=%22%3E%3Cscript%3Edocument.title='broken'%3C/script%3E", "/models", "/models/loans",
    ]

    @Test("Hostile names in every field do nothing, and no page complains", arguments: pages)
    func hostile(_ path: String) async throws {
        try await RunningServer.with { server in
            let (document, complaints) = try await Browser.visit(server.address + path)
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
            #expect(document.contains("<h1>") && !document.contains("<title>broken"))
        }
    }

    @Test(
        "The address that a client prints leads to the page",
        arguments: [
            ("/#/experiments/1/runs/abc", "run:abc"), ("/#/experiments/1", "Search the runs"),
            ("/projects/loans#/experiments/1/runs/abc", "run:abc"),
            ("/projects/loans/#/experiments/1", "Search the runs"), ("/#/models/loans", "worse in production"),
            ("/#/experiments/1/runs/..%2f..%2f..%2fevil", "404"), ("/#/nothing/1", "Lend with care"), ("/#//evil.example/1", "Lend with care"),
        ])
    func hash(_ path: String, _ words: String) async throws {
        try await RunningServer.with { server in
            let (document, _) = try await Browser.visit(server.address + path)
            #expect(document.contains(words), "\(document.suffix(2000))")
        }
    }

    @Test("Names are offered while a search is written, and taken with a key")
    func completion() async throws {
        let press = """
            {
            const field = document.querySelector("input[name=search]");
            const type = (text) => { field.value = text; field.setSelectionRange(text.length, text.length); field.dispatchEvent(new Event("input")); };
            const key = (key) => field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            const offered = () => document.querySelectorAll("[role=option]").length;
            const once = (test, then) => test() ? then() : setTimeout(() => once(test, then), 20);
            type("metrics.lo");
            once(offered, () => {
              document.body.dataset.offered = field.getAttribute("aria-expanded") + offered();
              key("ArrowDown"); key("Enter");
              document.body.dataset.taken = field.value;
              type("metrics.loss > 1 and params.x");
              once(offered, () => { key("ArrowDown"); key("Escape"); document.body.dataset.closed = field.getAttribute("aria-expanded"); });
            });
            }
            """
        let page = RunTablePage(try await SampleTracking().runs(RunTableRequest(experiment: 1))).page.html().text
        try await RunningServer.with(adding: { router in
            func add(_ path: RouterPath, _ body: String, _ type: String) {
                router.on(path, .get, .anyone, refuse: { _, _ in Response(status: .forbidden) }) { _, _, _ in
                    var headers = HTTPFields()
                    for (name, value) in PageHeaders.all + [("Content-Type", type)] { if let name = HTTPField.Name(name) { headers[name] = value } }
                    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
                }
            }
            add("/pressed", page.replacing("</head>", with: "<script src=\"/assets/press.js\" defer></script></head>"), "text/html; charset=utf-8")
            add("/assets/press.js", press, "text/javascript")
        }) { server in
            let (document, complaints) = try await Browser.visit(server.address + "/pressed")
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
            #expect(document.contains("data-offered=\"true1\"") && document.contains("data-taken=\"metrics.loss \""))
            #expect(document.contains("data-closed=\"false\"") && !document.contains("<title>broken"), "\(document.prefix(400))")
        }
    }

    @Test("Without Plotly the page's own drawings stay, and new values come to its table")
    func plain() async throws {
        try await RunningServer.with { server in
            let (document, complaints) = try await Browser.visit(server.address + "/experiments/1/runs/abc")
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
            #expect(document.contains("class=\"chart series\"") && !document.contains("js-plotly-plot"))
            #expect(document.contains("data-ended=\"yes\"") && document.contains("<td class=\"number\" title=\"0.5\">0.25</td>"))
        }
    }

    @Test(
        "Plotly draws what a run and a comparison hold under the strict policy, and live points come to it",
        .enabled(if: Browser.plotly != nil, "Plotly is not installed (make setup)"),
        arguments: [
            ("/experiments/1/runs/abc", "data-ended=\"yes\""), ("/experiments/1/runs/abc", "class=\"reels single\""),
            ("/experiments/1/compare?run=abc&run=abc", "One against another"),
            ("/experiments/1/compare?run=abc&run=abc", "A metric over two parameters"),
        ])
    func plotly(_ path: String, _ words: String) async throws {
        var project = SampleProject()
        project.tracking = SampleTracking(plotly: Browser.plotly)
        try await RunningServer.with(project) { server in
            let (document, complaints) = try await Browser.visit(server.address + path)
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
            #expect(document.contains("js-plotly-plot") && document.contains("main-svg"))
            #expect(document.contains(words) && !document.contains("<title>broken"))
        }
    }
}
