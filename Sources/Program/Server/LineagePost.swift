import Foundation
import LineageEvents
import Projects
import Support
import Synchronization

/// What a server does to tell others of runs, and to try again what could not be told.
struct LineagePost {
    /// Seconds that one round may take.
    private static let round = 30.0

    let live: LiveProject
    private let pool = WorkPool(width: 1)
    private let failures = FailureNotes()

    init(live: LiveProject) { self.live = live }

    /// Looks once a second, until it is cancelled.
    func run() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            do throws(MartletError) {
                let notes = try await pool.run { () throws(MartletError) in
                    try live.current.deliverLineage(version: Version.current, seconds: LineagePost.round)
                }
                notes.forEach { failures.tell($0) }
            } catch { failures.tell("Lineage could not be told. \(error)") }
        }
    }
}

/// Tells others of a run while it goes on, on a thread of its own: the run never waits for them, but for some seconds at its end.
final class RunTelling: Sendable {
    /// How long the end of a run waits for what is still to be told, in seconds.
    private static let patience = 5.0

    private let project: Project
    private let isOver = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)
    private let notes = Mutex<[String]>([])

    /// - Returns: nil where nobody is to be told.
    init?(_ project: Project) {
        guard !project.lineagePlan.targets.isEmpty else { return nil }
        self.project = project
        Thread.detachNewThread { [self] in
            while isOver.wait(timeout: .now() + .milliseconds(500)) == .timedOut { round(RunTelling.patience) }
            round(RunTelling.patience)
            isDone.signal()
        }
    }

    private func round(_ seconds: Double) {
        let told: [String]
        do { told = try project.deliverLineage(version: Version.current, seconds: seconds) } catch { told = ["Lineage could not be told. \(error)"] }
        notes.withLock { notes in notes = told.isEmpty ? notes : told }
    }

    /// Tells the rest, as far as it can be told within some seconds.
    /// - Returns: sentences on what is not told.
    func end() -> [String] {
        isOver.signal()
        _ = isDone.wait(timeout: .now() + RunTelling.patience + 1)
        guard (try? project.lineageOutbox.standings().contains { $0.waiting > 0 || $0.lost > 0 }) ?? true else { return [] }
        return notes.withLock { $0 }
    }
}
