import Pages
import Support
import Testing

/// Numbers that upset scales.
private let extremes: [Double] = [
    .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -1, 1,
]

@Suite("Charts")
struct ChartTests {
    @Test("No value, however extreme, gets into a drawing as something that is not a coordinate", arguments: extremes)
    func extremeValues(_ value: Double) throws {
        let home = HomeView(
            project: "p", asOf: Samples.now,
            objectives: extremes.map {
                .init(
                    id: "a", sentence: "s", metric: "m", on: "test", bound: $0, judge: .lowerBound, value: value, interval: .init($0, value),
                    verdict: .green)
            })
        let histograms = [
            HistogramView(edges: [value, 0, 1], reference: [value, 1], current: [0.5, value]), HistogramView(edges: [], reference: [], current: [1]),
            HistogramView(categories: [], reference: [1, value, 3], current: [value]),
        ]
        let window = { QualityView.Window(from: Samples.now, to: Samples.now, value: $0, interval: .init(value, $0)) }
        let endpoint = EndpointView(
            endpoint: Samples.summary, address: "a",
            traffic: .init(since: Samples.now, requests: .max, rows: .min, requestsPerSecond: value, errorRate: value, p50Milliseconds: value),
            days: [.init("d", .max), .init("d", .min), .init("d", .max)], scores: .init(version: 1, histogram: histograms[0]),
            drift: .init(
                from: Samples.now, to: Samples.now, rows: 0,
                columns: histograms.map {
                    .init(name: "c", method: "psi", statistic: value, threshold: value, pValue: value, drifted: false, histogram: $0)
                }),
            quality: [.init(metric: "m", bound: value, windows: extremes.map(window))],
            recent: [.init(id: "i", time: Samples.now, label: nil, score: value)])
        for page in [HomePage(home).page.html().text, EndpointPage(endpoint).page.html().text] {
            try MarkupCheck(page).run()
            for word in ["\"nan", "\"inf", " nan", " inf", "\"-inf", "e+3"] { #expect(!page.contains(word), "\(word)") }
        }
        let json = endpoint.json.compact
        #expect(try JSONValue(parsing: json).compact == json)
    }

    @Test("The drawing of a chain survives cycles, loops, unknown ends and the same reference twice")
    func cycles() throws {
        let nodes = ["a", "b", "c", "a"].map { WhyView.Node($0, kind: "run", title: $0) }
        let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"), ("a", "x"), ("a", "b")].map { WhyView.Edge($0.0, $0.1, "uses") }
        let page = WhyPage(view(nodes, edges)).page.html().text
        try MarkupCheck(page).run()
        #expect(page.matches(of: /class="face"/).count == 4)
        #expect(page.matches(of: /marker-end/).count == 3)
    }

    @Test("Cards of a random graph do not overlap, and every arrow runs downwards", arguments: 1...20)
    func layout(_ seed: Int) throws {
        var state = UInt64(seed)
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let count = 2 + next(30)
        let nodes = (0..<count).map { WhyView.Node("n\($0)", kind: "run", title: "n\($0)") }
        let edges = (0..<count * 2).map { _ in WhyView.Edge("n\(next(count))", "n\(next(count))", "uses") }
        let page = WhyPage(view(nodes, edges)).page.html().text
        let cards = try page.matches(of: /class="face" x="([-0-9.]+)" y="([-0-9.]+)"/).map { try (#require(Double($0.1)), #require(Double($0.2))) }
        #expect(cards.count == count)
        for (i, a) in cards.enumerated() {
            #expect(a.0 >= 0)
            for b in cards[(i + 1)...] { #expect(abs(a.0 - b.0) >= 232 || abs(a.1 - b.1) >= 96) }
        }
        for arrow in page.matches(of: /<path d="M[-0-9.]+ ([-0-9.]+)C[^"]* ([-0-9.]+)" marker-end/) {
            #expect(try #require(Double(arrow.1)) < #require(Double(arrow.2)))
        }
    }

    private func view(_ nodes: [WhyView.Node], _ edges: [WhyView.Edge]) -> WhyView {
        WhyView(prediction: .init(id: "p", time: Samples.now, label: nil, score: 1), endpoint: "e", inputs: [], nodes: nodes, edges: edges)
    }
}
