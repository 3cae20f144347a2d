import Dispatch
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("A shadow") struct ShadowTests {
    private func plan(_ id: Int = 1) throws(MartletError) -> TrafficPlan {
        try TrafficPlan(id: id, kind: .shadow, weights: [.init(version: 4, share: 1)], since: noon)
    }

    private func figures(_ endpoint: Endpoint) throws -> ShadowFigures { try #require(endpoint.versionTraffic.first { $0.role == .shadow }?.shadow) }

    /// Waits until so many requests have been compared, dropped or failed.
    private func settled(_ endpoint: Endpoint, _ count: Int) async throws -> ShadowFigures {
        while true {
            let found = try figures(endpoint)
            if found.requests + found.dropped + found.failed >= count { return found }
            await Task.yield()
        }
    }

    @Test("is compared row by row, answers nobody, and leaves no trace in the prediction log") func comparison() async throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(noon)
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: clock)
        let provider = FakeProvider(FakeModel())
        provider.share(try plan(), ShiftedModel(shift: 0.1))
        let endpoint = makeEndpoint(provider, log: log, clock: clock)
        for _ in 0..<10 {
            let column = Tensor(name: "count", datatype: .fp64, shape: [80], values: .numbers((0..<80).map { Double($0) }))
            let inputs = validInputs(rows: 80).map { $0.name == "count" ? column : $0 }
            #expect(try await endpoint.infer(InferenceRequest(inputs: inputs)).model.version == 3)
        }
        let found = try await settled(endpoint, 10)
        #expect(found.requests == 10 && found.rows == 800 && found.failed == 0 && found.dropped == 0)
        // 40 to 49 of a hundred are “no” to the champion and, a tenth higher, “yes” to the shadow.
        #expect(found.disagreementRate == 0.125)
        #expect(abs((found.meanDifference ?? 0) - 0.1) < 1e-9)
        #expect(found.latency.count == 10)
        var versions: Set<Int> = []
        try log.reader().scan { versions.insert($0.model.version) }
        #expect(versions == [3])
        #expect(endpoint.figures().requests == 10)
    }

    @Test("that hangs costs nobody an answer: what it cannot take is dropped and counted") func overload() async throws {
        let provider = FakeProvider(FakeModel())
        let go = DispatchSemaphore(value: 0)
        let isWarm = Flag()
        provider.share(
            try plan(),
            ShiftedModel(shift: 0) {
                if isWarm.isSet { go.wait() }
            })
        let endpoint = makeEndpoint(provider)
        _ = try await endpoint.current()
        isWarm.set()
        for _ in 0..<100 { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs())) }
        #expect(try figures(endpoint).dropped == 68, "One is asked and thirty-one wait.")
        for _ in 0..<32 { go.signal() }
        let found = try await settled(endpoint, 100)
        #expect(found.requests == 32 && found.dropped == 68 && endpoint.figures().failed == 0)
    }

    @Test("that fails is counted, and the champion's answer stands") func failing() async throws {
        let provider = FakeProvider(FakeModel())
        provider.share(try plan(), FakeModel(version: 4, failsAt: 1))
        let endpoint = makeEndpoint(provider)
        for _ in 0..<5 { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 2))) }
        #expect(try await settled(endpoint, 5).failed == 5)
        #expect(endpoint.figures().failed == 0 && endpoint.figures().rows == 10)
    }
}

/// Version 4, whose probability is higher by a shift.
private struct ShiftedModel: ServedModel {
    let name = "income"
    let version = 4
    let digest = "sha256:cd"
    let signature = FakeModel.contract
    var shift: Double
    var before: @Sendable () -> Void = {}

    func answer(_ table: Table) throws(MartletError) -> Answers {
        before()
        let scores = try FakeModel().answer(table).scores.map { min(1, $0 + shift) }
        return Answers(scores: scores, width: 1, labels: TextValues(scores.map { $0 >= 0.5 - 1e-9 ? "yes" : "no" }))
    }
}
