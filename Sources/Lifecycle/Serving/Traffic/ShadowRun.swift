import Support
internal import Synchronization
import Tables

/// A version that is asked again what the champion has answered, after the answer is given, on a thread of its own. What it says goes nowhere but
/// into the comparison.
final class ShadowRun: Sendable {
    /// Requests that may wait for it; more are left out and counted, so that a slow shadow costs neither memory nor anybody's time.
    static let limit = 32

    let model: any ServedModel
    private let pool = WorkPool(width: 1, limit: ShadowRun.limit)
    private let state = Mutex((figures: ShadowFigures(), waiting: 0))

    init(_ model: any ServedModel) { self.model = model }

    /// Takes an answered request for comparison, or counts it as left out. Returns at once.
    /// - Parameter question: in the order of the champion's inputs.
    func offer(_ question: Question, answered: Answers) {
        let isTaken = state.withLock { state in
            guard state.waiting < ShadowRun.limit else {
                state.figures.dropped += 1
                return false
            }
            state.waiting += 1
            return true
        }
        guard isTaken else { return }
        Task { await compare(question, answered) }
    }

    private func compare(_ question: Question, _ answered: Answers) async {
        do throws(MartletError) {
            let (own, seconds) = try await pool.run { () throws(MartletError) in
                let start = monotonicSeconds()
                let answers = try question.ordered(for: self.model).ask(self.model).answers
                return (answers, monotonicSeconds() - start)
            }
            state.withLock { state in
                state.waiting -= 1
                state.figures.add(own, against: answered, microseconds: Int(max(0, min(1e9, seconds)) * 1_000_000))
            }
        } catch {
            state.withLock { state in
                state.waiting -= 1
                state.figures.failed += 1
            }
        }
    }

    var figures: ShadowFigures { state.withLock { $0.figures } }
}
