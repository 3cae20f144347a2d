import Dispatch
import Serving
import Support
import Testing

@Suite("Models that are loaded on demand") struct ResidencyTests {
    /// Endpoints `m0`, `m1` … over models whose files are larger than any growth of this process.
    /// - Parameter before: called before each answer of the first.
    private func make(_ count: Int, _ plan: ResidencyPlan, before: @escaping @Sendable () -> Void = {}) -> ([Endpoint], [FakeProvider]) {
        let residency = Residency(plan)
        let clock = ManualClock(noon)
        let providers = (0..<count).map { place in
            var model = FakeGraph(name: "m\(place)", factor: Double(place), size: 1 << 40)
            if place == 0 { model.before = before }
            return FakeProvider(model)
        }
        let made = providers.enumerated().map { place, provider in
            Endpoint(
                plan: EndpointPlan(endpoint: "m\(place)", model: "m\(place)", batch: BatchOptions(wait: 3600)), provider: provider, log: nil,
                pool: WorkPool(), identifiers: IdentifierSource(clock: clock, seed: UInt64(place + 1)), clock: clock, residency: residency)
        }
        return (made, providers)
    }

    private func isLoaded(_ endpoints: [Endpoint]) -> [Bool] { endpoints.map { $0.held != nil } }

    @Test("come with the first request, and the one that was asked longest ago goes") func leastRecentlyUsed() async throws {
        let (endpoints, providers) = make(3, ResidencyPlan(loaded: 2))
        #expect(await endpoints[0].standing().reason?.contains("the next request loads it") == true)
        for place in [0, 1, 0, 2] { _ = try await endpoints[place].infer(FakeGraph.question([1, 2])) }
        #expect(isLoaded(endpoints) == [true, false, true])
        let again = try await endpoints[1].infer(FakeGraph.question([3, 4]))
        #expect(again.tensors?.first?.decoded == .numbers([3, 4]))
        #expect(isLoaded(endpoints) == [false, true, true] && providers.map(\.calls) == [1, 2, 1])
        #expect(endpoints[1].residencyCounts == ResidencyCounts(loads: 2, evictions: 1, bytes: 1 << 40))
    }

    @Test("are counted with the bytes of their files at least") func memory() async throws {
        let (endpoints, _) = make(3, ResidencyPlan(memory: 2 << 40))
        for endpoint in endpoints { _ = try await endpoint.infer(FakeGraph.question([1, 2])) }
        #expect(isLoaded(endpoints) == [false, true, true])
    }

    @Test("are loaded once, however many ask first at the same time") func once() async throws {
        let (endpoints, providers) = make(1, ResidencyPlan(loaded: 1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try await endpoints[0].infer(FakeGraph.question([1, 2])) } }
            try await group.waitForAll()
        }
        #expect(providers[0].calls == 1)
    }

    @Test("stay while they answer, even where there are too many, and go afterwards") func busy() async throws {
        let (entered, gate) = (Flag(), DispatchSemaphore(value: 0))
        let (endpoints, _) = make(2, ResidencyPlan(loaded: 1)) {
            entered.set()
            gate.wait()
        }
        let slow = Task { try await endpoints[0].infer(FakeGraph.question([1, 2])) }
        while !entered.isSet { try await Task.sleep(for: .milliseconds(1)) }
        _ = try await endpoints[1].infer(FakeGraph.question([1, 2]))
        #expect(isLoaded(endpoints) == [true, true])
        gate.signal()
        _ = try await slow.value
        // The answer's own hold on the model ends with its task.
        while endpoints[0].held != nil {
            try await endpoints[1].unload()
            _ = try await endpoints[1].infer(FakeGraph.question([1, 2]))
        }
        #expect(isLoaded(endpoints) == [false, true])
    }

    @Test("answer all the same where two take turns in the only place") func turns() async throws {
        let (endpoints, _) = make(2, ResidencyPlan(loaded: 1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<200 {
                group.addTask {
                    let answer = try await endpoints[place % 2].infer(FakeGraph.question([1, 2]))
                    #expect(answer.tensors?.first?.decoded == .numbers([Double(place % 2), Double(place % 2) * 2]))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("stay where what is asked cannot be loaded or is not there, and one failure answers all who wait for it") func failures() async throws {
        let (endpoints, providers) = make(3, ResidencyPlan(loaded: 1))
        _ = try await endpoints[0].infer(FakeGraph.question([1, 2]))
        let expected = MartletError(.corrupted, "bad bytes")
        providers[1].fail(expected)
        await withTaskGroup(of: MartletError?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do throws(MartletError) {
                        _ = try await endpoints[1].infer(FakeGraph.question([1, 2]))
                        return nil
                    } catch { return error }
                }
            }
            for await error in group { #expect(error == expected) }
        }
        #expect(providers[1].calls < 20)
        providers[2].hold(nil)
        await #expect(throws: MartletError.self) { () async throws in _ = try await endpoints[2].infer(FakeGraph.question([1, 2])) }
        #expect(isLoaded(endpoints) == [true, false, false] && endpoints[0].residencyCounts?.evictions == 0)
        // What is there by now is loaded at once: that there was nothing is not remembered.
        providers[2].hold(FakeGraph(name: "m2", size: 1 << 40))
        _ = try await endpoints[2].infer(FakeGraph.question([1, 2]))
        #expect(isLoaded(endpoints) == [false, false, true])
    }

    @Test("take no place where their alias was deleted") func emptySeats() async throws {
        let (endpoints, providers) = make(3, ResidencyPlan(loaded: 2))
        for place in 0..<2 { _ = try await endpoints[place].infer(FakeGraph.question([1, 2])) }
        providers[0].hold(nil)
        try await endpoints[0].refresh()
        _ = try await endpoints[2].infer(FakeGraph.question([1, 2]))
        #expect(isLoaded(endpoints) == [false, true, true] && endpoints[1].residencyCounts?.evictions == 0)
    }

    @Test("go on with the counts of their traffic when they come again") func traffic() async throws {
        let clock = ManualClock(noon)
        let provider = FakeProvider(FakeModel())
        let plan = try TrafficPlan(id: 1, kind: .canary, weights: [.init(version: 4, share: 0.5)], since: noon)
        provider.share(plan, FakeModel(version: 4))
        let endpoint = Endpoint(
            plan: EndpointPlan(endpoint: "income", model: "income", batch: BatchOptions(wait: 3600)), provider: provider, log: nil, pool: WorkPool(),
            identifiers: IdentifierSource(clock: clock, seed: 1), clock: clock, residency: Residency(ResidencyPlan()))
        for _ in 0..<2 {
            for _ in 0..<20 { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs())) }
            try await endpoint.unload()
        }
        _ = try await endpoint.infer(InferenceRequest(inputs: validInputs()))
        #expect(endpoint.versionTraffic.map(\.figures.requests).reduce(0, +) == 41)
    }

    @Test("go and come as a client of the repository wants, save the main one") func repository() async throws {
        let (endpoints, _) = make(1, ResidencyPlan())
        try await endpoints[0].reload(bringsFiles: false)
        #expect(endpoints[0].held != nil)
        try await endpoints[0].unload()
        #expect(endpoints[0].held == nil)
        _ = try await endpoints[0].infer(FakeGraph.question([1, 2]))
        #expect(endpoints[0].held != nil)
        let main = makeEndpoint(FakeProvider(FakeModel()))
        await #expect(throws: MartletError.self) { () async throws in try await main.unload() }
        #expect(await EndpointSet([main, endpoints[0]], main: main).hindrance() == nil)
    }
}
