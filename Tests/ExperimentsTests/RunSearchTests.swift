import Database
import Experiments
import Support
import TestSupport
import Testing

@Suite("The search over runs") struct RunSearchTests {
    private static func found(_ house: TrackingHouse, _ search: RunSearch, offset: Int = 0, limit: Int = 100) throws -> [String] {
        try house.database.read { try search.page(offset: offset, limit: limit, in: $0).items.map(\.id.rawValue) }
    }

    private static func query(_ conditions: [SearchCondition<RunField>], _ order: [SearchOrder<RunField>] = []) -> RunSearch {
        RunSearch(experiments: [0], query: SearchQuery(conditions: conditions, order: order))
    }

    /// Runs a to f; the metric is a number in a, b and c, NaN in d, and missing in e and f.
    private static func house() throws -> TrackingHouse {
        let house = try TrackingHouse()
        let values: [(String, [String: Double])] = [("a", ["m": 2]), ("b", ["m": -1]), ("c", ["m": 7.5]), ("d", ["m": .nan]), ("e", [:]), ("f", [:])]
        for (i, (id, metrics)) in values.enumerated() {
            try house.run(id, after: Int64(i), metrics: metrics, parameters: ["p": "v\(i % 2)"], tags: i == 3 ? [:] : ["t": "x_\(id)"])
        }
        return house
    }

    @Test("without an order the newest comes first") func newest() throws {
        #expect(try Self.found(Self.house(), Self.query([])) == ["f", "e", "d", "c", "b", "a"])
    }

    @Test("numbers, then NaN, then runs without a value, in both directions and on every page", arguments: [false, true])
    func order(isDescending: Bool) throws {
        let house = try Self.house()
        let search = Self.query([], [SearchOrder(.metric("m"), isDescending: isDescending)])
        let expected = (isDescending ? ["c", "a", "b"] : ["b", "a", "c"]) + ["d", "f", "e"]
        #expect(try Self.found(house, search) == expected)
        for size in 1...4 {
            let pages = try stride(from: 0, to: 8, by: size).map { try Self.found(house, search, offset: $0, limit: size) }
            #expect(pages.flatMap(\.self) == expected, "pages of \(size)")
        }
        let second = Self.query([], [SearchOrder(.parameter("p")), SearchOrder(.metric("m"), isDescending: isDescending)])
        let grouped = isDescending ? ["c", "a", "e", "b", "d", "f"] : ["a", "c", "e", "b", "d", "f"]
        #expect(try Self.found(house, second) == grouped)
    }

    @Test("a page knows whether there is more") func more() throws {
        let house = try Self.house()
        let search = Self.query([])
        #expect(try house.database.read { try search.page(limit: 5, in: $0).hasMore })
        let isLast = try house.database.read { try search.page(limit: 6, in: $0) }
        #expect(!isLast.hasMore)
        #expect(try house.database.read { try search.count(in: $0) } == 6)
    }

    @Test(
        "comparisons of metrics; NaN is unequal to everything and nothing else",
        arguments: [
            (SearchTest.number(.greater, 1), "ca"), (.number(.less, 2), "b"), (.number(.equal, 2), "a"), (.number(.unequal, 2), "dcb"),
            (.number(.greaterOrEqual, -1), "cba"), (.number(.lessOrEqual, 1e300), "cba"), (.exists, "dcba"), (.isMissing, "fe"),
        ] as [(SearchTest, String)])
    func metrics(test: SearchTest, expected: String) throws {
        #expect(try Self.found(Self.house(), Self.query([SearchCondition(.metric("m"), test)])).joined() == expected)
    }

    @Test("a metric that nobody logged is missing everywhere") func unknownMetric() throws {
        let house = try Self.house()
        #expect(try Self.found(house, Self.query([SearchCondition(.metric("z"), .number(.less, 9))])).isEmpty)
        #expect(try Self.found(house, Self.query([SearchCondition(.metric("z"), .isMissing)])).count == 6)
        #expect(try Self.found(house, Self.query([], [SearchOrder(.metric("z"))])).count == 6)
    }

    @Test(
        "texts: what a run lacks is not unequal to anything, and patterns know upper case unless told",
        arguments: [
            (RunField.parameter("p"), SearchTest.text(.equal, "v1"), "fdb"), (.parameter("p"), .text(.unequal, "v1"), "eca"),
            (.tag("t"), .text(.unequal, "x_a"), "fecb"), (.tag("t"), .like("X%", ignoresCase: false), ""),
            (.tag("t"), .like("X%", ignoresCase: true), "fecba"), (.tag("t"), .like("__a", ignoresCase: false), "a"), (.tag("t"), .isMissing, "d"),
            (.tag("t"), .like("x*", ignoresCase: false), ""), (.id, .isIn(["a", "e", "zz"]), "ea"), (.id, .isNotIn(["a", "b", "c", "d"]), "fe"),
            (.name, .text(.equal, "run c"), "c"), (.status, .text(.equal, "running"), "fedcba"),
        ] as [(RunField, SearchTest, String)])
    func texts(field: RunField, test: SearchTest, expected: String) throws {
        #expect(try Self.found(Self.house(), Self.query([SearchCondition(field, test)])).joined() == expected)
    }

    @Test("what is looked for never becomes part of the statement") func injection() throws {
        let house = try Self.house()
        for text in ["'; DROP TABLE run; --", "\" OR 1=1", "v1' OR 'a'='a", "%", "\\", "]"] {
            for field in [RunField.parameter("p"), .tag("t"), .name, .metric(text), .parameter(text), .tag(text), .datasetTag(text)] {
                let test: SearchTest = if case .metric = field { .number(.less, 1) } else { .text(.equal, text) }
                #expect(try Self.found(house, Self.query([SearchCondition(field, test)], [SearchOrder(field)])).isEmpty)
            }
        }
        #expect(try Self.found(house, Self.query([])).count == 6)
    }

    @Test("inputs are found by name, digest and what they were used for") func datasets() throws {
        let house = try Self.house()
        let run = try #require(try house.database.read { try RunReader.run(RunID("b"), in: $0) })
        let input = DatasetInput(name: "iris", digest: "d1", sourceType: "local", source: "s", tags: [KeyValue("use.it", "training")])
        try house.database.write { try house.log.log([input], models: [], to: run, in: $0) }
        for (field, value) in [(RunField.datasetName, "iris"), (.datasetDigest, "d1"), (.datasetTag("use.it"), "training")] {
            #expect(try Self.found(house, Self.query([SearchCondition(field, .text(.equal, value))])) == ["b"])
            #expect(try Self.found(house, Self.query([SearchCondition(field, .text(.equal, "other"))])).isEmpty)
        }
        #expect(try house.content(of: "b")?.inputs == [input])
    }

    @Test("long texts that begin alike are told apart") func longTexts() throws {
        let house = try TrackingHouse()
        let start = String(repeating: "é", count: 70)
        for (id, end) in [("a", "1"), ("b", "2")] { try house.run(id, parameters: ["p": start + end]) }
        #expect(try Self.found(house, Self.query([SearchCondition(.parameter("p"), .text(.equal, start + "2"))])) == ["b"])
    }
}
