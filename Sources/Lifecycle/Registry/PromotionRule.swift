package import Support

/// What a version must have before it takes the protected alias `champion`: the section `promotion:` of `martlet.yaml`.
package struct PromotionRule: Sendable, Equatable {
    /// Whether the gates of the charter decide.
    package var gated: Bool
    /// The roles of which each must approve, by a person of its own.
    package var approve: [String]
    /// Whether an approval by somebody who made the version counts.
    package var authorMayApprove: Bool

    package init(gated: Bool = true, approve: [String] = [], authorMayApprove: Bool = false) {
        self.gated = gated
        self.approve = approve
        self.authorMayApprove = authorMayApprove
    }

    /// The rule that demands whatever one of two demands.
    package func strictest(with other: PromotionRule) -> PromotionRule {
        PromotionRule(
            gated: gated || other.gated, approve: approve + other.approve.filter { !approve.contains($0) },
            authorMayApprove: approve.isEmpty
                ? other.authorMayApprove : other.approve.isEmpty ? authorMayApprove : authorMayApprove && other.authorMayApprove)
    }

    /// Whether it lets something through that another one stops.
    package func isLooser(than other: PromotionRule) -> Bool {
        let strictest = strictest(with: other)
        return gated != strictest.gated || Set(approve) != Set(strictest.approve) || authorMayApprove != strictest.authorMayApprove
    }

    /// The rule as it is recorded.
    package var json: JSONValue {
        ["approve": JSONValue(approve), "author_may_approve": .bool(authorMayApprove), "gates": .string(gated ? "all" : "none")]
    }

    /// Reads what `json` wrote; what cannot be read is strict.
    init(_ json: JSONValue) {
        self.init(
            gated: json["gates"].text != "none", approve: json["approve"].elements.compactMap(\.text),
            authorMayApprove: json["author_may_approve"].flag ?? false)
    }
}
