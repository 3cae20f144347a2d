internal import Access
internal import Database
internal import Events
internal import Registry
internal import Support

/// Requests, signatures, overrides and the rule of promotion as the tables hold them against what the events tell.
struct RecordedApprovals {
    private let project: Project
    /// What the record tells, oldest first.
    private let events: [Event]

    init(_ project: Project, _ events: [Event]) {
        self.project = project
        self.events = events
    }

    func sentences() throws(MartletError) -> [String] {
        let (requests, overrides, rule) = try project.database.read { session in
            (
                try project.approvals.requests(in: session), try project.approvals.overrides(in: session),
                try project.approvals.recordedRule(session)
            )
        }
        return asked(requests).sentences + signed(requests).sentences + overridden(overrides).sentences + inForce(rule)
    }

    private func asked(_ requests: [ApprovalRequest]) -> RecordComparison {
        var comparison = RecordComparison("requests for approval")
        for request in requests { comparison.held["\(request.id)"] = "\(request.subject) \(request.alias) \(request.content.digest)" }
        for event in events where event.kind == "approval.requested" {
            comparison.told["\(event.body["request"].int ?? 0)"] =
                "\(event.subject) \(event.body["alias"].text ?? "") \(event.body["covers"].text ?? "")"
        }
        return comparison
    }

    private func signed(_ requests: [ApprovalRequest]) -> RecordComparison {
        var comparison = RecordComparison("signatures")
        for request in requests {
            for answer in request.answers {
                comparison.held["\(answer.principal) on request \(request.id)"] =
                    "\(answer.verdict.rawValue) \(answer.name) \(request.content.digest) \(answer.isAuthenticated) \(answer.roles) \(answer.revocation != nil)"
            }
        }
        for event in events {
            let name = "\(event.actor) on request \(event.body["request"].int ?? 0)"
            switch event.kind {
            case "approval.given", "approval.rejected":
                let verdict = event.kind == "approval.given" ? "approved" : "rejected"
                comparison.told[name] =
                    "\(verdict) \(event.body["name"].text ?? "") \(event.body["covers"].text ?? "") \(event.body["authenticated"].flag ?? false) "
                    + "\(event.body["roles"].elements.compactMap(\.text)) false"
            case "approval.revoked": comparison.told[name] = comparison.told[name].map { $0.dropLast("false".count) + "true" }
            default: break
            }
        }
        return comparison
    }

    private func overridden(_ overrides: [ApprovalOverride]) -> RecordComparison {
        var comparison = RecordComparison("overrides")
        for override in overrides { comparison.held["\(override.subject) by \(override.actor)", default: ""] += override.reason + "\n" }
        for event in events where event.kind == "approval.overridden" {
            comparison.told["\(event.subject) by \(event.actor)", default: ""] += (event.body["reason"].text ?? "") + "\n"
        }
        return comparison
    }

    private func inForce(_ rule: PromotionRule?) -> [String] {
        let told = events.last { $0.kind == "promotion.rule" }
        let same = told.map { event in rule.map { $0.json.members.allSatisfy { event.body[$0.key] == $0.value } } ?? false } ?? (rule == nil)
        return same ? [] : ["The rule of promotion in force in the database is not the one that the record tells of."]
    }
}
