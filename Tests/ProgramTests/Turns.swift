import TestSupport
import Testing

/// Lets only as many tests run at once, over all suites that have this trait, as there are processors: each of them starts programs that use
/// a processor whole. Whoever waits for a turn is suspended.
struct Turns: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void) async throws {
        await Seats.shared.take()
        defer { Seats.shared.leave() }
        try await body()
    }
}

extension Trait where Self == Turns {
    /// The tests wait for their turn.
    static var inTurns: Turns { Turns() }
}
