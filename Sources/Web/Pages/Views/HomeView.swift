package import Support

/// Everything on the home page: where the project stands, and what to do next.
package struct HomeView: View {
    package var project: String
    /// What the project is for, in the words of a person; nil while nobody has written it.
    package var outcome: String?
    /// The moment that the view describes.
    package var asOf: Timestamp
    /// The lifecycle in order; phases that are left out are shown as empty.
    package var phases: [PhaseView]
    package var objectives: [ObjectiveView]
    /// The test reports that the gate has judged.
    package var tests: [TestsView]
    package var champion: ChampionView?
    package var dataset: DatasetView?
    /// The last pipeline run.
    package var run: RunView?
    /// Newest first.
    package var events: [EventView]
    package var next: [CommandView]
    /// What clients have logged, of a project for tracking only; nil for one with data and a charter.
    package var tracking: TrackingSummaryView?

    package init(
        project: String, outcome: String? = nil, asOf: Timestamp, phases: [PhaseView] = [], objectives: [ObjectiveView] = [],
        tests: [TestsView] = [], champion: ChampionView? = nil, dataset: DatasetView? = nil, run: RunView? = nil, events: [EventView] = [],
        next: [CommandView] = [], tracking: TrackingSummaryView? = nil
    ) {
        self.tracking = tracking
        self.project = project
        self.outcome = outcome
        self.asOf = asOf
        self.phases = phases
        self.objectives = objectives
        self.tests = tests
        self.champion = champion
        self.dataset = dataset
        self.run = run
        self.events = events
        self.next = next
    }

    package static let about = "Where the project stands."
    package static var members: [ViewMember<HomeView>] {
        [
            .init("project", \.project), .init("outcome", \.outcome, "What the project is for, written by a person."),
            .init("as_of", \.asOf, "The moment that this describes."), .init("phases", \.phases, "The lifecycle, in order."),
            .init("objectives", \.objectives), .init("tests", \.tests, "Test reports that the gate has judged."),
            .init("champion", \.champion, "The model version that answers by default."),
            .init("dataset", \.dataset, "The dataset version in use."), .init("run", \.run, "The last pipeline run."),
            .init("events", \.events, "What happened lately, newest first."), .init("next", \.next, "Commands worth typing now."),
            .init("tracking", \.tracking, "What clients have logged, of a project for tracking only."),
        ]
    }
}

/// What clients have logged and registered in a project for tracking only.
package struct TrackingSummaryView: View {
    package var experiments: Int
    /// Runs, counted up to a bound.
    package var runs: Int
    /// Whether there are more than were counted.
    package var hasMoreRuns: Bool
    /// The names of registered models.
    package var models: [String]
    /// The address that clients log to.
    package var address: String

    package init(experiments: Int, runs: Int, hasMoreRuns: Bool = false, models: [String], address: String) {
        self.experiments = experiments
        self.runs = runs
        self.hasMoreRuns = hasMoreRuns
        self.models = models
        self.address = address
    }

    package static let about = "What clients have logged and registered."
    package static var members: [ViewMember<TrackingSummaryView>] {
        [
            .init("experiments", \.experiments), .init("runs", \.runs, "Counted up to a bound."),
            .init("has_more_runs", \.hasMoreRuns, "Whether there are more than were counted."),
            .init("models", \.models, "The names of registered models."), .init("address", \.address, "What clients log to."),
        ]
    }
}

/// One phase of the lifecycle strip.
package struct PhaseView: View {
    package enum Phase: String, ViewWord {
        case plan, data, train, register, serve, watch, feedback
    }

    package enum State: String, ViewWord {
        case done, attention, failed, empty
    }

    package var phase: Phase
    package var state: State
    /// One line: what there is, or what is wrong.
    package var fact: String
    /// A path of these pages, such as `/endpoints/income` or `/#objectives`.
    package var link: String?

    package init(_ phase: Phase, _ state: State, _ fact: String, link: String? = nil) {
        self.phase = phase
        self.state = state
        self.fact = fact
        self.link = link
    }

    package static let about = "One phase of the lifecycle."
    package static var members: [ViewMember<PhaseView>] {
        [.init("phase", \.phase), .init("state", \.state), .init("fact", \.fact), .init("link", \.link, "A path on this server.")]
    }
}

/// A fact that has a name: a parameter, an input value, a digest.
package struct FactView: View {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static let about = "A named fact."
    package static var members: [ViewMember<FactView>] { [.init("name", \.name), .init("value", \.value)] }
}

/// One audited event.
package struct EventView: View {
    package var time: Timestamp
    /// Who did what, as a sentence.
    package var sentence: String
    /// A path of these pages.
    package var link: String?

    package init(time: Timestamp, sentence: String, link: String? = nil) {
        self.time = time
        self.sentence = sentence
        self.link = link
    }

    package static let about = "One audited event."
    package static var members: [ViewMember<EventView>] {
        [.init("time", \.time), .init("sentence", \.sentence, "Who did what."), .init("link", \.link, "A path on this server.")]
    }
}

/// A command worth typing, and why.
package struct CommandView: View {
    package var command: String
    package var reason: String

    package init(_ command: String, because reason: String) {
        self.command = command
        self.reason = reason
    }

    package static let about = "A command worth typing."
    package static var members: [ViewMember<CommandView>] { [.init("command", \.command), .init("reason", \.reason)] }
}
