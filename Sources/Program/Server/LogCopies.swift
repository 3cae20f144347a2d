import Projects
import Serving
import Support

/// Writes the copies of closed segments of the prediction log that other programs read, one at a time and with pauses: those who ask come first.
struct LogCopies {
    private static let pause = 30.0

    let live: LiveProject
    private let logs: @Sendable () -> [PredictionLog]
    private let pool = WorkPool(width: 1)

    /// - Parameter logs: those of the endpoints that are there now.
    init(live: LiveProject, logs: @escaping @Sendable () -> [PredictionLog]) {
        self.live = live
        self.logs = logs
    }

    /// Goes on until it is cancelled, or until the engine turns out to be missing.
    func run() async {
        // What was last told to be wrong with an endpoint's log, so that it is told once.
        var troubles: [String: String] = [:]
        while (try? await Task.sleep(for: .seconds(LogCopies.pause))) != nil {
            // One at a time: the first of which a copy is missing and can be written.
            for log in logs() where log.options.parquet {
                do throws(MartletError) {
                    let isWritten = try await pool.run { () throws(MartletError) in try live.current.writeTable(of: log) }
                    troubles[log.endpoint] = nil
                    if isWritten { break }
                } catch {
                    let trouble = "A copy of the prediction log of “\(log.endpoint)” in Parquet could not be written. \(error)"
                    if troubles.updateValue(trouble, forKey: log.endpoint) != trouble { Console.standard.note(trouble) }
                    if error.code == .engineMissing { return }
                }
            }
        }
    }
}
