internal import Database
internal import Digests
internal import Lineage
internal import Registry
internal import Support

extension Why {
    /// Adds who signed for the model versions of the chain, and who let one in without the signatures.
    /// - Parameter moment: what came later is left out; nil for everything.
    mutating func addApprovals(of project: Project, until moment: Timestamp?) throws(MartletError) {
        let (requests, overrides) = try project.database.read { session in
            (try project.approvals.requests(in: session), try project.approvals.overrides(in: session))
        }
        let versions = Set(links.filter { $0.kind == "model" }.map(\.ref))
        let isKnown = { (at: Timestamp) in moment.map { at <= $0 } ?? true }
        for request in requests where versions.contains(request.subject) && isKnown(request.at) {
            let answers = request.answers.filter { isKnown($0.at) }
            guard !answers.isEmpty else { continue }
            add(Link(request, answers), to: request.subject, "approved_by")
        }
        for override in overrides where versions.contains(override.subject) && isKnown(override.at) {
            add(Link(override), to: override.subject, "overridden_by")
        }
    }

    private mutating func add(_ link: Link, to subject: String, _ relation: String) {
        links.append(link)
        edges.append(LineageEdge(source: subject, relation: relation, target: link.ref))
    }
}

extension Why.Link {
    /// A request for approval with its signatures.
    fileprivate init(_ request: ApprovalRequest, _ answers: [ApprovalAnswer]) {
        var facts: [(name: String, value: String)] = [
            (
                "covers",
                "model \(request.content.bytes.short), evaluation \(request.content.report.short), charter \(request.content.charter.prefix(12))"
            )
        ]
        for answer in answers {
            let proof = answer.isAuthenticated ? answer.via : "not authenticated by Martlet"
            let reason = answer.reason.isEmpty ? "" : " (\(answer.reason))"
            let revoked = answer.revocation.map { ", taken back on \($0.at): \($0.reason)" } ?? ""
            facts.append((answer.verdict.rawValue, "\(answer.name), \(answer.at): “\(answer.meaning)”\(reason), \(proof)\(revoked)"))
        }
        self.init(
            ref: "approval:\(request.id)", kind: "approval", title: "Approval \(request.id) of \(request.subject)", facts: facts, at: request.at)
    }

    /// A promotion without all signatures.
    fileprivate init(_ override: ApprovalOverride) {
        var facts: [(name: String, value: String)] = [
            ("by", override.actor), ("reason", override.reason), ("missing", "approval by \(override.missing.joined(separator: ", "))"),
        ]
        facts.append(("review", override.reviewer.map { "\($0): \(override.note ?? "")" } ?? "nobody has reviewed it yet"))
        self.init(ref: "override:\(override.id)", kind: "override", title: "Override of \(override.subject)", facts: facts, at: override.at)
    }
}
