import Data
import Ingestion
import Projects
import Support

/// What a server does to bring the entries of streams in while it runs: one batch a second for each stream at most.
struct StreamReading {
    /// Seconds from one batch to the next.
    private static let pause = 1.0
    /// Seconds between two looks at an idle stream, in which others may read it.
    private static let rest = 0.3
    /// The longest pause after failures, in seconds.
    private static let longestPause = 60.0
    /// How long a stream is waited for, in milliseconds.
    private static let patience = 1000

    let live: LiveProject
    private let failures = FailureNotes()

    init(live: LiveProject) { self.live = live }

    /// Goes on until it is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for source in live.current.file.data.sources { if case .redis = source.place { group.addTask { await read(source) } } }
        }
    }

    private func read(_ source: NamedSource) async {
        let pool = WorkPool(width: 1)
        var pause = StreamReading.pause
        while !Task.isCancelled {
            do throws(MartletError) {
                let outcome = try await pool.run { () throws(MartletError) in try live.current.fetch(source, patience: StreamReading.patience) }
                pause = outcome.isChanged ? StreamReading.pause : StreamReading.rest
            } catch {
                failures.tell("The stream of “\(source.name)” could not be read. \(error)")
                pause = min(StreamReading.longestPause, max(StreamReading.pause, pause * 2))
            }
            guard (try? await Task.sleep(for: .seconds(pause))) != nil else { return }
        }
    }
}
