import Foundation
import Synchronization
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

/// A number of seats, taken in the order of asking.
final class Seats: Sendable {
    static let shared = Seats(max(2, ProcessInfo.processInfo.activeProcessorCount))

    private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) { state = Mutex((count, [])) }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() as CheckedContinuation<Void, Never>? }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
