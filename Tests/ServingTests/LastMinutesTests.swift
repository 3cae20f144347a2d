import Serving
import Support
import TestSupport
import Testing

@Suite("The last minutes of an endpoint") struct LastMinutesTests {
    @Test("tell what came between two looks, each version apart, and leave the figures as they are") func slots() async throws {
        let provider = FakeProvider(FakeModel(failsAt: 77))
        let endpoint = makeEndpoint(provider)
        #expect(endpoint.lastMinutes.slots.isEmpty)
        _ = try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 3)))
        endpoint.lastMinutes.sample(endpoint, at: noon, seconds: 100)
        #expect(endpoint.lastMinutes.slots.isEmpty, "The first look has nothing to compare with.")
        for rows in 1...4 { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: rows))) }
        await #expect(throws: MartletError.self) { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 78))) }
        await #expect(throws: MartletError.self) { _ = try await endpoint.infer(InferenceRequest(inputs: [])) }
        endpoint.lastMinutes.sample(endpoint, at: noon.advanced(bySeconds: 2), seconds: 102)
        endpoint.lastMinutes.sample(endpoint, at: noon.advanced(bySeconds: 4), seconds: 104)
        let slots = endpoint.lastMinutes.slots
        #expect(
            slots.map(\.requests) == [6, 0] && slots.map(\.rows) == [10, 0] && slots.map(\.failed) == [1, 0] && slots.map(\.refused) == [1, 0])
        #expect(slots[0].rate(slots[0].requests) == 3 && slots[0].seconds == 2 && slots[0].at == noon.advanced(bySeconds: 2))
        #expect(slots[0].p50 != nil && slots[0].p99 != nil && slots[1].p50 == nil)
        #expect(slots[0].versions.map(\.version) == [3] && slots[0].versions[0].requests >= 5 && slots[1].versions.isEmpty)
        #expect(endpoint.figures().requests == 7 && endpoint.figures().latency.count == 5)
        let told = endpoint.statusJSON
        #expect(told["last_minutes"].elements.map { $0["rps"].double } == [3, 0] && told["waiting"].int == 0)
    }

    @Test("are a ring: however long it runs, so many slots are kept, the oldest first") func ring() async throws {
        let endpoint = makeEndpoint(FakeProvider(FakeModel()))
        for second in 0..<LastMinutes.slotCount + 50 {
            if second == LastMinutes.slotCount { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs())) }
            endpoint.lastMinutes.sample(endpoint, at: noon.advanced(bySeconds: Double(second)), seconds: Double(second))
        }
        let slots = endpoint.lastMinutes.slots
        #expect(slots.count == LastMinutes.slotCount && slots.map(\.at) == slots.map(\.at).sorted())
        #expect(slots.last?.at == noon.advanced(bySeconds: Double(LastMinutes.slotCount + 49)))
        #expect(slots.firstIndex { $0.requests == 1 } == LastMinutes.slotCount - 50)
    }
}
