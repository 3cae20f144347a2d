import Database
import Events
import Experiments
import Support
import TestSupport
import Testing

@Suite("What runs log") struct RunLogTests {
    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    private func log(_ points: [MetricPoint], to run: TrackedRun, _ house: TrackingHouse) throws {
        _ = try house.database.write { try house.log.log(RunBatch(points: points), to: run, in: $0) }
    }

    @Test("the same point twice is one, and a history is in the order of time, step and value") func history() throws {
        let house = try TrackingHouse()
        let run = try house.run("a")
        let points = [
            MetricPoint("m", 3, at: Self.at(2), step: 1), MetricPoint("m", 1, at: Self.at(1), step: 9), MetricPoint("m", 2, at: Self.at(2), step: 0),
            MetricPoint("m", 3, at: Self.at(2), step: 1), MetricPoint("m", 2.5, at: Self.at(2), step: 1),
        ]
        try log(points, to: run, house)
        let history = try house.database.read { try RunReader.history(of: "m", in: run, in: $0) }
        #expect(history.map(\.value) == [1, 2, 2.5, 3])
        let page = try house.database.read { try RunReader.history(of: "m", in: run, offset: 1, limit: 2, in: $0) }
        #expect(page.map(\.value) == [2, 2.5])
    }

    @Test("the latest value is that of the largest step, then time, then value, however they arrive")
    func latest() throws {
        let points = [
            MetricPoint("m", 1, at: Self.at(9), step: 1), MetricPoint("m", 2, at: Self.at(1), step: 7), MetricPoint("m", 5, at: Self.at(3), step: 7),
            MetricPoint("m", 4, at: Self.at(3), step: 7),
        ]
        for rotation in points.indices {
            let house = try TrackingHouse()
            let run = try house.run("a")
            let order = Array(points[rotation...] + points[..<rotation])
            try log(order, to: run, house)
            #expect(try house.content(of: "a")?.metrics.map(\.value) == [5], "in one batch, from \(rotation)")
            let other = try house.run("b")
            for point in order { try log([point], to: other, house) }
            #expect(try house.content(of: "b")?.metrics.map(\.value) == [5], "one by one, from \(rotation)")
        }
    }

    @Test("NaN is kept, and an infinity becomes the largest number of its sign") func odd() throws {
        let house = try TrackingHouse()
        let run = try house.run("a")
        try log([MetricPoint("n", .nan, at: Self.at(1)), MetricPoint("i", -.infinity, at: Self.at(1))], to: run, house)
        let metrics = try #require(try house.content(of: "a")?.metrics)
        #expect(metrics.map(\.name) == ["i", "n"])
        #expect(metrics[0].value == -.greatestFiniteMagnitude && metrics[1].value.isNaN)
    }

    @Test("a parameter is written once; another value keeps the whole batch out") func parameters() throws {
        let house = try TrackingHouse()
        let run = try house.run("a", parameters: ["p": "1"])
        let same = try house.database.write { try house.log.log(RunBatch(parameters: [KeyValue("p", "1")]), to: run, in: $0) }
        #expect(same.isEmpty)
        let batch = RunBatch(points: [MetricPoint("m", 1, at: Self.at(1))], parameters: [KeyValue("q", "1"), KeyValue("p", "2")])
        let conflicts = try house.database.rehearse { try house.log.log(batch, to: run, in: $0) }
        #expect(conflicts.map(\.key) == ["p"] && conflicts.map(\.old) == ["1"] && conflicts.map(\.new) == ["2"])
        #expect(try house.content(of: "a")?.metrics.isEmpty == true)
    }

    @Test("a run's end counts its points in the record, and each change leaves its event") func events() throws {
        let house = try TrackingHouse()
        let run = try house.run("a", metrics: ["m": 1, "n": 2])
        try house.database.write { try house.log.update(run, status: .finished, ended: Self.at(5), name: nil, in: $0) }
        try house.database.write { try house.log.delete(run, in: $0) }
        let deleted = try #require(try house.database.read { try RunReader.run(RunID("a"), in: $0) })
        #expect(deleted.deleted != nil && deleted.status == .finished && deleted.ended == Self.at(5))
        try house.database.write { try house.log.restore(deleted, in: $0) }
        let events = try house.events.about("run:a")
        #expect(events.map(\.kind) == ["run.begun", "run.ended", "run.deleted", "run.restored"])
        #expect(events[1].body["points"].int == 2)
    }

    @Test("an experiment is deleted and restored with the runs that were active") func experiments() throws {
        let house = try TrackingHouse()
        let experiment = try house.experiment("e")
        try house.run("kept", in: experiment.id)
        let gone = try house.run("gone", in: experiment.id)
        try house.database.write { try house.log.delete(gone, in: $0) }
        house.clock.advance(bySeconds: 1)
        try house.database.write { try house.experiments.delete(experiment, in: $0) }
        let search = RunSearch(experiments: [experiment.id])
        #expect(try house.database.read { try search.count(in: $0) } == 0)
        let deleted = try #require(try house.database.read { try house.experiments.experiment(experiment.id, in: $0) })
        try house.database.write { try house.experiments.restore(deleted, in: $0) }
        #expect(try house.database.read { try search.page(limit: 9, in: $0).items.map(\.id.rawValue) } == ["kept"])
        #expect(throws: MartletError.self) { try house.experiment("e") }
    }
}
