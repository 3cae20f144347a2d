import Dispatch
import Serving
import Settings
import Support
import Tables
import TestSupport
import Testing

@Suite("An endpoint") struct EndpointTests {
    @Test("answers each row with an identifier of its own and logs it") func answers() async throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(noon)
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: clock)
        let endpoint = makeEndpoint(FakeProvider(FakeModel()), log: log, clock: clock)
        let key = Tensor(name: "person_id", datatype: .bytes, shape: [100], values: .text((0..<100).map { "p\($0)" }))
        let result = try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 100) + [key]))
        #expect(result.answers.scores == (0..<100).map { Double($0) / 100 })
        #expect(Set(result.ids).count == 100)
        #expect(result.ids == result.ids.sorted())
        let record = try #require(try log.reader().find(result.ids[73]))
        #expect(record.key == "p73")
        #expect(record.scores == [0.73])
        #expect(record.label == "yes")
        #expect(record.model == ModelStamp(name: "income", version: 3, alias: "champion", digest: "sha256:ab"))
        #expect(record.inputs.map(\.key) == FakeModel.contract.inputs.map(\.name))
        #expect(record.inputs[6].value == "2026-11-23T21:36:00Z")
    }

    @Test("loads its model on first use and not again") func lazyLoading() async throws {
        let provider = FakeProvider(FakeModel())
        let endpoint = makeEndpoint(provider)
        #expect(provider.calls == 0)
        #expect(endpoint.held == nil)
        for _ in 0..<3 { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs())) }
        #expect(provider.calls == 1)
    }

    @Test("changes its model while requests are under way, and loses none") func swap() async throws {
        let provider = FakeProvider(FakeModel())
        let endpoint = makeEndpoint(provider)
        let versions = try await withThrowingTaskGroup(of: Int.self) { group in
            for i in 0..<200 {
                group.addTask {
                    if i == 100 {
                        provider.hold(FakeModel(version: 4))
                        #expect(try await endpoint.refresh())
                    }
                    return try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 5))).model.version
                }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(versions.values.reduce(0, +) == 200)
        #expect(Set(versions.keys).isSubset(of: [3, 4]))
        #expect(try await endpoint.infer(InferenceRequest(inputs: validInputs())).model.version == 4)
        #expect(try await !endpoint.refresh())
    }

    @Test("keeps its old model where the new one cannot be loaded") func failedRefresh() async throws {
        let provider = FakeProvider(FakeModel())
        let endpoint = makeEndpoint(provider)
        try await endpoint.refresh()
        provider.fail(MartletError(.corrupted, "bad bytes"))
        await #expect(throws: MartletError(.corrupted, "bad bytes")) { try await endpoint.refresh() }
        #expect(try await endpoint.infer(InferenceRequest(inputs: validInputs())).model.version == 3)
    }

    @Test("without a model says what to do") func noModel() async throws {
        let endpoint = makeEndpoint(FakeProvider(nil))
        let error = await #expect(throws: MartletError.self) { try await endpoint.infer(InferenceRequest(inputs: validInputs())) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.hasPrefix("Endpoint “income” has no model yet: nothing is registered as income@champion.") == true)
    }

    @Test("refuses another version than it serves") func version() async throws {
        let endpoint = makeEndpoint(FakeProvider(FakeModel()))
        _ = try await endpoint.infer(InferenceRequest(inputs: validInputs()), version: 3)
        await #expect(throws: MartletError(.notFound, "Endpoint “income” serves version 3, not 2.")) {
            try await endpoint.infer(InferenceRequest(inputs: validInputs()), version: 2)
        }
    }

    @Test("counts answers, callers' mistakes and its own failures apart") func figures() async throws {
        let provider = FakeProvider(FakeModel())
        let clock = ManualClock(noon)
        let endpoint = makeEndpoint(provider, clock: clock)
        for _ in 0..<6 { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 4))) }
        _ = try? await endpoint.infer(InferenceRequest(inputs: []))
        provider.hold(FakeModel(version: 4, failsAt: 1))
        try await endpoint.refresh()
        for _ in 0..<2 { _ = try? await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 2))) }
        var figures = endpoint.figures()
        #expect(figures.requests == 9)
        #expect(figures.rows == 24)
        #expect(figures.refused == 1)
        #expect(figures.failed == 2)
        #expect(figures.errorRate == 0.25)
        #expect(figures.latency.count == 6)
        clock.advance(to: noon.advanced(bySeconds: 120))
        figures = endpoint.figures(lastMinutes: 1)
        #expect(figures.requests == 0)
        #expect(endpoint.figures(lastMinutes: 60).requests == 9)
        let json = endpoint.json
        #expect(json["total"]["error_rate"].double == 0.25)
        #expect(json["total"]["p99_ms"].double != nil)
        #expect(json["version"].int == 4)
        #expect(json["since"].text == noon.description)
    }

    @Test("refuses work with “unavailable” when too much waits, and recovers") func busy() async throws {
        let gate = DispatchSemaphore(value: 0)
        let pool = WorkPool(width: 1, limit: 2)
        await withTaskGroup(of: MartletError.Code?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do throws(MartletError) {
                        try await pool.run { () throws(MartletError) in gate.wait() }
                        return nil
                    } catch { return error.code }
                }
            }
            for _ in 0..<5 { #expect(await group.next() == .unavailable) }
            for _ in 0..<3 { gate.signal() }
            for _ in 0..<3 { #expect(await group.next() == .some(nil)) }
        }
        #expect(try await pool.run { () throws(MartletError) in 7 } == 7)
    }
}

