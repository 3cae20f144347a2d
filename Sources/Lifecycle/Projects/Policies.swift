package import Access
internal import Events
package import Policy
internal import Serving
package import Support

extension Project {
    /// The folder of the policies, which belongs into version control like `martlet.yaml`.
    package var policiesFolder: String { path("policies") }

    /// The folder of the decision log.
    package var decisionsFolder: String { "\(stateFolder)/decisions" }

    /// What is asked after the roles: the policies of the folder, or the server that `access: {opa: ...}` names.
    /// - Parameter version: the version of the program, for the decision log.
    /// - Throws: `invalidInput` for an address that is none.
    package func rules(version: String) throws(MartletError) -> AccessRules {
        let judge: any PolicyJudge
        if let server = file.access.policyServer {
            judge = try RemotePolicy(server: server, allowsPrivate: file.access.policyServerIsPrivate)
        } else {
            judge = PolicyFolder(path: policiesFolder, locator: engines)
        }
        let log = DecisionLog(folder: decisionsFolder, version: version, clock: clock, identifiers: identifiers)
        let folder = predictionsFolder
        return AccessRules(
            judge: judge, log: log, project: file.project, facts: ["endpoint": .string(file.serving.endpoint), "model": .string(file.model)],
            giver: { prediction in TimeOrderedID(prediction).flatMap { try? PredictionLogReader.find($0, in: folder)?.endpoint } })
    }

    /// The policies of a folder, compiled; nil where it holds none.
    /// - Throws: `invalidInput` with file and line; `engineMissing`.
    package func policies(in folder: String) throws(MartletError) -> PolicySet? {
        let content = try PolicyFolder.files(in: folder, tests: false)
        return content.files.isEmpty ? nil : try PolicySet(content.files, data: content.data, locator: engines)
    }

    /// What was decided since a moment, oldest first: from the decision log, and from the record of what happened where the log says nothing of it:
    /// before it began, and of what was done in the folder, where nothing is decided.
    package func pastDecisions(since: Timestamp) throws(MartletError) -> [RecordedDecision] {
        let logged = try DecisionLog.decisions(in: decisionsFolder, since: since)
        let roles = Dictionary(uniqueKeysWithValues: try principals.all().map { ($0.id.rawValue, $0.roles) })
        let events = try events.latest(200_000).filter { $0.at >= since }
        let done: [RecordedDecision] = events.compactMap { event in
            let via = event.body["via"].text ?? "folder"
            guard let action = Project.action(of: event.kind, via: via) else { return nil }
            guard via == "folder" || logged.first.map({ event.at < $0.at }) ?? true else { return nil }
            let question = PolicyQuestion(
                principal: .init(id: event.actor, roles: via == "folder" ? ["owner"] : roles[event.actor] ?? [], via: via), action: action.rawValue,
                resource: PolicyResource(subject: event.subject), project: file.project, time: event.at,
                facts: ["endpoint": .string(file.serving.endpoint), "model": .string(file.model)])
            return RecordedDecision(at: event.at, input: question.json, isAllowed: true)
        }
        return (logged + done).sorted { $0.at < $1.at }
    }

    /// The permission that an event was done by; nil for what nobody is asked for.
    private static func action(of kind: String, via: String) -> Permission? {
        switch kind {
        case "model.promoted", "model.restored", "endpoint.shared": .modelPromote
        case "charter.confirmed": .charterConfirm
        case "labels.imported": .feedbackCreate
        case "approval.requested": .approvalRequest
        case "approval.given": .approvalGive
        case "secret.read": .secretRead
        case _ where kind.hasPrefix("secret."): .secretManage
        case _ where kind.hasPrefix("token.") && via == "session": .tokenOwn
        case _ where ["user.", "role.", "token.", "identity."].contains { kind.hasPrefix($0) }: .accessManage
        default: nil
        }
    }
}
