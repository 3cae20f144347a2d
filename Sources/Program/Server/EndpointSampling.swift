import Serving
import Support

/// Looks at the counters of endpoints every few seconds, so that their last minutes can be told.
struct EndpointSampling {
    let endpoints: EndpointSet
    let clock: any WallClock

    /// Until it is cancelled.
    func run() async {
        repeat {
            for endpoint in endpoints.all { endpoint.lastMinutes.sample(endpoint, at: clock.now(), seconds: monotonicSeconds()) }
        } while (try? await Task.sleep(for: .seconds(LastMinutes.slotSeconds))) != nil
    }
}
