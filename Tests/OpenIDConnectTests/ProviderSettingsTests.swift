import OpenIDConnect
import Settings
import Support
import TestSupport
import Testing

@Suite("A provider's settings")
struct ProviderSettingsTests {
    private func provider(_ yaml: String, name: String = "company") throws -> IdentityProvider {
        try IdentityProvider(name: name, SettingsNode(yaml: yaml, file: "martlet.yaml"), roles: ["owner", "viewer"])
    }

    @Test("are read with their defaults") func defaults() throws {
        let plain = try provider("{issuer: https://id.example.org/realms/a, client_id: martlet}")
        #expect(plain == IdentityProvider(name: "company", issuer: "https://id.example.org/realms/a", clientID: "martlet"))
        #expect(plain.scopes == ["openid", "profile", "email"] && plain.createRole == nil && !plain.linksEmail && !plain.allowsPrivate)
        let full = try provider(
            "{issuer: \"http://10.0.0.1:8080\", client_id: m, client_secret: \"secret://oidc\", scopes: groups, label: Firm, create: viewer, link_email: true, private: true}"
        )
        #expect(full.scopes == ["openid", "groups"] && full.label == "Firm" && full.createRole == "viewer" && full.linksEmail)
    }

    @Test(
        "that would be unsafe or cannot work are refused, with the reason",
        arguments: [
            ("{issuer: \"http://id.example.org\", client_id: m}", "begins with https://"), ("{issuer: id, client_id: m}", "http"),
            ("{issuer: \"https://id.example.org?x=1\", client_id: m}", "without “?”"), ("{client_id: m}", "issuer"),
            ("{issuer: \"https://a:b@id.example.org\", client_id: m}", "user name or password"),
            ("{issuer: \"https://id.example.org\"}", "client_id"),
            ("{issuer: \"https://id.example.org\", client_id: m, client_secret: hush}", "does not belong in this file"),
            ("{issuer: \"https://id.example.org\", client_id: m, create: owner}", "would be an owner"),
            ("{issuer: \"https://id.example.org\", client_id: m, create: viewr}", "viewer"),
            ("{issuer: \"https://id.example.org\", client_id: m, scopes: \"a b\"}", "without spaces"),
            ("{issuer: \"https://id.example.org\", client_id: m, sekret: x}", "client_secret"),
        ])
    func refused(_ yaml: String, _ reason: String) { #expect(errorText { try provider(yaml) }.contains(reason)) }

    @Test("The name stands in addresses, and is fit for that", arguments: ["", "Company", "a/b", "..", "a b", String(repeating: "a", count: 33)])
    func name(_ name: String) {
        #expect(errorText { try provider("{issuer: \"https://id.example.org\", client_id: m}", name: name) }.contains("addresses"))
    }
}
