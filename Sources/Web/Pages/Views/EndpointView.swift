package import Support
package import Tables

/// An endpoint in a list: what answers there, and what it must be asked with.
package struct EndpointSummaryView: View {
    package var name: String
    package var model: String
    /// The alias that the endpoint follows; nil where it is pinned to a version.
    package var alias: String?
    package var version: Int
    package var inputs: [InputView]
    package var answer: AnswerView
    /// The name of one more input, in which a caller may send the row's own key.
    package var key: String?
    /// What it takes where its inputs are no columns.
    package var tensors: [TensorInputView]

    package init(
        name: String, model: String, alias: String?, version: Int, signature: Signature, key: String? = nil, tensors: [TensorInputView] = []
    ) {
        self.name = name
        self.model = model
        self.alias = alias
        self.version = version
        inputs = signature.inputs.map { InputView($0) }
        answer = AnswerView(signature.answer)
        self.key = key
        self.tensors = tensors
    }

    /// The texts that its form begins with.
    package var exampleTexts: [String?] { tensors.isEmpty ? inputs.map(\.exampleText) : tensors.map(\.exampleText) }

    package static let about = "An endpoint: what answers, and what it must be asked with."
    package static var members: [ViewMember<EndpointSummaryView>] {
        [
            .init("name", \.name), .init("model", \.model), .init("alias", \.alias, "The alias that it follows; null where it is pinned."),
            .init("version", \.version), .init("inputs", \.inputs), .init("answer", \.answer),
            .init("key", \.key, "One more input, in which a caller may send the row's own key."),
            .init("tensors", \.tensors, "What it takes where its inputs are no columns."),
        ]
    }
}

/// Everything on the page of an endpoint.
package struct EndpointView: View {
    package var endpoint: EndpointSummaryView
    /// Scheme, host and port of this server, for the example: `http://127.0.0.1:8080`.
    package var address: String
    package var traffic: TrafficView?
    /// Predictions per day, oldest first.
    package var days: [DayView]
    /// The scores that were answered lately, against those on the test set.
    package var scores: ScoresView?
    package var drift: DriftView?
    package var quality: [QualityView]
    /// Newest first.
    package var recent: [PredictionView]
    /// The versions behind it, the champion first.
    package var versions: [VersionShareView]
    /// What was live when, newest first.
    package var history: [ServingChangeView]
    package var live: LiveView
    package var guards: [GuardCountView]

    package init(
        endpoint: EndpointSummaryView, address: String, traffic: TrafficView? = nil, days: [DayView] = [], scores: ScoresView? = nil,
        drift: DriftView? = nil, quality: [QualityView] = [], recent: [PredictionView] = [],
        versions: [VersionShareView] = [], history: [ServingChangeView] = [], live: LiveView = LiveView(), guards: [GuardCountView] = []
    ) {
        self.endpoint = endpoint
        self.address = address
        self.traffic = traffic
        self.days = days
        self.scores = scores
        self.drift = drift
        self.quality = quality
        self.recent = recent
        self.versions = versions
        self.history = history
        self.live = live
        self.guards = guards
    }

    /// A request that the endpoint answers: the middle of every number's range, the most frequent of every text.
    package var example: JSONValue { TryRequest(endpoint: endpoint, values: endpoint.exampleTexts).request }

    /// The example as a command.
    package var curl: String { TryRequest(endpoint: endpoint, values: endpoint.exampleTexts).curl(address: address) }

    package static let about = "An endpoint with its traffic, drift and quality."
    package static var members: [ViewMember<EndpointView>] {
        [
            .init("endpoint", \.endpoint), .init("address", \.address, "Where this server is reached."),
            .init("example", \.example, "A request that the endpoint answers."), .init("curl", \.curl, "The example as a command."),
            .init("traffic", \.traffic), .init("days", \.days, "Predictions per day, oldest first."),
            .init("scores", \.scores, "The scores answered lately, against those on the test set."), .init("drift", \.drift),
            .init("quality", \.quality, "Metrics against labels that came later."), .init("recent", \.recent, "Predictions, newest first."),
            .init("versions", \.versions, "The versions behind it, the champion first."),
            .init("history", \.history, "What was live when, newest first."), .init("live", \.live),
            .init("guards", \.guards, "How often inputs were unlike training, since the server began."),
        ]
    }
}
