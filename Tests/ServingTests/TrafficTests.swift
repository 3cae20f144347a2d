import Dispatch
import Foundation
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("Several versions behind an endpoint") struct TrafficTests {
    private func plan(_ id: Int, _ kind: TrafficPlan.Kind, _ shares: [(Int, Double)], key: String? = nil) throws(MartletError) -> TrafficPlan {
        try TrafficPlan(id: id, kind: kind, weights: shares.map { .init(version: $0.0, share: $0.1) }, key: key, since: noon)
    }

    private func request(_ key: String? = nil, rows: Int = 1) -> InferenceRequest { InferenceRequest(inputs: validInputs(rows: rows), key: key) }

    /// Who answered requests that insist on no version.
    private func answered(_ endpoint: Endpoint, requests: Int) async throws -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for _ in 0..<requests { counts[try await endpoint.infer(request()).model.version, default: 0] += 1 }
        return counts
    }

    @Test("A canary answers its share, the log and the figures say who answered, and without a plan the champion answers all") func canary()
        async throws
    {
        let folder = try TemporaryFolder()
        let clock = ManualClock(noon)
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: clock)
        let provider = FakeProvider(FakeModel())
        let other = Signature(inputs: FakeModel.contract.inputs.reversed(), answer: .binary(negative: "no", positive: "yes", threshold: 0.4))
        provider.share(try plan(1, .canary, [(4, 0.25)]), FakeModel(version: 4, digest: "sha256:cd", signature: other))
        let endpoint = makeEndpoint(provider, log: log, clock: clock)
        let counts = try await answered(endpoint, requests: 2000)
        #expect((400...600).contains(counts[4] ?? 0) && counts.count == 2, "\(counts)")
        var logged: [ModelStamp: Int] = [:]
        try log.reader().scan { logged[$0.model, default: 0] += $0.rowCount }
        let stamps = [
            3: ModelStamp(name: "income", version: 3, alias: "champion", digest: "sha256:ab"),
            4: ModelStamp(name: "income", version: 4, alias: nil, digest: "sha256:cd"),
        ]
        for (version, stamp) in stamps { #expect(logged[stamp] == counts[version]) }
        var blocks = 0
        try log.reader().scan { _ in blocks += 1 }
        #expect(blocks < 400, "Rows of one version stand together.")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("income")).count { $0.hasSuffix(".predictions") } == 2)
        let traffic = endpoint.versionTraffic
        #expect(traffic.map(\.version) == [3, 4] && traffic.map(\.role) == [.champion, .canary] && traffic.map(\.share) == [0.75, 0.25])
        #expect(traffic.map(\.figures.requests) == [counts[3], counts[4]] && endpoint.figures().requests == 2000)
        provider.share(nil)
        #expect(try await endpoint.refreshTraffic() && endpoint.traffic == nil)
        #expect(try await answered(endpoint, requests: 50) == [3: 50])
    }

    @Test("A sticky key stays with one version, however it is sent; rows of several versions are left to the champion and counted")
    func sticky() async throws {
        let provider = FakeProvider(FakeModel())
        let canary = try plan(1, .canary, [(4, 0.5)], key: "person_id")
        provider.share(canary, FakeModel(version: 4))
        let endpoint = makeEndpoint(provider)
        for person in 0..<100 {
            let expected = canary.choice("p\(person)", endpoint: "income") ?? 3
            let column = Tensor(name: "person_id", datatype: .bytes, shape: [2], values: .text(["p\(person)", "p\(person)"]))
            #expect(try await endpoint.infer(request("p\(person)")).model.version == expected)
            #expect(try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 2) + [column])).model.version == expected)
        }
        let people = (0..<20).map { "p\($0)" }
        let column = Tensor(name: "person_id", datatype: .bytes, shape: [20], values: .text(people))
        #expect(try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 20) + [column])).model.version == 3)
        #expect(endpoint.mixedRequests == 1)
    }

    @Test("An input can be the sticky key") func stickyInput() async throws {
        let provider = FakeProvider(FakeModel())
        let split = try plan(1, .split, [(4, 1), (5, 1)], key: "town")
        provider.share(split, FakeModel(version: 4), FakeModel(version: 5))
        let endpoint = makeEndpoint(provider)
        #expect(try await answered(endpoint, requests: 30) == [split.choice("Ulm", endpoint: "income") ?? 0: 30])
        #expect(endpoint.versionTraffic.map(\.share) == [0, 0.5, 0.5])
    }

    @Test("Who insists on a version gets it where it takes part, and is told the versions where not") func insisting() async throws {
        let provider = FakeProvider(FakeModel())
        provider.share(try plan(1, .canary, [(4, 0.01)]), FakeModel(version: 4))
        let endpoint = makeEndpoint(provider)
        for version in [3, 4] { #expect(try await endpoint.infer(request(), version: version).model.version == version) }
        await #expect(throws: MartletError(.notFound, "Endpoint “income” serves versions 3, 4, not 5.")) {
            try await endpoint.infer(request(), version: 5)
        }
        provider.share(try plan(2, .shadow, [(4, 1)]))
        try await endpoint.refreshTraffic()
        await #expect(
            throws: MartletError(
                .notFound, "Endpoint “income” serves version 3, not 4. That one is a shadow: it is compared and never answers.")
        ) { try await endpoint.infer(request(), version: 4) }
    }

    @Test("A version that does not answer its warm-up request takes no part, and the champion goes on") func warmUp() async throws {
        let provider = FakeProvider(FakeModel())
        let endpoint = makeEndpoint(provider)
        #expect(try await answered(endpoint, requests: 1) == [3: 1])
        provider.share(try plan(1, .canary, [(4, 1)]), FakeModel(version: 4, fails: MartletError(.defect, "It is broken.")))
        #expect(try await endpoint.refreshTraffic())
        #expect(endpoint.traffic == nil && endpoint.trafficFailure?.plan == 1)
        #expect(endpoint.trafficFailure?.message.contains("income@v4 does not answer a row made from its signature") == true)
        #expect(try await !endpoint.refreshTraffic() && provider.loaded == [4], "A plan that failed is not tried over and over.")
        #expect(try await answered(endpoint, requests: 20) == [3: 20])
        provider.hold(FakeModel(version: 5, fails: MartletError(.defect, "It is broken.")))
        await #expect(throws: MartletError.self) { try await endpoint.refresh() }
        #expect(try await answered(endpoint, requests: 1) == [3: 1], "Nor does it become champion.")
    }

    @Test("A version that takes other inputs is refused by name") func incompatible() async throws {
        let provider = FakeProvider(FakeModel())
        let endpoint = makeEndpoint(provider)
        var inputs = FakeModel.contract.inputs
        inputs.append(.init("height", kind: .number, mayBeMissing: true))
        let other = FakeModel(version: 4, signature: Signature(inputs: inputs, answer: FakeModel.contract.answer))
        provider.share(try plan(1, .canary, [(4, 0.5)]), other)
        try await endpoint.refreshTraffic()
        #expect(
            endpoint.trafficFailure?.message.contains("it also needs the input “height”") == true, "\(String(describing: endpoint.trafficFailure))")
        let turned = Signature(inputs: FakeModel.contract.inputs.reversed(), answer: FakeModel.contract.answer)
        provider.share(try plan(2, .canary, [(5, 1)]), FakeModel(version: 5, signature: turned))
        try await endpoint.refreshTraffic()
        let result = try await endpoint.infer(request(rows: 7))
        #expect(result.model.version == 5 && result.answers.scores == (0..<7).map { Double($0) / 100 }, "Another order is none.")
    }

    @Test("A promotion keeps the plan and does not load its versions again") func promotion() async throws {
        let provider = FakeProvider(FakeModel())
        provider.share(try plan(1, .canary, [(4, 0.5)]), FakeModel(version: 4))
        let endpoint = makeEndpoint(provider)
        _ = try await answered(endpoint, requests: 100)
        let before = endpoint.versionTraffic[1].figures.requests
        provider.hold(FakeModel(version: 5))
        #expect(try await endpoint.refresh())
        #expect(endpoint.traffic?.id == 1 && provider.loaded == [4] && endpoint.versionTraffic.map(\.version) == [5, 4])
        #expect(endpoint.versionTraffic[1].figures.requests == before, "The canary's figures go on.")
        provider.share(try plan(2, .canary, [(4, 0.6)]))
        try await endpoint.refreshTraffic()
        #expect(provider.loaded == [4] && endpoint.versionTraffic[1].figures.requests == 0, "Another plan counts anew.")
    }

    @Test("A thousand changes under load: every request is answered once, by a version that was in force, and logged once")
    func changes() async throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(noon)
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: clock)
        let provider = FakeProvider(FakeModel(version: 1))
        let endpoint = makeEndpoint(provider, log: log, clock: clock)
        _ = try await endpoint.current()
        let isOver = Flag()
        let asked = try await withThrowingTaskGroup(of: [TimeOrderedID: Int].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var answers: [TimeOrderedID: Int] = [:]
                    while !isOver.isSet {
                        let result = try await endpoint.infer(request(rows: 2))
                        for id in result.ids { #expect(answers.updateValue(result.model.version, forKey: id) == nil) }
                        await Task.yield()  // A quick model is asked without waiting; a connection would wait for its next request here.
                    }
                    return answers
                }
            }
            for change in 1...1000 {
                let version = change + 1
                if change % 4 == 0 {
                    provider.hold(FakeModel(version: version))
                    #expect(try await endpoint.refresh())
                } else {
                    let kind: TrafficPlan.Kind = change % 4 == 1 ? .canary : .split
                    let shares: [(Int, Double)] = kind == .canary ? [(version, 0.5)] : [(version, 1), (endpoint.held?.version ?? 1, 1)]
                    provider.share(try plan(change, kind, shares), FakeModel(version: version))
                    #expect(try await endpoint.refreshTraffic() && endpoint.traffic?.id == change)
                }
                _ = try await endpoint.infer(request())
            }
            isOver.set()
            return try await group.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        }
        let figures = endpoint.figures()
        #expect(figures.failed == 0 && figures.refused == 0 && figures.requests == asked.count / 2 + 1000)
        var logged: [TimeOrderedID: Int] = [:]
        var rows = 0
        try log.reader().scan { block in
            rows += block.rowCount
            for id in block.ids { logged[id] = block.model.version }
        }
        #expect(rows == asked.count + 1000 && logged.count == rows, "No row is there twice.")
        #expect(asked.allSatisfy { logged[$0.key] == $0.value })
        #expect(Set(asked.values).count > 20)
    }

    @Test("A replaced version lives until the last request that it answers has ended, and no longer") func drained() async throws {
        let (begun, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let life = Life()
        let provider = FakeProvider(FakeModel())
        let endpoint = makeEndpoint(provider)
        let isWarm = Flag()
        provider.share(
            try plan(1, .canary, [(4, 1)]),
            LivingModel(life: life.begin()) {
                guard isWarm.isSet else { return }
                begun.signal()
                go.wait()
            })
        try await endpoint.refreshTraffic()
        isWarm.set()
        async let slow = endpoint.infer(request())
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                begun.wait()
                continuation.resume()
            }
        }
        provider.share(nil)
        provider.forget(4)
        try await endpoint.refreshTraffic()
        #expect(try await endpoint.infer(request()).model.version == 3)
        #expect(!life.isOver, "Its request is under way.")
        go.signal()
        #expect(try await slow.model.version == 4)
        for _ in 0..<100_000 where !life.isOver { await Task.yield() }
        #expect(life.isOver)
    }
}

/// Whether something is held by nobody any more.
final class Life: Sendable {
    final class Token: Sendable {
        private let over: Flag
        init(_ over: Flag) { self.over = over }
        deinit { over.set() }
    }

    private let over = Flag()

    func begin() -> Token { Token(over) }

    var isOver: Bool { over.isSet }
}

/// Version 4, with a token that tells when it is let go.
private struct LivingModel: ServedModel {
    let name = "income"
    let version = 4
    let digest = "sha256:cd"
    let signature = FakeModel.contract
    let life: Life.Token
    let before: @Sendable () -> Void

    init(life: Life.Token, before: @escaping @Sendable () -> Void) {
        self.life = life
        self.before = before
    }

    func answer(_ table: Table) throws(MartletError) -> Answers {
        before()
        return try FakeModel().answer(table)
    }
}
