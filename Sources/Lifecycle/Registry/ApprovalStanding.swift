internal import Access
package import Support

/// How a version stands with the approvals that it needs.
package struct ApprovalStanding: Sendable, Equatable {
    package var subject: String
    /// The roles that must approve.
    package var required: [String]
    /// The approvals that count, each for one role.
    package var given: [Signature]
    /// The roles whose approval is missing.
    package var missing: [String]
    /// A no that stands, with its reason. It is not outvoted: whoever gave it takes it back, or the version is done again.
    package var rejections: [String]
    /// Approvals that do not count, and why: “vera: the charter changed since”.
    package var lapsed: [String]
    /// The newest request about the version as it stands; nil where nobody has asked yet.
    package var asked: Int?

    package struct Signature: Sendable, Equatable {
        package var role: String
        package var answer: ApprovalAnswer
    }

    package init(
        subject: String, required: [String] = [], given: [Signature] = [], missing: [String] = [], rejections: [String] = [], lapsed: [String] = []
    ) {
        self.subject = subject
        self.required = required
        self.given = given
        self.missing = missing
        self.rejections = rejections
        self.lapsed = lapsed
    }

    package var isComplete: Bool { missing.isEmpty && rejections.isEmpty }

    /// What is lacking and what to do; nil where nothing is.
    package var sentence: String? {
        guard !isComplete else { return nil }
        guard rejections.isEmpty else { return "\(subject) is not approved: \(rejections.joined(separator: " "))" }
        let notes = lapsed.isEmpty ? "" : " Not counted: \(lapsed.joined(separator: "; "))."
        let next =
            asked.map { "Sign with “martlet approval approve \($0)”; through a server with --url ADDRESS --password." }
            ?? "Ask with “martlet approval request \(subject)”."
        return "\(subject) waits for approval by \(missing.joined(separator: " and ")).\(notes) \(next)"
    }

    /// Gives every role an approval by a person of its own, as far as that is possible.
    /// - Parameter able: for each approval, the roles that it can stand for.
    static func match(_ required: [String], _ able: [(answer: ApprovalAnswer, roles: Set<String>)]) -> [Signature] {
        guard let role = required.first else { return [] }
        let rest = Array(required.dropFirst())
        var best = match(rest, able)
        for (index, signer) in able.enumerated() where signer.roles.contains(role) {
            let found = [Signature(role: role, answer: signer.answer)] + match(rest, able.enumerated().filter { $0.offset != index }.map(\.element))
            if found.count > best.count { best = found }
            if best.count == required.count { break }
        }
        return best
    }

    /// The facts for `--json`.
    package var json: JSONValue {
        [
            "required": JSONValue(required), "missing": JSONValue(missing), "rejections": JSONValue(rejections), "lapsed": JSONValue(lapsed),
            "given": .array(given.map { ["role": .string($0.role), "by": .string($0.answer.principal.rawValue), "name": .string($0.answer.name)] }),
        ]
    }
}

/// What decides whether a version takes a protected alias: the gate, and the approvals. An alias moves under one of these only.
package struct PromotionDecision: Sendable, Equatable {
    package var gate: GateDecision
    package var approvals: ApprovalStanding
    /// Why approvals that are missing were overridden; nil where they were not.
    package var override: String?

    package init(gate: GateDecision, approvals: ApprovalStanding, override: String? = nil) {
        self.gate = gate
        self.approvals = approvals
        self.override = override
    }

    package var subject: String { gate.subject }

    /// Whether the alias moves. Neither a red gate nor a signed no is ever overridden.
    package var passes: Bool { gate.passes && (approvals.isComplete || override != nil && approvals.rejections.isEmpty) }

    /// Whether nothing but approvals is missing.
    package var waits: Bool { gate.passes && !passes }

    /// The sentences of what is against it.
    package var reasons: [String] { gate.passes ? passes ? [] : [approvals.sentence].compactMap(\.self) : gate.reasons }

    /// One sentence for the log.
    package var sentence: String {
        guard gate.passes, !passes else { return gate.sentence }
        return approvals.sentence ?? gate.sentence
    }
}