@Suite("The plan of an endpoint") struct EndpointPlanTests {
    private func plan(_ yaml: String) throws(MartletError) -> EndpointPlan { try EndpointPlan(SettingsNode(yaml: yaml, file: "martlet.yaml")) }

    @Test("is read from the settings") func reading() throws {
        let full = try plan("{endpoint: loans, model: income@champion, key: person_id, log: {sample: 0.5, keep: 180d, mode: durable}}")
        let log = PredictionLogOptions(mode: .durable, sample: 0.5, keep: 180 * 86_400)
        #expect(full == EndpointPlan(endpoint: "loans", model: "income", selector: "champion", key: "person_id", log: log))
        #expect(try plan("model: income") == EndpointPlan(endpoint: "income", model: "income", selector: "champion"))
        #expect(try plan("model: model:income@3").alias == nil)
        #expect(try plan("{model: income@challenger, log: durable}").log.mode == .durable)
        #expect(try plan("{model: income@challenger, log: durable}").alias == "challenger")
    }

    @Test("tells how Python is run: by its interpreter alone, or with limits") func python() throws {
        #expect(try plan("model: income").python == nil)
        #expect(try plan("{model: income, python: .venv/bin/python}").python?.interpreter == ".venv/bin/python")
        let limited = try plan("{model: income, python: {interpreter: python3, workers: 4, memory: 1500MB, timeout: 250s}}").python
        #expect(limited?.workers == 4 && limited?.memory == 1_500_000_000 && limited?.timeout == 250)
        #expect(try plan("{model: income, python: {}}").python == PythonPlan())
    }

    @Test("names endpoints beside the main one: other models, chains and ensembles, and how many are held") func beside() throws {
        let text = """
            {model: income, loaded: 8, memory: 2GB, endpoints: {
              old: loans@v1, new: {model: loans@next},
              reviews: {chain: [tokenizer, {model: classifier@v3, rename: {tokens: ids}}]},
              risk: {ensemble: [risk-a, {model: risk-b@v2, weight: 2}], combine: vote}}}
            """
        let main = try plan(text)
        #expect(main.residency == ResidencyPlan(loaded: 8, memory: 2_000_000_000))
        #expect(main.beside.map(\.endpoint) == ["old", "new", "reviews", "risk"])
        #expect(main.beside.map { "\($0.model)@\($0.selector)" }.prefix(2) == ["loans@v1", "loans@next"])
        #expect(main.beside[2].recipe == EndpointRecipe(.chain, [.init("tokenizer"), .init("classifier", "v3", rename: ["tokens": "ids"])]))
        #expect(main.beside[3].recipe == EndpointRecipe(.ensemble, [.init("risk-a"), .init("risk-b", "v2", weight: 2)], combination: .vote))
        #expect(main.beside.allSatisfy { $0.log == main.log } && main.beside[2].alias == nil)
    }

