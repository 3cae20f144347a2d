import Projects
import Serving
import Support

/// Writes the copies of closed segments of the prediction log that other programs read, one at a time and with pauses: those who ask come first.
struct LogCopies {
    private static let pause = 30.0

    let live: LiveProject
    let log: PredictionLog
    private let pool = WorkPool(width: 1)

    init(live: LiveProject, log: PredictionLog) {
        self.live = live
        self.log = log
    }

    /// Goes on until it is cancelled, or until the engine turns out to be missing.
    func run() async {
        guard log.options.parquet else { return }
        while (try? await Task.sleep(for: .seconds(LogCopies.pause))) != nil {
            do throws(MartletError) {
                _ = try await pool.run { () throws(MartletError) in try live.current.writeTable(of: log) }
            } catch {
                Console.standard.note("A copy of the prediction log in Parquet could not be written. \(error)")
                if error.code == .engineMissing { return }
            }
        }
    }
}
