package import Settings
package import Support

/// A step of the pipeline as the user wrote it: built in (`uses:`) or any command (`run:`).
package struct StepDefinition: Sendable, Equatable {
    package enum Action: Sendable, Equatable {
        case builtIn(name: String, parameters: JSONValue)
        /// A shell command, run in the project's folder.
        case command(String)
    }

    package var id: String
    package var action: Action
    /// Steps that must have ended before.
    package var needs: [String]
    /// Files and folders that the command reads, relative to the project.
    package var dependencies: [String]
    /// Files that the command writes, relative to the project.
    package var outputs: [String]
    /// A JUnit XML file that the command writes; failed tests in it are a gate.
    package var junit: String?
    package var place: SourcePlace?

    package init(
        id: String, action: Action, needs: [String] = [], dependencies: [String] = [], outputs: [String] = [], junit: String? = nil,
        place: SourcePlace? = nil
    ) {
        self.id = id
        self.action = action
        self.needs = needs
        self.dependencies = dependencies
        self.outputs = outputs
        self.junit = junit
        self.place = place
    }
}

extension StepDefinition {
    /// Reads the `pipeline:` section.
    /// - Parameter reserved: the names of the steps that every project has.
    package static func list(_ node: SettingsNode, reserved: [String]) throws(MartletError) -> [StepDefinition] {
        var steps: [StepDefinition] = []
        for entry in try node.list() {
            let step = try StepDefinition(entry)
            let taken = reserved + steps.map(\.id)
            guard !taken.contains(step.id) else { throw entry.failure("A step is already called “\(step.id)”. Choose another id.") }
            steps.append(step)
        }
        try checkNeeds(steps, reserved: reserved, node)
        return steps
    }

    private init(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["id", "uses", "with", "run", "deps", "outs", "needs", "junit"])
        let idNode = try node.required("id")
        id = try idNode.string()
        guard !id.isEmpty, id.utf8.count <= 64,
            id.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || $0.isASCII && "0123456789_-.".unicodeScalars.contains($0) })
        else { throw idNode.failure("A step's id is letters, digits, “-”, “_” and “.”, at most 64 of them.") }
        action = try StepDefinition.action(node, id: id)
        needs = try node["needs"]?.strings() ?? []
        dependencies = try node["deps"]?.strings() ?? []
        outputs = try node["outs"]?.strings() ?? []
        junit = try node["junit"]?.string()
        place = node.place
        for key in ["deps", "outs", "junit"] {
            for path in try node[key]?.listOrOne() ?? [] { try StepDefinition.checkPath(path) }
        }
    }

    private static func action(_ node: SettingsNode, id: String) throws(MartletError) -> Action {
        _ = try node["with"]?.entries()
        switch (try node["uses"]?.string(), try node["run"]?.string()) {
        case (let name?, nil): return .builtIn(name: name, parameters: node["with"]?.json() ?? .object([]))
        case (nil, let command?):
            if let parameters = node["with"] {
                throw parameters.failure("“with” sets the parameters of a built-in step. Write a command's own into “run”.")
            }
            return .command(command)
        default: throw node.failure("The step “\(id)” needs either “uses: NAME” (built in) or “run: COMMAND”.")
        }
    }

    private static func checkPath(_ node: SettingsNode) throws(MartletError) {
        let path = try node.string()
        if path.isEmpty { throw node.failure("A path is empty. Name a file or folder below the project's folder.") }
        if path.hasPrefix("/") || path.split(separator: "/").contains("..") {
            throw node.failure("“\(path)” leads out of the project. Use a path below the project's folder.")
        }
    }

    private static func checkNeeds(_ steps: [StepDefinition], reserved: [String], _ node: SettingsNode) throws(MartletError) {
        let known = reserved + steps.map(\.id)
        for step in steps {
            for need in step.needs where !known.contains(need) {
                throw MartletError(
                    .invalidInput, "The step “\(step.id)” needs “\(need)”, which does not exist.\(didYouMean(need, among: known))", place: step.place)
            }
        }
        _ = try ordered(steps)
    }

    /// The steps so that each stands after those it needs; otherwise in the order written.
    /// - Throws: `invalidInput` for a circle.
    package static func ordered(_ steps: [StepDefinition]) throws(MartletError) -> [StepDefinition] {
        var done: Set<String> = []
        var left = steps
        var order: [StepDefinition] = []
        let ids = Set(steps.map(\.id))
        while !left.isEmpty {
            guard let next = left.firstIndex(where: { $0.needs.allSatisfy { done.contains($0) || !ids.contains($0) } }) else {
                let circle = circle(in: left)
                let names = circle.map(\.id).joined(separator: ", ")
                throw MartletError(.invalidInput, "These steps wait for each other: \(names). Remove one “needs”.", place: circle.first?.place)
            }
            let step = left.remove(at: next)
            done.insert(step.id)
            order.append(step)
        }
        return order
    }

    /// Of steps that cannot begin, those that others wait for: without the ones that only wait.
    private static func circle(in waiting: [StepDefinition]) -> [StepDefinition] {
        let needed = Set(waiting.flatMap(\.needs))
        let fewer = waiting.filter { needed.contains($0.id) }
        return fewer.count == waiting.count ? fewer : circle(in: fewer)
    }
}
