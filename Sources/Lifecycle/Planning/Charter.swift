package import Settings
package import Statistics
package import Support

/// The agreed goals, people and rules of a project: the `charter:` section of `martlet.yaml`.
package struct Charter: Sendable, Equatable {
    package struct Milestone: Sendable, Equatable {
        package var id: String
        package var by: Timestamp
        /// The objectives that must hold by then.
        package var needs: [String]
    }

    package var problem: ProblemType
    package var target: String
    /// The class that a binary model finds.
    package var positive: String?
    /// What a person wants from it, in a person's words; nil until somebody wrote it.
    package var outcome: String?
    package var objectives: [Objective]
    /// Roles and who holds them, in the order of the file.
    package var people: [(role: String, person: String)]
    package var milestones: [Milestone]

    /// The charter of a project for tracking only: no goals, and nothing to learn.
    package static let none = Charter(problem: .regression, target: "", objectives: [], people: [], milestones: [])

    package static func == (a: Charter, b: Charter) -> Bool {
        a.problem == b.problem && a.target == b.target && a.positive == b.positive && a.outcome == b.outcome && a.objectives == b.objectives
            && a.milestones == b.milestones && a.people.map { [$0.role, $0.person] } == b.people.map { [$0.role, $0.person] }
    }
}

// MARK: - Reading

extension Charter {
    /// Reads the `charter:` section.
    /// - Throws: `invalidInput` with line, column and suggestion.
    package init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["problem", "outcome", "objectives", "people", "milestones"])
        let problem = try node.required("problem")
        _ = try problem.mapping(keys: ["type", "target", "positive"])
        self.problem = try problem.required("type").choice(ProblemType.self)
        target = try problem.required("target").string()
        positive = try problem["positive"]?.string()
        if let place = problem["positive"], self.problem != .binary {
            throw place.failure("Only a binary problem has a positive class. Remove “positive”.")
        }
        outcome = try node["outcome"]?.string()
        objectives = []
        for entry in try node["objectives"]?.list() ?? [] {
            let objective = try Objective(entry, problem: self.problem)
            guard !objectives.contains(where: { $0.id == objective.id }) else {
                throw entry.failure("Two objectives are called “\(objective.id)”. Rename one.")
            }
            objectives.append(objective)
        }
        people = []
        for entry in try node["people"]?.entries() ?? [] { people.append((entry.key, try entry.value.string())) }
        milestones = try Charter.milestones(node["milestones"], objectives: objectives.map(\.id))
    }

    private static func milestones(_ node: SettingsNode?, objectives: [String]) throws(MartletError) -> [Milestone] {
        var milestones: [Milestone] = []
        for entry in try node?.list() ?? [] {
            _ = try entry.mapping(keys: ["id", "by", "needs"])
            let by = try entry.required("by")
            guard let date = Timestamp(try by.string()) else { throw by.failure("“by” must be a date such as 2027-01-31.") }
            let needs = try entry["needs"]?.listOrOne() ?? []
            for need in needs where !objectives.contains(try need.string()) {
                let name = try need.string()
                throw need.failure("No objective is called “\(name)”.\(didYouMean(name, among: objectives))")
            }
            milestones.append(Milestone(id: try entry.required("id").string(), by: date, needs: try entry["needs"]?.strings() ?? []))
        }
        return milestones
    }
}

extension Objective {
    /// Reads one line of `objectives:`.
    init(_ node: SettingsNode, problem: ProblemType) throws(MartletError) {
        _ = try node.mapping(keys: [
            "id", "metric", "on", "min", "max", "versus", "min_gain", "max_loss", "judge", "group", "window", "labels_within",
        ])
        id = try node.required("id").string()
        let metricNode = try node.required("metric")
        metric = try Objective.metric(metricNode, problem: problem)
        place = try node["on"]?.choice() ?? .test
        bound = try Objective.bound(node)
        judge = try node["judge"]?.choice() ?? .point
        group = try node["group"]?.string()
        window = try node["window"]?.duration() ?? 30 * 86_400
        labelsWithin = try node["labels_within"]?.duration()
        source = node.place
        try checkMeaning(node)
    }

    /// Refuses what would be read and then not measured: a promise that nobody keeps.
    private func checkMeaning(_ node: SettingsNode) throws(MartletError) {
        switch metric {
        case .gap: if group == nil { throw node.failure("“\(metric.name)” compares groups: add “group: COLUMN”.") }
        case .service: if place != .production { throw node.failure("“\(metric.name)” is measured in production: write “on: production”.") }
        case .score: break
        }
        if let group = node["group"], !metric.isGap {
            throw group.failure("“\(metric.name)” is measured over all rows: remove “group”, or name a gap between groups.")
        }
        if let versus = node["versus"] {
            guard metric.isScore else {
                throw versus.failure("“\(metric.name)” has no other to compare with: write “min” or “max” instead of “versus”.")
            }
            if place == .production {
                throw versus.failure("In production there is no other to compare with: write “min” or “max” instead of “versus”.")
            }
        }
        for key in ["window", "labels_within"] where place != .production {
            if let setting = node[key] { throw setting.failure("“\(key)” is about production: remove it, or write “on: production”.") }
        }
    }

    private static func metric(_ node: SettingsNode, problem: ProblemType) throws(MartletError) -> ObjectiveMetric {
        let name = try node.string()
        guard let metric = ObjectiveMetric(name: name) else {
            throw node.failure(
                "There is no metric “\(name)”.\(didYouMean(name, among: ObjectiveMetric.names)) Known: \(ObjectiveMetric.names.joined(separator: ", "))."
            )
        }
        if case .score(let score) = metric, !score.problems.contains(problem) {
            let fitting = Metric.allCases.filter { $0.problems.contains(problem) }.map(\.rawValue)
            throw node.failure("“\(name)” does not apply to a \(problem.rawValue) problem. These do: \(fitting.joined(separator: ", ")).")
        }
        return metric
    }

    private static func bound(_ node: SettingsNode) throws(MartletError) -> Bound {
        try checkBounds(node)
        if let versus = node["versus"] {
            switch try versus.string() {
            case "baseline": return .gainOverBaseline(try node["min_gain"]?.double() ?? 0)
            case "champion": return .lossAgainstChampion(try node["max_loss"]?.double(in: 0...Double.greatestFiniteMagnitude) ?? 0)
            case let other: throw versus.failure("“versus” is baseline or champion, not “\(other)”.")
            }
        }
        if let least = node["min"] { return .atLeast(try least.double()) }
        if let most = node["max"] { return .atMost(try most.double()) }
        throw node.failure(
            "The objective has no bound: add “min”, “max”, or “versus: baseline” with “min_gain”, or “versus: champion” with “max_loss”.")
    }

    /// One objective has one bound; a second would be read by nobody.
    private static func checkBounds(_ node: SettingsNode) throws(MartletError) {
        let bounds = ["min", "max", "versus"].filter { node[$0] != nil }
        if bounds.count > 1 {
            throw node.failure(
                "The objective has several bounds: \(bounds.joined(separator: ", ")). Keep one, and write another objective for the other.")
        }
        for (key, other) in [("min_gain", "baseline"), ("max_loss", "champion")] {
            guard let amount = node[key], try node["versus"]?.string() != other else { continue }
            throw amount.failure("“\(key)” belongs to “versus: \(other)”. Add that, or remove “\(key)”.")
        }
    }
}
