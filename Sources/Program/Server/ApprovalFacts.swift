import Access
import Digests
import OpenIDConnect
import Pages
import Planning
import Projects
import Registry
import Support

/// Requests for approval, as the pages show them.
struct ApprovalFacts {
    let project: Project
    let caller: Caller

    func view() throws(MartletError) -> ApprovalsView {
        let maySign = caller.permissions.contains(.approvalGive)
        var requests: [ApprovalView] = []
        for found in try project.approvalCases().prefix(50) { requests.append(try view(found, maySign: maySign)) }
        let asked = Set(requests.filter { $0.state == .open }.map(\.subject))
        let waiting = try project.waiting().filter { !asked.contains($0.subject) }
        return ApprovalsView(
            signer: caller.proof == .loopback ? nil : caller.name, maySign: maySign, signsWith: maySign ? try provider() : nil,
            waiting: waiting.map { CommandView($0.command, because: $0.sentence) }, requests: requests)
    }

    /// Where the caller proves anew who they are: for whoever has no password, and signs in by a provider.
    private func provider() throws(MartletError) -> ProviderView? {
        guard try !project.principals.hasPassword(caller.id) else { return nil }
        let issuers = Set(try project.identities.all().filter { $0.principal == caller.id }.map(\.issuer))
        return project.file.access.providers.first { issuers.contains($0.issuer) }.map { ProviderView(name: $0.name, label: $0.label) }
    }

    private func view(_ found: ApprovalCase, maySign: Bool) throws(MartletError) -> ApprovalView {
        let request = found.request
        let isOpen = found.state == .open || found.state == .approved
        return ApprovalView(
            id: request.id, subject: request.subject, model: request.model, alias: request.alias,
            state: ApprovalView.State(rawValue: found.state.rawValue) ?? .open, by: request.actor, at: request.at, note: request.note,
            missing: isOpen ? found.decision.approvals.sentence : nil, report: try report(request),
            covers: [
                FactView("goal", project.file.charter.outcome ?? "not written"), FactView("charter", String(request.content.charter.prefix(12))),
                FactView("model", request.content.bytes.short), FactView("evaluation", request.content.report.short),
                FactView("all three", request.content.digest.short),
            ],
            gate: found.decision.gate.results.map { .init($0.objective, ObjectiveView.Verdict(rawValue: $0.verdict.rawValue) ?? .yellow, $0.reason) },
            answers: request.answers.map(answer),
            mayAnswer: maySign && isOpen && !request.answers.contains { $0.principal == caller.id })
    }

    /// The figures of the test set, or of validation where there is none.
    private func report(_ request: ApprovalRequest) throws(MartletError) -> [FactView] {
        let metrics = try project.show(request.subject)["metrics"]
        let split = metrics["test"].isNull ? "validation" : "test"
        return metrics[split].members.prefix(8).compactMap { metric in
            guard let value = metric.value["value"].double else { return nil }
            let interval = metric.value["interval"]
            let range = interval["lower"].double.flatMap { low in
                interval["upper"].double.map { " (\(Objective.text(low)) to \(Objective.text($0)))" }
            }
            return FactView("\(metric.key) on \(split)", Objective.text(value) + (range ?? ""))
        }
    }

    private func answer(_ answer: ApprovalAnswer) -> ApprovalView.Answer {
        ApprovalView.Answer(
            name: answer.name, isYes: answer.verdict == .approved, meaning: answer.meaning, at: answer.at, reason: answer.reason,
            proof: answer.isAuthenticated ? answer.via : "not authenticated by Martlet",
            withdrawn: answer.revocation.map { "taken back on \($0.at.date): \($0.reason)" })
    }
}
