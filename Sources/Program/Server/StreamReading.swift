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

    /// Reads the streams that martlet.yaml names, as it stands, until it is cancelled.
    func run() async {
        var reading: [String: (source: NamedSource, task: Task<Void, Never>)] = [:]
        repeat {
            let streams = live.current.file.data.sources.filter(\.isStream)
            for (name, held) in reading where !streams.contains(held.source) {
                held.task.cancel()
                await held.task.value
                reading[name] = nil
            }
            for source in streams where reading[source.name] == nil { reading[source.name] = (source, Task { await read(source) }) }
        } while (try? await Task.sleep(for: .seconds(StreamReading.pause))) != nil
        for held in reading.values { held.task.cancel() }
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
