internal import OpenIDConnect
internal import Outgoing
internal import Policy
package import Settings
package import Support

extension AccessPlan {
    /// Reads the section `access: {roles: {NAME: [PERMISSION, ...]}, opa: ADDRESS, url: ADDRESS, providers: {NAME: {...}}}`; an absent one
    /// adds nothing. In place of OPA's address stands `{address: ADDRESS, private: true}` where it leads to this machine or a private network.
    /// - Throws: `invalidInput` with line, column and suggestion.
    package init(_ node: SettingsNode?) throws(MartletError) {
        self.init()
        guard let node else { return }
        _ = try node.mapping(keys: ["roles", "opa", "url", "providers"])
        if let server = node["opa"] {
            let address: SettingsNode
            if case .mapping = server.content {
                _ = try server.mapping(keys: ["address", "private"])
                address = try server.required("address")
                policyServerIsPrivate = try server["private"]?.bool() ?? false
            } else {
                address = server
            }
            do { policyServer = try RemotePolicy.base(try address.string()) } catch {
                throw error.place == nil ? address.failure(error.message) : error
            }
        }
        try readRoles(node["roles"])
        url = try node["url"].map(AccessPlan.base)
        let names = roles.map(\.name)
        for entry in try node["providers"]?.entries() ?? [] {
            let provider = try IdentityProvider(name: entry.key, entry.value, roles: names)
            guard !providers.contains(where: { $0.issuer == provider.issuer }) else {
                throw entry.value.failure("There is a provider of this issuer already. An identity belongs to one.")
            }
            providers.append(provider)
        }
    }

    /// An address without an end of its own, such as `https://ml.example.org`.
    private static func base(_ node: SettingsNode) throws(MartletError) -> String {
        let text = try node.string()
        let address: OutgoingAddress
        do { address = try OutgoingAddress(text) } catch { throw node.failure(error.message) }
        guard address.path == "/" else { throw node.failure("It is the address of the server without a path, such as https://ml.example.org.") }
        return "\(address.scheme)://\(address.machine)"
    }

    private mutating func readRoles(_ node: SettingsNode?) throws(MartletError) {
        for entry in try node?.entries() ?? [] {
            let (name, permissions) = (entry.key, entry.value)
            guard !roles.contains(where: { $0.name == name }) else { throw permissions.failure("“\(name)” is a built-in role; choose another name.") }
            var granted: Set<Permission> = []
            for permission in try permissions.listOrOne() { granted.insert(try AccessPlan.permission(permission)) }
            roles.append(Role(name, "A role of this project.", granted))
        }
    }

    private static func permission(_ node: SettingsNode) throws(MartletError) -> Permission {
        let text = try node.string()
        guard let permission = Permission(rawValue: text) else {
            let known = Permission.allCases.map(\.rawValue)
            throw node.failure("There is no permission “\(text)”.\(didYouMean(text, among: known)) There are: \(known.joined(separator: ", ")).")
        }
        return permission
    }
}
