import Projects
import Serving
import Support
import Synchronization

/// What a server does to tell a receiver about requests and answers: some at a time, beside those who ask.
struct EventPost {
    /// Requests that are told at once.
    private static let width = 4

    let delivery: EventDelivery
    private let failures = FailureNotes()

    init(delivery: EventDelivery) { self.delivery = delivery }

    /// Goes on until it is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<EventPost.width { group.addTask { await tell() } }
        }
    }

    private func tell() async {
        while !Task.isCancelled {
            do throws(MartletError) {
                if try await delivery.deliverOne() { continue }
            } catch { failures.tell("\(error)", counted: "martlet_inference_events_total") }
            guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
        }
    }
}

/// Tells a failure at most once a minute.
final class FailureNotes: Sendable {
    private let last = Mutex(-60.0)

    /// - Parameter counted: the name under which all of them are counted, where they are.
    func tell(_ text: String, counted: String? = nil) {
        let now = monotonicSeconds()
        let isDue = last.withLock { last in
            guard now >= last + 60 else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        Console.standard.note(text + (counted.map { " More are counted: see \($0) at /metrics." } ?? ""))
    }
}
