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
        let scores = counts.map { $0.isNaN ? 0.5 : $0 / 100 }
        return Answers(scores: scores, width: 1, labels: TextValues(scores.map { $0 >= 0.5 ? "yes" : "no" }))
    }
}

/// Hands out whatever model it holds.
final class FakeProvider: ModelProvider {
    private let state: Mutex<(model: (any ServedModel)?, error: MartletError?, calls: Int)>

    init(_ model: (any ServedModel)?) { state = Mutex((model, nil, 0)) }

    func current() throws(MartletError) -> (any ServedModel)? {
        let (model, error) = state.withLock {
            $0.calls += 1
            return ($0.model, $0.error)
        }
        if let error { throw error }
        return model
    }

    func hold(_ model: (any ServedModel)?) { state.withLock { $0.model = model } }
    func fail(_ error: MartletError?) { state.withLock { $0.error = error } }
    var calls: Int { state.withLock { $0.calls } }
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
func makeEndpoint(_ provider: FakeProvider, log: PredictionLog? = nil, pool: WorkPool = WorkPool(), clock: ManualClock = ManualClock(noon)) -> Endpoint {
    Endpoint(
        plan: EndpointPlan(endpoint: "income", model: "income", key: "person_id"), provider: provider, log: log, pool: pool,
        identifiers: IdentifierSource(clock: clock, seed: 1), clock: clock)
}
