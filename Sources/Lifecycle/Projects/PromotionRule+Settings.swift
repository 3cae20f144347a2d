internal import Access
internal import Registry
internal import Settings
internal import Support

extension PromotionRule {
    /// Reads the section `promotion: {champion: {gates: all, approve: [ROLE], author_may_approve: false}}`; an absent one demands the gates.
    /// - Parameter roles: the roles of the project.
    /// - Throws: `invalidInput` with line, column and suggestion.
    init(_ node: SettingsNode?, roles: [Role]) throws(MartletError) {
        self.init()
        _ = try node?.mapping(keys: ["champion"])
        guard let champion = node?["champion"] else { return }
        _ = try champion.mapping(keys: ["gates", "approve", "author_may_approve"])
        if let gates = champion["gates"] {
            let text = try gates.string()
            guard ["all", "none"].contains(text) else { throw gates.failure("“gates” is all or none, not “\(text)”.") }
            gated = text == "all"
        }
        for entry in try champion["approve"]?.listOrOne() ?? [] {
            let name = try PromotionRule.signing(entry, roles: roles)
            guard !approve.contains(name) else { throw entry.failure("“\(name)” stands there twice. One person signs for each role.") }
            approve.append(name)
        }
        authorMayApprove = try champion["author_may_approve"]?.bool() ?? false
    }

    /// A role that may sign approvals.
    private static func signing(_ node: SettingsNode, roles: [Role]) throws(MartletError) -> String {
        let name = try node.string()
        let able = roles.filter { $0.permissions.contains(.approvalGive) }.map(\.name)
        guard able.contains(name) else {
            let why = roles.contains { $0.name == name } ? "The role “\(name)” may not sign approvals." : "There is no role “\(name)”."
            throw node.failure("\(why)\(didYouMean(name, among: able)) These may: \(able.joined(separator: ", ")).")
        }
        return name
    }
}
