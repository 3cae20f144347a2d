package import Policy
package import Support
internal import Synchronization

/// The policies that are asked after the roles, and the log of what was decided.
package final class AccessRules: Sendable {
    package struct Change: Sendable, Equatable {
        /// The digest of the policies that are in force now; nil where there are none.
        package var revision: String?
    }

    let judge: any PolicyJudge
    private let log: DecisionLog?
    private let project: String
    private let facts: JSONValue
    /// The endpoint that gave a prediction, by its identifier. Blocks.
    private let giver: @Sendable (String) -> String?
    /// The revision that was told of last; the outer nil stands for none yet.
    private let told = Mutex<Change?>(nil)

    /// - Parameters:
    ///   - log: nil where decisions are not written down.
    ///   - facts: what every question carries, as an object; its `endpoint` is another one's where the question is about that.
    ///   - giver: the endpoint that gave a prediction, by its identifier; nil where it is not known. May block.
    package init(
        judge: any PolicyJudge, log: DecisionLog?, project: String, facts: JSONValue = .object([]),
        giver: @escaping @Sendable (_ prediction: String) -> String? = { _ in nil }
    ) {
        self.judge = judge
        self.log = log
        self.project = project
        self.facts = facts
        self.giver = giver
    }

    func question(
        _ caller: Caller, _ permission: Permission, _ resource: PolicyResource, _ facts: JSONValue, at time: Timestamp
    ) -> PolicyQuestion {
        PolicyQuestion(
            principal: .init(id: caller.id.rawValue, roles: caller.roles.sorted(), via: caller.via), action: permission.rawValue, resource: resource,
            project: project, time: time, facts: facts.members.reduce(into: own(resource)) { $0[$1.key] = $1.value })
    }

    /// The facts of a question about something.
    private func own(_ resource: PolicyResource) -> JSONValue {
        let endpoint = resource.kind == "endpoint" ? resource.name : resource.kind == "prediction" ? giver(resource.name) : nil
        guard let endpoint, !endpoint.isEmpty else { return facts }
        var facts = facts
        facts["endpoint"] = .string(endpoint)
        return facts
    }

    /// Whether a quick answer is yes and need not be written down.
    func allowAtOnce(_ permission: Permission, _ question: () -> PolicyQuestion) -> Bool {
        guard judge.isQuick, log == nil || !permission.changesState else { return false }
        // Which endpoint gave a prediction stands in the log.
        guard permission != .predictionRead || judge.revision == nil else { return false }
        return judge.decide(question())?.isAllowed ?? true
    }

    /// Asks the policies and writes down what has to be. What cannot be written down does not happen.
    /// - Throws: `permissionDenied` with the sentences of the rules; `storageFull`.
    func check(_ question: PolicyQuestion, _ permission: Permission, _ caller: Caller) throws(MartletError) {
        if judge.isStale { judge.refresh() }
        let verdict = judge.decide(question)
        let isAllowed = verdict?.isAllowed ?? true
        if !isAllowed {
            try? log?.add(question, verdict, isAllowed: false)
            throw AccessRules.denial(verdict, caller)
        }
        if permission.changesState { try log?.add(question, verdict, isAllowed: true) }
    }

    /// Writes down that the roles denied; the refusal stands whatever happens here.
    func recordRoleDenial(_ question: PolicyQuestion) {
        try? log?.add(question, nil, isAllowed: false, by: .roles)
    }

    /// The policies in force, where they are others than those told of last.
    func takeChange() -> Change? {
        let now = Change(revision: judge.revision)
        return told.withLock { told in
            guard told != now else { return nil }
            told = now
            return now
        }
    }

    private static func denial(_ verdict: PolicyVerdict?, _ caller: Caller) -> MartletError {
        if let failure = verdict?.failure {
            let told = caller.roles.contains("owner") ? "Until this is put right, everything is denied: \(failure)" : "Ask an owner to look at it."
            return MartletError(.permissionDenied, "The policies of this project give no answer, and no answer is a no. \(told)")
        }
        let reasons = verdict?.reasons.joined(separator: " ") ?? ""
        return MartletError(
            .permissionDenied,
            reasons.isEmpty ? "No policy of this project allows “\(caller.id)” to do this." : "A policy of this project denies this: \(reasons)")
    }
}
