import Projects
import Support

/// What a server does about alerts between checks: brings messages to their targets, and tells those that hold state again.
struct AlertPost {
    /// How often an Alertmanager is told again what goes on, in seconds: well within the five minutes after which it would end an alert.
    private static let interval = 60.0

    let live: LiveProject

    /// Looks once a second, until it is cancelled.
    func run() async {
        var nextRound = monotonicSeconds()
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let project = live.current
            do {
                var notes = try await project.deliverAlerts()
                if monotonicSeconds() >= nextRound {
                    nextRound = monotonicSeconds() + AlertPost.interval
                    notes += try await project.repeatAlerts()
                }
                notes.forEach { Console.standard.note($0) }
            } catch { Console.standard.note("Alerts could not be sent. \(error)") }
        }
    }
}
