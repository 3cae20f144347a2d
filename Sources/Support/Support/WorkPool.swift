internal import Dispatch
internal import Synchronization

/// A few threads for calls that block, such as a model's answer, so that they never hold up the threads that serve connections.
package final class WorkPool: Sendable {
    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
        /// The first of `waiting` that has not been begun.
        var next = 0
    }

    /// How many calls run at once.
    package let width: Int
    private let limit: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "martlet.work", attributes: .concurrent)

    /// - Parameters:
    ///   - width: the number of calls at once.
    ///   - limit: the number of calls that may wait.
    package init(width: Int = 2, limit: Int = 1024) {
        self.width = max(1, width)
        self.limit = limit
    }

    /// Runs a call on a thread of the pool.
    /// - Throws: `unavailable` where too many calls wait already, or what the call throws.
    package func run<Value: Sendable>(_ call: @escaping @Sendable () throws(MartletError) -> Value) async throws(MartletError) -> Value {
        let result: Result<Value, MartletError> = await withCheckedContinuation { continuation in
            let work: @Sendable () -> Void = { continuation.resume(returning: Result(catching: call)) }
            if !start(work) { continuation.resume(returning: .failure(WorkPool.busy)) }
        }
        return try result.get()
    }

    /// Why a call is not taken.
    package static let busy = MartletError(.unavailable, "The server is busy: too many requests wait already. Try again in a moment.", retryAfter: 1)

    /// Begins a call on a thread of the pool, at once or when its turn comes.
    /// - Returns: false where too many wait already.
    package func start(_ work: @escaping @Sendable () -> Void) -> Bool {
        enum Place { case thread, line, none }
        let place: Place = state.withLock { state in
            if state.running < width {
                state.running += 1
                return .thread
            }
            guard state.waiting.count - state.next < limit else { return .none }
            state.waiting.append(work)
            return .line
        }
        if place == .thread { queue.async { self.drain(work) } }
        return place != .none
    }

    /// Does one call and then those that wait, until none is left.
    private func drain(_ first: @escaping @Sendable () -> Void) {
        var work = first
        while true {
            work()
            guard let next = takeNext() else { return }
            work = next
        }
    }

    private func takeNext() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard state.next < state.waiting.count else {
                state.waiting.removeAll(keepingCapacity: true)
                state.next = 0
                state.running -= 1
                return nil
            }
            let work = state.waiting[state.next]
            state.next += 1
            guard state.next >= 256 else { return work }
            state.waiting.removeFirst(state.next)
            state.next = 0
            return work
        }
    }
}
