import Serving
import Support

/// Looks at an endpoint's counters every few seconds, so that its last minutes can be told.
struct EndpointSampling {
    let endpoint: Endpoint
    let clock: any WallClock

    /// Until it is cancelled.
    func run() async {
        repeat {
            endpoint.lastMinutes.sample(endpoint, at: clock.now(), seconds: monotonicSeconds())
        } while (try? await Task.sleep(for: .seconds(LastMinutes.slotSeconds))) != nil
    }
}
