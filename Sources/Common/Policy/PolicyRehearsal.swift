internal import Support

/// What other policies would have said to the decisions of the past.
package struct PolicyRehearsal: Sendable {
    /// A decision that would have been another.
    package struct Flip: Sendable, Equatable {
        package var decision: RecordedDecision
        /// What the other policies say.
        package var verdict: PolicyVerdict
    }

    /// How many decisions were asked again.
    package var count = 0
    package var flips: [Flip] = []

    /// Asks again. A question is put as it was recorded, with its own time.
    /// - Parameter policies: nil for a folder without policies, which allows all.
    package init(_ decisions: [RecordedDecision], under policies: PolicySet?) {
        for decision in decisions {
            count += 1
            let verdict =
                policies?.decide(input: decision.input.compact) ?? PolicyVerdict(document: ["allow": true], needsAllow: false, nanoseconds: 0)
            if verdict.isAllowed != decision.isAllowed { flips.append(Flip(decision: decision, verdict: verdict)) }
        }
    }
}
