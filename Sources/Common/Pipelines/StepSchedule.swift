internal import Support
internal import Synchronization

/// Which step is next: those of which all that they need has ended, in the order given, as many at once as are allowed.
final class StepSchedule: Sendable {
    enum Next {
        /// - outputs: of the steps that have ended.
        /// - isAlone: whether no other step runs or could, so that no thread is needed.
        case step(Int, outputs: [String: JSONValue], isAlone: Bool)
        case wait
        case done
    }

    private struct State {
        /// How many steps each still waits for.
        var waitsFor: [Int]
        /// Steps that can begin, the first in the order first.
        var ready: [Int]
        var running: Set<Int> = []
        var results: [Int: StepResult] = [:]
        var failures: [(place: Int, error: MartletError)] = []
        var skipped: Set<Int> = []
        var outputs: [String: JSONValue] = [:]
    }

    private let steps: [PreparedStep]
    private let options: PipelineRunner.Options
    /// For each step, those that need it.
    private let followers: [[Int]]
    private let state: Mutex<State>

    init(_ steps: [PreparedStep], _ options: PipelineRunner.Options) {
        self.steps = steps
        self.options = options
        var places: [String: Int] = [:]
        for (i, step) in steps.enumerated() { places[step.id] = i }
        var followers = [[Int]](repeating: [], count: steps.count)
        var waitsFor = [Int](repeating: 0, count: steps.count)
        for (i, step) in steps.enumerated() {
            for need in Set(step.needs) {
                guard let place = places[need], place != i else { continue }
                followers[place].append(i)
                waitsFor[i] += 1
            }
        }
        self.followers = followers
        state = Mutex(State(waitsFor: waitsFor, ready: waitsFor.indices.filter { waitsFor[$0] == 0 }))
    }

    /// Takes the next step.
    func next() -> Next {
        state.withLock { state in
            let stops = !state.failures.isEmpty && !options.keepsGoing
            guard !stops, let first = state.ready.first else { return state.running.isEmpty ? .done : .wait }
            let isExclusive = steps[first].usesAllProcessors || state.running.contains { steps[$0].usesAllProcessors }
            guard state.running.isEmpty || state.running.count < options.jobs && !isExclusive else { return .wait }
            state.ready.removeFirst()
            state.running.insert(first)
            let isAlone = state.running.count == 1 && (state.ready.isEmpty || options.jobs == 1 || steps[first].usesAllProcessors)
            return .step(first, outputs: state.outputs, isAlone: isAlone)
        }
    }

    /// Takes up how a step ended.
    func ended(_ place: Int, _ result: Result<StepResult, MartletError>) {
        state.withLock { state in
            state.running.remove(place)
            switch result {
            case .success(let result):
                state.results[place] = result
                state.outputs[result.id] = result.output
                for follower in followers[place] {
                    state.waitsFor[follower] -= 1
                    guard state.waitsFor[follower] == 0 else { continue }
                    let spot = state.ready.firstIndex { $0 > follower } ?? state.ready.count
                    state.ready.insert(follower, at: spot)
                }
            case .failure(let error):
                state.failures.append((place, error))
                skip(followers[place], &state)
            }
        }
    }

    private func skip(_ places: [Int], _ state: inout State) {
        var left = places
        while let place = left.popLast() { if state.skipped.insert(place).inserted { left += followers[place] } }
    }

    /// The results in the order of the steps.
    /// - Throws: the failure; where several steps failed, one error that names them all.
    func results() throws(MartletError) -> [StepResult] {
        try state.withLock { state throws(MartletError) in
            if let error = failure(state) { throw error }
            return steps.indices.compactMap { state.results[$0] }
        }
    }

    private func failure(_ state: State) -> MartletError? {
        guard let first = state.failures.first else { return nil }
        guard options.keepsGoing, state.failures.count > 1 || !state.skipped.isEmpty else { return first.error }
        var sentences = state.failures.map { "“\(steps[$0.place].id)” failed: \($0.error.message)" }
        if !state.skipped.isEmpty {
            sentences.append("Left out, since they need what failed: \(state.skipped.sorted().map { steps[$0].id }.joined(separator: ", ")).")
        }
        return MartletError(first.error.code, sentences.joined(separator: " "), place: first.error.place, cause: first.error.cause)
    }
}
