package import Support

/// What waits for approval, and what was answered.
package struct ApprovalsView: Sendable {
    /// Who looks at the page; nil where nobody is signed in.
    package var signer: String?
    /// Whether they may sign at all.
    package var maySign: Bool
    /// Where the reader, who has no password, proves anew who they are; nil where the password does.
    package var signsWith: ProviderView?
    /// What waits beside the requests: versions that nobody has asked about, overrides to be reviewed.
    package var waiting: [CommandView]
    /// Newest first.
    package var requests: [ApprovalView]

    package init(
        signer: String?, maySign: Bool, signsWith: ProviderView? = nil, waiting: [CommandView] = [], requests: [ApprovalView] = []
    ) {
        self.signer = signer
        self.maySign = maySign
        self.signsWith = signsWith
        self.waiting = waiting
        self.requests = requests
    }
}

/// A request for approval with what an approval of it is over.
package struct ApprovalView: Sendable {
    package enum State: String, Sendable {
        case open, approved, rejected, lapsed, promoted
    }

    /// One result of the gate.
    package struct Check: Sendable {
        package var objective: String
        package var verdict: ObjectiveView.Verdict
        package var reason: String

        package init(_ objective: String, _ verdict: ObjectiveView.Verdict, _ reason: String) {
            self.objective = objective
            self.verdict = verdict
            self.reason = reason
        }
    }

    /// A signature.
    package struct Answer: Sendable {
        package var name: String
        package var isYes: Bool
        package var meaning: String
        package var at: Timestamp
        package var reason: String
        /// How the signer was recognised.
        package var proof: String
        /// Why it counts no longer; nil where it does.
        package var withdrawn: String?

        package init(name: String, isYes: Bool, meaning: String, at: Timestamp, reason: String, proof: String, withdrawn: String? = nil) {
            self.name = name
            self.isYes = isYes
            self.meaning = meaning
            self.at = at
            self.reason = reason
            self.proof = proof
            self.withdrawn = withdrawn
        }
    }

    package var id: Int
    /// `model:loans@v2`.
    package var subject: String
    package var model: String
    package var alias: String
    package var state: State
    package var by: String
    package var at: Timestamp
    package var note: String
    /// What is still missing, as a sentence.
    package var missing: String?
    /// The figures of the evaluation.
    package var report: [FactView]
    /// The charter's outcome and the digests that a signature covers.
    package var covers: [FactView]
    package var gate: [Check]
    package var answers: [Answer]
    /// Whether the reader may answer it now.
    package var mayAnswer: Bool

    package init(
        id: Int, subject: String, model: String, alias: String, state: State, by: String, at: Timestamp, note: String, missing: String? = nil,
        report: [FactView], covers: [FactView], gate: [Check], answers: [Answer], mayAnswer: Bool
    ) {
        self.id = id
        self.subject = subject
        self.model = model
        self.alias = alias
        self.state = state
        self.by = by
        self.at = at
        self.note = note
        self.missing = missing
        self.report = report
        self.covers = covers
        self.gate = gate
        self.answers = answers
        self.mayAnswer = mayAnswer
    }
}
