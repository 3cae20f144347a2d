package import Support

/// One prediction and everything behind it: the answer to “why”.
package struct WhyView: View {
    /// One thing that the prediction rests on.
    package struct Node: View {
        /// Its reference, unique in the view: `model:income@v3`.
        package var reference: String
        /// `prediction`, `endpoint`, `model`, `check`, `gate`, `approval`, `run`, `commit`, `dataset`, `source`, `objective`, `charter`.
        package var kind: String
        package var title: String
        package var facts: [FactView]
        package var time: Timestamp?
        /// Why this part is not there; nil where it is.
        package var missing: String?
        /// A path of these pages that shows more.
        package var link: String?

        package init(
            _ reference: String, kind: String, title: String, facts: [FactView] = [], time: Timestamp? = nil, missing: String? = nil,
            link: String? = nil
        ) {
            self.reference = reference
            self.kind = kind
            self.title = title
            self.facts = facts
            self.time = time
            self.missing = missing
            self.link = link
        }

        package static let about = "One thing that the prediction rests on."
        package static var members: [ViewMember<Node>] {
            [
                .init("ref", \.reference), .init("kind", \.kind), .init("title", \.title), .init("facts", \.facts), .init("time", \.time),
                .init("missing", \.missing, "Why this part is not there; null where it is."), .init("link", \.link, "A path on this server."),
            ]
        }
    }

    /// An arrow from a thing to what it rests on.
    package struct Edge: View {
        package var from: String
        package var to: String
        /// A verb that reads from `from` to `to`: “answered by”, “trained on”.
        package var relation: String

        package init(_ from: String, _ to: String, _ relation: String) {
            self.from = from
            self.to = to
            self.relation = relation
        }

        package static let about = "An arrow from a thing to what it rests on."
        package static var members: [ViewMember<Edge>] { [.init("from", \.from), .init("to", \.to), .init("relation", \.relation)] }
    }

    package var prediction: PredictionView
    package var endpoint: String
    /// The caller's own key of the row, where one was sent.
    package var key: String?
    /// What was asked, in the order of the signature.
    package var inputs: [FactView]
    /// The first node is the prediction.
    package var nodes: [Node]
    package var edges: [Edge]
    /// What each column added to the answer; nil where that was not asked.
    package var explanation: ExplanationView?

    package init(
        prediction: PredictionView, endpoint: String, key: String? = nil, inputs: [FactView], nodes: [Node], edges: [Edge],
        explanation: ExplanationView? = nil
    ) {
        self.prediction = prediction
        self.endpoint = endpoint
        self.key = key
        self.inputs = inputs
        self.nodes = nodes
        self.edges = edges
        self.explanation = explanation
    }

    package static let about = "One prediction and everything behind it."
    package static var members: [ViewMember<WhyView>] {
        [
            .init("prediction", \.prediction), .init("endpoint", \.endpoint), .init("key", \.key, "The caller's own key of the row."),
            .init("inputs", \.inputs, "What was asked."), .init("nodes", \.nodes), .init("edges", \.edges),
            .init("explanation", \.explanation, "What each column added to the answer."),
        ]
    }
}
