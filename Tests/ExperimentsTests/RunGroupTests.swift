import Database
import Experiments
import Support
import TestSupport
import Testing

@Suite("Groups of runs") struct RunGroupTests {
    /// Six runs: three with p = x, two with p = y, one without; the last of x has NaN, and the last run has no metric.
    private static func house() throws -> TrackingHouse {
        let house = try TrackingHouse()
        let runs: [(String, [String: Double], [String: String])] = [
            ("a", ["m": 1, "n": 5], ["p": "x"]), ("b", ["m": 2], ["p": "x"]), ("c", ["m": .nan], ["p": "x"]), ("d", ["m": 10], ["p": "y"]),
            ("e", ["m": 20], ["p": "y"]), ("f", [:], [:]),
        ]
        for (i, (id, metrics, parameters)) in runs.enumerated() {
            try house.run(id, after: Int64(i), metrics: metrics, parameters: parameters, tags: i % 2 == 0 ? ["t": "even"] : [:])
        }
        return house
    }

    private static func groups(
        _ house: TrackingHouse, by grouping: RunGrouping, _ conditions: [SearchCondition<RunField>] = [], metrics: [String] = ["m"],
        order: RunGroupSearch.Order = .count, isDescending: Bool = true, offset: Int = 0, limit: Int = 50
    ) throws -> SearchPage<RunGroup> {
        let search = RunSearch(experiments: [0], query: SearchQuery(conditions: conditions))
        let groups = RunGroupSearch(search, by: grouping, metrics: metrics, order: order, isDescending: isDescending)
        return try house.database.read { try groups.page(offset: offset, limit: limit, in: $0) }
    }

    @Test("the largest comes first, with count, mean and extremes of its numbers; runs without a value are a group too") func parameter() throws {
        let groups = try Self.groups(Self.house(), by: .parameter("p"), metrics: ["m", "unknown", "n"]).items
        #expect(groups.map(\.value) == ["x", "y", nil] && groups.map(\.count) == [3, 2, 1])
        #expect(groups[0].metrics[0]?.count == 2 && groups[0].metrics[0]?.mean == 1.5)
        #expect(groups[0].metrics[0]?.least == 1 && groups[0].metrics[0]?.greatest == 2)
        #expect(groups[0].metrics[1] == nil && groups[0].metrics[2]?.count == 1)
        #expect(groups[1].metrics[0]?.mean == 15 && groups[2].metrics[0] == nil)
        #expect(groups[0].newest == Timestamp("2026-11-01T12:00:02Z"))
    }

    @Test("a search narrows the groups, and a hostile key is only a key") func conditions() throws {
        let house = try Self.house()
        let greater = try Self.groups(house, by: .tag("t"), [SearchCondition(.metric("m"), .number(.greater, 1.5))]).items
        #expect(greater.map(\.value) == [nil, "even"] && greater.map(\.count) == [2, 1])
        let odd = try Self.groups(house, by: .tag("t' OR 1=1 --")).items
        #expect(odd.map(\.value) == [nil] && odd.first?.count == 6)
    }

    @Test("orders: by value, by the newest run, by a mean with what has none last; pages") func orders() throws {
        let house = try Self.house()
        #expect(try Self.groups(house, by: .parameter("p"), order: .value, isDescending: true).items.map(\.value) == ["y", "x", nil])
        #expect(try Self.groups(house, by: .parameter("p"), order: .newest).items.map(\.value) == [nil, "y", "x"])
        for isDescending in [false, true] {
            let found = try Self.groups(house, by: .parameter("p"), order: .mean(0), isDescending: isDescending).items.map(\.value)
            #expect(found == (isDescending ? ["y", "x", nil] : ["x", "y", nil]))
        }
        let first = try Self.groups(house, by: .parameter("p"), limit: 2)
        let second = try Self.groups(house, by: .parameter("p"), offset: 2, limit: 2)
        #expect(first.hasMore && first.items.count == 2 && !second.hasMore && second.items.map(\.value) == [nil])
    }

    @Test("by what they have read, and by the run that they began within; each group's runs are found again") func others() throws {
        let house = try Self.house()
        try house.database.write { session in
            let run = { (id: String) in try #require(try RunReader.run(RunID(id), in: session)) }
            let inputs = ["old", "new"].map { DatasetInput(name: "loans", digest: $0, sourceType: "local", source: "/x") }
            try house.log.log(inputs, models: [], to: run("a"), in: session)
            try house.log.log([inputs[1]], models: [], to: run("b"), in: session)
            let draft = RunDraft(id: RunID("g"), experiment: 0, name: "", parent: RunID("a"), started: house.clock.now())
            _ = try house.log.begin(draft, tags: [], in: session)
        }
        let datasets = try Self.groups(house, by: .dataset).items
        #expect(datasets.map(\.dataset?.digest) == [nil, "new", "old"] && datasets.map(\.count) == [5, 2, 1])
        let parents = try Self.groups(house, by: .parent).items
        #expect(parents.map(\.value) == [nil, "a"] && parents.map(\.count) == [6, 1])
        for (grouping, groups) in [(RunGrouping.dataset, datasets), (.parent, parents)] {
            for group in groups {
                let search = RunSearch(experiments: [0], group: RunGroupPlace(grouping, group.value))
                #expect(try house.database.read { try search.count(in: $0) } == group.count)
            }
        }
        let search = RunSearch(experiments: [0], group: RunGroupPlace(.parameter("p"), "x"))
        #expect(try house.database.read { try search.page(limit: 9, in: $0).items.map(\.id.rawValue) } == ["c", "b", "a"])
    }
}

@Suite("Keys that a search may name") struct RunKeyTests {
    private static func keys(_ house: TrackingHouse, _ kind: RunKeyKind, _ text: String, in experiment: Int = 0, limit: Int = 20) throws -> [String] {
        try house.database.read { try RunReader.keys(kind, like: text, of: experiment, limit: limit, in: $0) }
    }

    @Test("those that begin so come first, then those that hold it, the most frequent first, of that experiment alone") func keys() throws {
        let house = try TrackingHouse()
        let other = try house.experiment("other").id
        try house.run("a", metrics: ["loss": 1, "val_loss": 2, "LOSS2": 1], parameters: ["lr": "1"], tags: ["team": "red"])
        try house.run("b", after: 1, metrics: ["loss": 1, "val_loss": 2, "alpha": 3])
        try house.run("c", in: other, metrics: ["lossy": 1], parameters: ["lr": "1", "l2": "0"])
        #expect(try Self.keys(house, .metric, "loss") == ["loss", "LOSS2", "val_loss"])
        #expect(try Self.keys(house, .metric, "") == ["loss", "val_loss", "LOSS2", "alpha"])
        #expect(try Self.keys(house, .metric, "loss", limit: 1) == ["loss"])
        #expect(try Self.keys(house, .parameter, "l") == ["lr"] && Self.keys(house, .parameter, "l", in: other) == ["l2", "lr"])
        #expect(try Self.keys(house, .tag, "te%") == [] && Self.keys(house, .tag, "te") == ["team"])
    }

    @Test("a key that only old runs have is found by its beginning") func old() throws {
        let house = try TrackingHouse()
        try house.run("old", metrics: ["rare_metric": 1], parameters: ["rare_parameter": "1"], tags: ["rare_tag": "1"])
        for i in 1...1001 { try house.run("r\(i)", after: Int64(i)) }
        for (kind, key) in [(RunKeyKind.metric, "rare_metric"), (.parameter, "rare_parameter"), (.tag, "rare_tag")] {
            #expect(try Self.keys(house, kind, "rare") == [key])
        }
    }
}
