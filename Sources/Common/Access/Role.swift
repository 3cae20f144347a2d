package import OpenIDConnect
package import Support

/// A named set of permissions that a principal holds in a project.
package struct Role: Sendable, Equatable {
    package var name: String
    /// What it is for, in a sentence.
    package var about: String
    package var permissions: Set<Permission>

    package init(_ name: String, _ about: String, _ permissions: Set<Permission>) {
        self.name = name
        self.about = about
        self.permissions = permissions
    }

    private static let reading: Set<Permission> = [.projectRead, .dataRead, .tokenOwn]
    private static let contributing: Set<Permission> = reading.union([
        .dataWrite, .experimentWrite, .predictionCreate, .predictionRead, .feedbackCreate, .approvalRequest, .incidentUpdate,
    ])

    /// The roles that every project has, from the most to the least.
    package static let builtIn = [
        Role("owner", "Everything, with users, tokens and roles.", Set(Permission.allCases)),
        Role(
            "maintainer", "Runs the project: promotes what the gate and the approvals let through.",
            contributing.union([.charterConfirm, .modelPromote, .auditRead, .dataErase, .secretRead, .secretManage])),
        Role("contributor", "Works in the project: runs experiments, asks for predictions, brings labels, asks for approvals.", contributing),
        Role(
            "validator", "Judges the work of others: reads everything, signs approvals.", reading.union([.predictionRead, .approvalGive, .auditRead])),
        Role("viewer", "Reads what holds no single case.", reading),
    ]
}

/// The `access:` section of `martlet.yaml`: roles of the project's own, who decides by policies, and who says who somebody is.
package struct AccessPlan: Sendable, Equatable {
    /// The built-in roles and those of the project.
    package var roles: [Role]
    /// The address of an OPA server that decides in place of the folder `policies/`.
    package var policyServer: String?
    /// Whether that address may lead to this machine or a private network.
    package var policyServerIsPrivate = false
    /// Who may tell who somebody is, beside Martlet itself.
    package var providers: [IdentityProvider] = []
    /// Where browsers reach the server; nil for the address that it listens on.
    package var url: String?

    package init(roles: [Role] = []) { self.roles = Role.builtIn + roles }

    /// The role of that name.
    /// - Throws: `notFound` with the nearest name.
    package func role(_ name: String) throws(MartletError) -> Role {
        guard let role = roles.first(where: { $0.name == name }) else {
            let known = roles.map(\.name)
            throw MartletError(.notFound, "There is no role “\(name)”.\(didYouMean(name, among: known)) There are: \(known.joined(separator: ", ")).")
        }
        return role
    }
}
