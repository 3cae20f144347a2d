extension ObjectiveView.Verdict {
    /// The symbol and the word of a verdict.
    var badge: HTML {
        switch self {
        case .green: Pages.badge("good", "✓", "met")
        case .yellow: Pages.badge("warn", "?", "not known")
        case .red: Pages.badge("bad", "✗", "missed")
        }
    }
}

extension PhaseView.State {
    /// The symbol and the word of a phase's state.
    var badge: HTML {
        switch self {
        case .done: Pages.badge("good", "✓", "done")
        case .attention: Pages.badge("warn", "!", "needs attention")
        case .failed: Pages.badge("bad", "✗", "failed")
        case .empty: Pages.badge("none", "·", "nothing yet")
        }
    }
}

extension RunView.State {
    /// The symbol and the word of a run's or step's state.
    var badge: HTML {
        switch self {
        case .finished: Pages.badge("good", "✓", "finished")
        case .failed: Pages.badge("bad", "✗", "failed")
        case .running: Pages.badge("warn", "▸", "running")
        case .waiting: Pages.badge("none", "·", "waiting")
        }
    }
}

extension PhaseView.Phase {
    /// The name on the lifecycle strip.
    var title: String {
        switch self {
        case .plan: "Plan"
        case .data: "Data"
        case .train: "Train"
        case .register: "Register"
        case .serve: "Serve"
        case .watch: "Watch"
        case .feedback: "Feedback"
        }
    }
}
