package import Support

/// How soon a request wants its answer.
package struct Urgency: Sendable, Equatable {
    /// The priorities, the most urgent first.
    package static let priorities = 1...9
    /// That of a request which says nothing, or zero.
    package static let usual = 5

    package var priority = Urgency.usual
    /// When an answer is no use any more, on the clock of `monotonicSeconds()`.
    package var deadline = Double.infinity

    package init() {}

    /// - Parameters:
    ///   - priority: from 1, the most urgent, to 9; 0 or nil for the usual one.
    ///   - microseconds: from its arrival on; 0 or nil for as long as it takes.
    /// - Throws: `invalidInput` for anything else.
    package init(priority: Int?, microseconds: Int?, receivedAt: Double) throws(MartletError) {
        if let priority, priority != 0 {
            guard Urgency.priorities.contains(priority) else {
                throw MartletError(.invalidInput, "The parameter “priority” is \(priority); it goes from 1, the most urgent, to 9.")
            }
            self.priority = priority
        }
        guard let microseconds, microseconds != 0 else { return }
        guard microseconds > 0 else { throw MartletError(.invalidInput, "The parameter “timeout” is a number of microseconds, not \(microseconds).") }
        deadline = receivedAt + Double(microseconds) / 1e6
    }

    /// - Throws: `deadlineExceeded` where it is too late.
    func check(at now: Double) throws(MartletError) { if now > deadline { throw Urgency.tooLate } }

    static let tooLate = MartletError(.deadlineExceeded, "The time that the request gave for its answer is over. Give it more, or ask again later.")
}
