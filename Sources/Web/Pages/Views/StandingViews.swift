package import Support

/// The model version that holds the alias `champion`.
package struct ChampionView: View {
    package var model: String
    package var version: Int
    package var since: Timestamp
    /// Who or what moved the alias.
    package var by: String
    /// Why it was moved.
    package var reason: String
    /// What is worth seeing at once: kind of model, a metric or two, size.
    package var facts: [FactView]

    package init(model: String, version: Int, since: Timestamp, by: String, reason: String, facts: [FactView] = []) {
        self.model = model
        self.version = version
        self.since = since
        self.by = by
        self.reason = reason
        self.facts = facts
    }

    package static let about = "The model version that answers by default."
    package static var members: [ViewMember<ChampionView>] {
        [
            .init("model", \.model), .init("version", \.version), .init("since", \.since), .init("by", \.by, "Who or what promoted it."),
            .init("reason", \.reason, "Why it was promoted."), .init("facts", \.facts),
        ]
    }
}

/// The dataset version in use and how its expectations went.
package struct DatasetView: View {
    package var name: String
    /// `v3`, or the start of the content hash.
    package var version: String
    package var rows: Int
    package var columns: Int
    package var created: Timestamp
    /// The number of expectations that held.
    package var passed: Int
    /// The number of expectations that did not.
    package var failed: Int
    /// One sentence for every expectation that did not hold.
    package var failures: [String]

    package init(
        name: String, version: String, rows: Int, columns: Int, created: Timestamp, passed: Int, failed: Int, failures: [String] = []
    ) {
        self.name = name
        self.version = version
        self.rows = rows
        self.columns = columns
        self.created = created
        self.passed = passed
        self.failed = failed
        self.failures = failures
    }

    package static let about = "A dataset version and how its expectations went."
    package static var members: [ViewMember<DatasetView>] {
        [
            .init("name", \.name), .init("version", \.version), .init("rows", \.rows), .init("columns", \.columns), .init("created", \.created),
            .init("passed", \.passed, "Expectations that held."), .init("failed", \.failed, "Expectations that did not."),
            .init("failures", \.failures, "One sentence for each that did not."),
        ]
    }
}

/// A pipeline run with its steps.
package struct RunView: View {
    package enum State: String, ViewWord {
        case waiting, running, finished, failed
    }

    /// One step of the run.
    package struct Step: View {
        package var id: String
        package var state: State
        /// Whether the result of an earlier run was kept because nothing it depends on had changed.
        package var cached: Bool
        package var seconds: Double?

        package init(_ id: String, _ state: State, cached: Bool = false, seconds: Double? = nil) {
            self.id = id
            self.state = state
            self.cached = cached
            self.seconds = seconds
        }

        package static let about = "One step of a run."
        package static var members: [ViewMember<Step>] {
            [
                .init("id", \.id), .init("state", \.state), .init("cached", \.cached, "Kept from an earlier run, since nothing had changed."),
                .init("seconds", \.seconds),
            ]
        }
    }

    package var id: String
    package var state: State
    package var started: Timestamp
    package var seconds: Double?
    package var steps: [Step]

    package init(id: String, state: State, started: Timestamp, seconds: Double? = nil, steps: [Step] = []) {
        self.id = id
        self.state = state
        self.started = started
        self.seconds = seconds
        self.steps = steps
    }

    package static let about = "A pipeline run."
    package static var members: [ViewMember<RunView>] {
        [.init("id", \.id), .init("state", \.state), .init("started", \.started), .init("seconds", \.seconds), .init("steps", \.steps)]
    }
}
