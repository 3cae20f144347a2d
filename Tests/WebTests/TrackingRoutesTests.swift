import Foundation
import Pages
import Support
import Testing
import Web

@Suite("Routes of experiments")
struct TrackingRoutesTests {
    @Test(
        "Every page carries the strict policy, escapes what people wrote, and answers with its status",
        arguments: [
            ("/experiments", 200), ("/experiments?name=%3Cb%3E", 200), ("/experiments/1", 200), ("/experiments/1?search=metrics.", 400),
            ("/experiments/1?group=params.%3Cscript%3E&open=is%3A%3Cscript%3E", 200), ("/experiments/1?group=dataset", 200),
            ("/experiments/2", 404), ("/experiments/x", 404), ("/experiments/-1", 404), ("/experiments/1/runs/abc", 200),
            ("/experiments/1/runs/abc?metric=%3Cscript%3E", 200), ("/experiments/1/runs/%2e%2e%2f", 404), ("/experiments/2/runs/abc", 404),
            ("/experiments/1/compare?run=abc&run=abc", 200), ("/experiments/1/compare?run=none", 404),
            ("/experiments/1/runs/abc/artifacts?path=a%3Cscript%3E", 200), ("/experiments/1/runs/abc/artifacts", 200),
        ])
    func pages(_ path: String, _ status: Int) async throws {
        try await RunningServer.with { server in
            let answer = try await server.send(path, headers: ["Accept": "text/html"])
            #expect(answer.status == status)
            #expect(answer["content-type"] == "text/html; charset=utf-8")
            #expect(answer["content-security-policy"]?.contains("script-src 'self'") == true)
            #expect(!answer.body.contains("<script>") && !answer.body.contains("<img src=x"))
        }
    }

    @Test("A search that cannot be read says why beside what was typed")
    func search() async throws {
        try await RunningServer.with { server in
            let page = try await server.send("/experiments/1?search=metrics.")
            #expect(page.body.contains("It ends where a key should stand.") && page.body.contains("value=\"metrics.\""))
            #expect(page.body.contains("aria-invalid=\"true\" aria-describedby=\"problem\"") && page.body.contains("metrics.<mark class=\"end\">"))
        }
    }

    @Test("What a search may name is JSON, written as it stands in a filter")
    func keys() async throws {
        try await RunningServer.with { server in
            let all = try JSONValue(parsing: try await server.send("/experiments/1/keys?like=a%60b").body)
            #expect(all["keys"].elements.map(\.text) == ["metrics.loss", "params.`\(SampleTracking.hostile)`", "tags.`a``b`"])
            let some = try JSONValue(parsing: try await server.send("/experiments/1/keys?kind=metrics").body)
            #expect(some["keys"].elements.map(\.text) == ["metrics.loss"])
            let other = try await server.send("/experiments/2/keys?like=a")
            #expect(other.status == 404)
        }
    }

    @Test("A picture comes alone, under a policy in which nothing runs")
    func picture() async throws {
        try await RunningServer.with { server in
            let answer = try await server.send("/experiments/1/runs/abc/picture?path=a.png")
            #expect(answer.status == 200 && answer["content-type"] == "image/png")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'")
        }
    }

    @Test("The history of a metric is JSON")
    func series() async throws {
        try await RunningServer.with { server in
            let answer = try await server.send("/experiments/1/runs/abc/series?metric=loss")
            let value = try JSONValue(parsing: answer.body)
            #expect(value["count"].int == 300 && value["step"].elements.count == 3 && value["greatest"].elements.first?.double == 2)
            let other1 = try await server.send("/experiments/1/runs/abc/series")
            #expect(other1.status == 400)
            let other2 = try await server.send("/experiments/1/runs/none/series?metric=loss")
            #expect(other2.status == 404)
        }
    }

    @Test("New points come as server-sent events until the run has ended, and names cannot end an event")
    func events() async throws {
        try await RunningServer.with { server in
            let answer = try await server.send("/experiments/1/runs/abc/events?since=5000000")
            #expect(answer.status == 200 && answer["content-type"] == "text/event-stream" && answer["cache-control"] == "no-store")
            let events = answer.body.components(separatedBy: "\n\n").filter { $0.contains("event:") }
            #expect(events.count == 4)
            #expect(events.first?.hasPrefix("id: 5001000\nevent: points\ndata: {") == true)
            #expect(events.last == "id: 5003000\nevent: end\ndata: {\"status\":\"finished\"}")
            let second = try #require(events.dropFirst().first?.components(separatedBy: "data: ").dropFirst().joined(separator: "data: "))
            let points = try JSONValue(parsing: second)
            #expect(points["loss"]["step"].elements.first?.int == 2 && points["loss"]["value"].elements.first?.isNull == true)
            #expect(points.members.count == 2)
            let again = try await server.send("/experiments/1/runs/abc/events?since=1", headers: ["Last-Event-ID": "7000000"])
            #expect(again.body.contains("id: 7001000\n"))
            let other3 = try await server.send("/experiments/1/runs/none/events")
            #expect(other3.status == 404)
        }
    }

    @Test("Plotly comes from this server, or not at all")
    func plotly() async throws {
        try await RunningServer.with { server in
            let other4 = try await server.send(PagePath.plotly)
            #expect(other4.status == 404)
            let other5 = try await server.send("/experiments/1/runs/abc")
            #expect(other5.body.contains("data-plotly") == false)
        }
    }
}
