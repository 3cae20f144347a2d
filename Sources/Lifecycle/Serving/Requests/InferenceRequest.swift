package import Support
package import Tables

/// A request to an endpoint, in no protocol's particular form.
package struct InferenceRequest: Sendable {
    /// The caller's identifier of the request, echoed in the answer.
    package var id: String?
    package var inputs: [Tensor]
    /// The caller's key, sent as a parameter of a request with one row.
    package var key: String?
    /// Whether the inputs are meant as columns of the signature, also where a tensor of the model is called so.
    package var isTable: Bool
    package var urgency: Urgency
    /// When its first byte arrived, on the clock of `monotonicSeconds()`.
    package var receivedAt: Double

    package init(
        id: String? = nil, inputs: [Tensor], key: String? = nil, isTable: Bool = false, urgency: Urgency = Urgency(),
        receivedAt: Double = monotonicSeconds()
    ) {
        self.id = id
        self.inputs = inputs
        self.key = key
        self.isTable = isTable
        self.urgency = urgency
        self.receivedAt = receivedAt
    }
}

/// What an endpoint answers.
package struct InferenceResult: Sendable {
    /// One prediction identifier a row.
    package var ids: [TimeOrderedID]
    package var answers: Answers
    /// What the scores mean.
    package var answer: Signature.Answer
    package var model: ModelStamp
    /// The model's own outputs, where it was asked by its own tensors.
    package var tensors: [Tensor]?
    /// What is unlike training in what was asked; nil where nothing was looked at.
    package var findings: InputFindings?

    package init(
        ids: [TimeOrderedID], answers: Answers, answer: Signature.Answer, model: ModelStamp, tensors: [Tensor]? = nil,
        findings: InputFindings? = nil
    ) {
        self.ids = ids
        self.answers = answers
        self.answer = answer
        self.model = model
        self.tensors = tensors
        self.findings = findings
    }
}
