package import Support

/// The test report of a pipeline step, as the gate judged it last.
package struct TestsView: View {
    /// As it stands among the checks: `tests:STEP`.
    package var id: String
    package var sentence: String
    package var verdict: ObjectiveView.Verdict
    package var judgedAt: Timestamp
    /// What passed, or which tests did not.
    package var reason: String

    package init(id: String, sentence: String, verdict: ObjectiveView.Verdict, judgedAt: Timestamp, reason: String) {
        self.id = id
        self.sentence = sentence
        self.verdict = verdict
        self.judgedAt = judgedAt
        self.reason = reason
    }

    package static let about = "The test report of a step, as the gate judged it last."
    package static var members: [ViewMember<TestsView>] {
        [
            .init("id", \.id), .init("sentence", \.sentence), .init("verdict", \.verdict), .init("judged_at", \.judgedAt),
            .init("reason", \.reason, "What passed, or which tests did not."),
        ]
    }
}
