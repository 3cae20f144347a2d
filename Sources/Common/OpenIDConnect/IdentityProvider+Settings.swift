internal import Outgoing
package import Settings
package import Support

extension IdentityProvider {
    /// Reads an entry of `access.providers`.
    /// - Throws: `invalidInput` with line, column and what is wrong.
    package init(name: String, _ node: SettingsNode, roles: [String]) throws(MartletError) {
        _ = try node.mapping(keys: ["issuer", "client_id", "client_secret", "scopes", "label", "create", "link_email", "private"])
        guard IdentityProvider.isName(name) else {
            throw node.failure("“\(name)” stands in addresses: it is made of small letters, digits and “-”, at most 32 of them.")
        }
        let allowsPrivate = try node["private"]?.bool() ?? false
        self.init(
            name: name, issuer: try IdentityProvider.issuer(try node.required("issuer"), allowsPrivate: allowsPrivate),
            clientID: try node.required("client_id").string(), clientSecret: try node["client_secret"].map(IdentityProvider.reference),
            scopes: try node["scopes"].map(IdentityProvider.scopes) ?? IdentityProvider.usualScopes, label: try node["label"]?.string(),
            createRole: try node["create"].map { node throws(MartletError) in try IdentityProvider.role(node, roles) },
            linksEmail: try node["link_email"]?.bool() ?? false, allowsPrivate: allowsPrivate)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
    }

    private static func issuer(_ node: SettingsNode, allowsPrivate: Bool) throws(MartletError) -> String {
        let text = try node.string()
        let address: OutgoingAddress
        do { address = try OutgoingAddress(text) } catch { throw node.failure(error.message) }
        guard !text.contains("?") else { throw node.failure("An issuer is an address without “?”. Copy it from the provider as it stands.") }
        guard address.scheme == "https" || allowsPrivate else {
            throw node.failure(
                "An issuer begins with https://. Plain http is taken beside “private: true” only, for a provider on a network of your own.")
        }
        return text
    }

    private static func reference(_ node: SettingsNode) throws(MartletError) -> String {
        let text = try node.string()
        guard text.hasPrefix("secret://") else {
            throw node.failure("The client's secret does not belong in this file. Store it with “martlet secret set NAME” and write secret://NAME.")
        }
        return text
    }

    private static func scopes(_ node: SettingsNode) throws(MartletError) -> [String] {
        let scopes = try node.strings()
        let isFit = scopes.allSatisfy { scope in
            !scope.isEmpty && scope.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        }
        guard isFit else { throw node.failure("A scope is a word without spaces, quotes and backslashes.") }
        return scopes.contains("openid") ? scopes : ["openid"] + scopes
    }

    private static func role(_ node: SettingsNode, _ roles: [String]) throws(MartletError) -> String {
        let role = try node.string()
        guard role != "owner" else { throw node.failure("Whoever the provider knows would be an owner. Choose a lesser role, such as viewer.") }
        guard roles.contains(role) else {
            throw node.failure("There is no role “\(role)”.\(didYouMean(role, among: roles)) There are: \(roles.joined(separator: ", ")).")
        }
        return role
    }
}
