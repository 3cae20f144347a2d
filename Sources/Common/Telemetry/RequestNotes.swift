import Support
internal import Synchronization

/// What is learnt of a request while it is answered, by whoever learns it. There is one only where somebody is told of requests.
package final class RequestNotes: Sendable {
    /// The notes of the request that is being answered; nil where nobody is told of any.
    @TaskLocal package static var current: RequestNotes?

    /// From when to when something took, on the clock of `monotonicSeconds()`.
    package struct Stretch: Sendable, Equatable {
        package var start: Double
        package var end: Double

        package init(start: Double, end: Double) {
            self.start = start
            self.end = end
        }
    }

    /// What has been learnt.
    package struct Findings: Sendable {
        package var caller: String?
        /// The pattern of the address, `/v2/models/{model}/infer`.
        package var route: String?
        package var endpoint: String?
        package var version: Int?
        package var rows: Int?
        /// The identifier of the first prediction.
        package var prediction: String?
        /// In which the request waited for the model.
        package var waited: Stretch?
        /// In which the model was asked, maybe together with others.
        package var asked: Stretch?
    }

    /// When it began, on the clock of `monotonicSeconds()`.
    let start: Double
    let at: Timestamp
    /// Where it stands in a trace; nil where it is in none.
    package let trace: TraceContext?
    /// The span that it came from.
    let parent: UInt64?
    private let state = Mutex(Findings())

    init(start: Double, at: Timestamp, trace: TraceContext?, parent: UInt64?) {
        self.start = start
        self.at = at
        self.trace = trace
        self.parent = parent
    }

    /// Notes something.
    package func note(_ change: (inout Findings) -> Void) { state.withLock { change(&$0) } }

    package var findings: Findings { state.withLock { $0 } }
}