    @Test(
        "names line and mistake",
        arguments: [
            ("{model: a, endpoints: {b: {chain: [a, c], ensemble: [a, c]}}}", "has one of “model”, “chain” and “ensemble”"),
            ("{model: a, endpoints: {b: {chain: [c]}}}", "From 2 to 32 models are put together, not 1."),
            ("{model: a, endpoints: {b: {chain: [a, c], combine: mean}}}", "“combine” belongs to an ensemble."),
            ("{model: a, endpoints: {b: {ensemble: [a, c], combine: sum}}}", "combine"),
            ("{model: a, endpoints: {b: {ensemble: [{model: a, weight: 2}, c], combine: median}}}", "Weights count with “mean” and “vote”"),
            ("{model: a, endpoints: {b: {ensemble: [{model: a, weight: 0}, c]}}}", "weight"),
            ("{model: a, endpoints: {b: {chain: [b, c]}}}", "Endpoint “b” needs itself: b → b."),
            ("{model: a, endpoints: {b: {chain: [a, c]}, c: {ensemble: [a, b]}}}", "needs itself: b → c → b."),
            (
                "{model: a, endpoints: {b: {chain: [a, a]}, c: {chain: [a, b]}, d: {chain: [a, c]}, e: {chain: [d, d]}, f: {chain: [e, a]}}}",
                "In “f” 5 endpoints stand in one another; 4 may."
            ),
            ("{model: a, endpoints: {a: b}}", "There are two endpoints “a”."),
            ("{model: a, endpoints: {b/c: d}}", "An endpoint cannot be called “b/c”."),
            ("{model: a, loaded: 0}", "loaded"), ("{model: a, memory: 2}", "“2” is no amount of memory."),
            ("endpoint: loans", "martlet.yaml:1:1: The file needs “model”."),
            ("{model: income, logs: durable}", "“logs”. Did you mean “log”?"),
            ("{model: income, log: {sample: 2}}", "“log.sample” must lie between 0 and 1; it is 2."),
            ("{model: income, log: {keep: long}}", "“log.keep” must be a duration"),
            ("{model: income, log: dureable}", "Did you mean “durable”?"),
            ("model: run:abc", "“run:abc” does not name a model."),
            ("{model: income, python: {workers: 0}}", "“python.workers” must lie between 1 and 64"),
            ("{model: income, python: {memory: lots}}", "“lots” is no amount of memory."),
            ("{model: income, python: {timeout: 2d}}", "A time limit lies between"),
            ("{model: income, endpoint: a/b}", "An endpoint cannot be called “a/b”."),
        ])
    func mistakes(_ yaml: String, _ expected: String) {
        let error = #expect(throws: MartletError.self) { try plan(yaml) }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
}

@Suite("A latency histogram") struct LatencyHistogramTests {
    @Test("tells quantiles at most 6.25 % too high and never too low") func quantiles() {
        var random = RandomSource(seed: 3)
        var histogram = LatencyHistogram()
        var values: [Int] = []
        for _ in 0..<20_000 {
            let value = Int(1 << random.below(34)) + random.below(1000)
            values.append(value)
            histogram.add(microseconds: value)
        }
        values.sort()
        for share in [0.0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1] {
            let exact = Double(values[max(0, Int((share * 20_000).rounded(.up)) - 1)]) / 1000
            let told = histogram.quantile(share) ?? .nan
            #expect(told >= exact && told <= exact * 1.0625 + 0.001, "\(share): \(told) against \(exact)")
        }
        #expect(histogram.count == 20_000)
    }

    @Test("takes any number without a trap") func extremes() {
        var histogram = LatencyHistogram()
        #expect(histogram.quantile(0.5) == nil)
        for value in [Int.min, -1, 0, 15, 16, 17, Int.max] { histogram.add(microseconds: value) }
        #expect(histogram.count == 7)
    }
}
