import Serving
import Support
import Synchronization
import Tables

/// A model whose answer can be computed by hand: the probability is count / 100, or 1/2 where `count` is missing.
struct FakeModel: ServedModel {
    var name = "income"
    var version = 3
    var digest = "sha256:ab"
    var signature = FakeModel.contract
    var fails: MartletError?
    /// What a row must hold in its column `count` for the model to fail, beside `fails`.
    var failsAt: Double?
    /// Called before each answer.
    var before: @Sendable () -> Void = {}

    static let contract = Signature(
        inputs: [
            .init("age", kind: .number, mayBeMissing: false), .init("count", kind: .integer, mayBeMissing: true),
            .init("year", kind: .integer, mayBeMissing: false), .init("town", kind: .text, mayBeMissing: true),
            .init("job", kind: .text, mayBeMissing: false), .init("member", kind: .boolean, mayBeMissing: false),
            .init("seen", kind: .timestamp, mayBeMissing: true),
        ], answer: .binary(negative: "no", positive: "yes", threshold: 0.5))

    func answer(_ table: Table) throws(MartletError) -> Answers {
        before()
        if let fails { throw fails }
        let counts = try table.column("count").numbers ?? []
        if let failsAt, counts.contains(failsAt) { throw MartletError(.defect, "The model fails at \(failsAt).") }
        let scores = counts.map { $0.isNaN ? 0.5 : $0 / 100 }
        return Answers(scores: scores, width: 1, labels: TextValues(scores.map { $0 >= 0.5 ? "yes" : "no" }))
    }
}

/// Hands out whatever model it holds, and the versions beside it by a plan.
final class FakeProvider: ModelProvider {
    private struct State {
        var model: (any ServedModel)?
        var error: MartletError?
        var calls = 0
        var plan: TrafficPlan?
        var versions: [Int: any ServedModel] = [:]
        var loaded: [Int] = []
    }

    private let state: Mutex<State>

    init(_ model: (any ServedModel)?) { state = Mutex(State(model: model)) }

    func current() throws(MartletError) -> (any ServedModel)? {
        let (model, error) = state.withLock {
            $0.calls += 1
            return ($0.model, $0.error)
        }
        if let error { throw error }
        return model
    }

    func traffic() throws(MartletError) -> TrafficPlan? { state.withLock { $0.plan } }

    func model(_ version: Int) throws(MartletError) -> any ServedModel {
        let model = state.withLock { state in
            state.loaded.append(version)
            return state.versions[version]
        }
        guard let model else { throw MartletError(.notFound, "There is no version \(version).") }
        return model
    }

    func hold(_ model: (any ServedModel)?) { state.withLock { $0.model = model } }
    func fail(_ error: MartletError?) { state.withLock { $0.error = error } }
    func share(_ plan: TrafficPlan?, _ models: any ServedModel...) {
        state.withLock { state in
            state.plan = plan
            for model in models { state.versions[model.version] = model }
        }
    }
    func forget(_ version: Int) { state.withLock { $0.versions[version] = nil } }
    var calls: Int { state.withLock { $0.calls } }
    /// The versions beside the champion that were asked for, in order.
    var loaded: [Int] { state.withLock { $0.loaded } }
}

/// Something that becomes true once.
final class Flag: Sendable {
    private let state = Mutex(false)

    func set() { state.withLock { $0 = true } }
    var isSet: Bool { state.withLock { $0 } }
}

/// The inputs of one valid request, row by row the same values.
func validInputs(rows: Int = 1) -> [Tensor] {
    [
        Tensor(name: "age", datatype: .fp64, shape: [rows], values: .numbers(Array(repeating: 39.5, count: rows))),
        Tensor(name: "count", datatype: .fp64, shape: [rows, 1], values: .numbers((0..<rows).map(Double.init))),
        Tensor(name: "year", datatype: .int64, shape: [rows], values: .integers(Array(repeating: 1999, count: rows))),
        Tensor(name: "town", datatype: .bytes, shape: [rows], values: .text(Array(repeating: "Ulm", count: rows))),
        Tensor(name: "job", datatype: .bytes, shape: [rows], values: .text(Array(repeating: "clerk", count: rows))),
        Tensor(name: "member", datatype: .bool, shape: [rows], values: .integers(Array(repeating: 1, count: rows))),
        Tensor(name: "seen", datatype: .bytes, shape: [rows], values: .text(Array(repeating: "2026-11-23T21:36:00Z", count: rows))),
    ]
}

/// An endpoint `income` over a provider, without a log unless one is given.
func makeEndpoint(
    _ provider: any ModelProvider, log: PredictionLog? = nil, pool: WorkPool = WorkPool(), clock: ManualClock = ManualClock(noon),
    batch: BatchOptions = BatchOptions(wait: 3600)
) -> Endpoint {
    Endpoint(
        plan: EndpointPlan(endpoint: "income", model: "income", key: "person_id", batch: batch), provider: provider, log: log, pool: pool,
        identifiers: IdentifierSource(clock: clock, seed: 1), clock: clock)
}
