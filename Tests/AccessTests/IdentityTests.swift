import Access
import Events
import OpenIDConnect
import Support
import TestSupport
import Testing

@Suite("Identities at providers")
struct IdentityTests {
    private let office: Office
    private let identities: IdentityStore

    init() throws {
        office = try Office()
        identities = IdentityStore(database: office.database, events: office.events, clock: office.clock)
        try office.add("boss", "owner")
        try office.add("ann@example.org", "validator")
    }

    private func provider(create: String? = nil, linksEmail: Bool = false) -> IdentityProvider {
        IdentityProvider(name: "company", issuer: "https://id.example.org", clientID: "m", createRole: create, linksEmail: linksEmail)
    }

    private func identity(
        _ subject: String = "7", issuer: String = "https://id.example.org", preferred: String? = nil, email: String? = nil, verified: Bool = false
    ) -> Identity {
        Identity(issuer: issuer, subject: subject, name: "Ann Lee", preferredName: preferred, email: email, isEmailVerified: verified)
    }

    @Test("An identity is issuer and subject: neither alone, nor an e-mail address, nor a name lets anybody in")
    func exact() throws {
        try identities.link(issuer: "https://id.example.org", subject: "7", to: "ann@example.org")
        let caller = try office.access.caller(identity(), at: provider())
        #expect(caller.id == "ann@example.org" && caller.roles == ["validator"] && caller.via == "provider:company")
        for other in [
            identity("8"), identity(issuer: "https://id.example.org/"), identity("07"), identity("8", email: "ann@example.org", verified: true),
            identity("8", preferred: "ann@example.org"),
        ] { #expect(errorText { try office.access.caller(other, at: provider()) }.contains("Nobody here is tied to this identity")) }
    }

    @Test("The command in the refusal is one line of a shell, whatever the subject is") func command() {
        let odd = errorText { try office.access.caller(identity("o'neil; rm -rf /"), at: provider()) }
        #expect(odd.contains(#"--issuer https://id.example.org --subject 'o'\''neil; rm -rf /'"#))
    }

    @Test("Only an owner's word, or a setting, ties; an identity has one user, a service has none; an end of the tie ends the sessions")
    func ties() throws {
        try office.principals.add("robot", kind: .service, name: nil, role: "viewer", password: nil)
        #expect(errorText { try identities.link(issuer: "i", subject: "s", to: "robot") }.contains("is a service"))
        #expect(errorText { try identities.link(issuer: "i", subject: "s", to: "bos") }.contains("boss"))
        #expect(errorText { try identities.link(issuer: "i", subject: "", to: "boss") }.contains("1 to 255 bytes"))
        try identities.link(issuer: "https://id.example.org", subject: "7", to: "boss")
        #expect(
            errorText { try identities.link(issuer: "https://id.example.org", subject: "7", to: "ann@example.org") }.contains("belongs to “boss”"))
        let access = office.access
        let session = try access.beginSession(identity(), at: provider())
        #expect(try access.caller(session: session).id == "boss")
        #expect(try identities.unlink(issuer: "https://id.example.org", subject: "7") == "boss")
        #expect(errorText { try access.caller(session: session) }.contains("over"))
        #expect(errorText { try identities.unlink(issuer: "https://id.example.org", subject: "7") }.contains("tied to nobody"))
        #expect(try office.kinds().prefix(4) == ["identity.unlinked", "session.begun", "identity.linked", "service.added"])
    }

    @Test("Whoever is shut out is not let in by a provider, and is tied to nothing any more") func shutOut() throws {
        try identities.link(issuer: "https://id.example.org", subject: "7", to: "ann@example.org")
        try office.principals.disable("ann@example.org")
        #expect(try identities.all().isEmpty)
        let linking = provider(create: "viewer", linksEmail: true)
        #expect(errorText { try office.access.caller(identity(email: "ann@example.org", verified: true), at: linking) }.contains("Nobody here"))
    }

    @Test("A verified e-mail address ties the first identity of an issuer where the settings say so; an unverified one, or a second, does not")
    func email() throws {
        let linking = provider(linksEmail: true)
        #expect(errorText { try office.access.caller(identity(email: "ann@example.org"), at: linking) }.contains("Nobody here"))
        #expect(errorText { try office.access.caller(identity(email: "Ann@example.org", verified: true), at: linking) }.contains("Nobody here"))
        #expect(try office.access.caller(identity(email: "ann@example.org", verified: true), at: linking).id == "ann@example.org")
        #expect(try office.access.caller(identity(), at: provider()).id == "ann@example.org", "From then on issuer and subject count alone.")
        #expect(errorText { try office.access.caller(identity("8", email: "ann@example.org", verified: true), at: linking) }.contains("Nobody here"))
        #expect(try office.events.latest(1).first?.body["because"].text == "verified e-mail address")
    }

    @Test("A new user gets the role of the settings and a name that nobody has or had, in whatever case, and never is the first")
    func creation() throws {
        let creating = provider(create: "viewer")
        let caller = try office.access.caller(identity(preferred: "ann"), at: creating)
        #expect(caller.id == "ann" && caller.roles == ["viewer"] && caller.name == "Ann Lee")
        for taken in [
            identity("8", preferred: "boss"), identity("8", preferred: "BOSS"), identity("8", preferred: "two words"), identity("8"),
            identity("8", email: "new@example.org"), identity("8", preferred: "ann"),
        ] { #expect(errorText { try office.access.caller(taken, at: creating) }.contains("Nobody here")) }
        #expect(
            try office.access.caller(identity("8", preferred: "boss", email: "new@example.org", verified: true), at: creating).id == "new@example.org"
        )
        let empty = try Office()
        #expect(errorText { try empty.access.caller(identity(preferred: "ann"), at: creating) }.contains("Nobody here"))
        #expect(try empty.access.isOpen())
    }

    @Test("Only the one who was about to sign can sign by a provider") func signing() throws {
        try identities.link(issuer: "https://id.example.org", subject: "7", to: "boss")
        let access = office.access
        let boss = try access.caller(session: access.beginSession(identity(), at: provider()))
        #expect(try access.caller(boss, signingBy: identity(), at: provider()).proof == .provider("company"))
        try identities.link(issuer: "https://id.example.org", subject: "8", to: "ann@example.org")
        #expect(errorText { try access.caller(boss, signingBy: identity("8"), at: provider()) }.contains("Nothing was signed"))
    }

    @Test("Whoever fails again and again has to wait, and each identity that was refused is in the record") func failures() throws {
        let access = office.access
        let wrong = MartletError(.unauthenticated, "wrong")
        for _ in 0..<6 { access.recordFailedSignIn("company", wrong, from: "10.0.0.1") }
        #expect(errorText { try access.admitSignIn(from: "10.0.0.1") }.contains("Try again in"))
        try access.admitSignIn(from: "10.0.0.2")
        for subject in ["a", "b", "a"] {
            access.recordFailedSignIn("company", MartletError(.permissionDenied, "no"), identity: identity(subject), from: "10.0.0.3")
        }
        let denied = try office.events.latest(10).filter { $0.kind == "access.denied" }
        #expect(denied.map { $0.body["subject"].text } == ["b", "a", nil])
    }

    @Test("The section of the settings is read with its providers; what cannot be is refused at its line") func settings() throws {
        let plan = try AccessPlan(
            SettingsText.node(
                "{url: \"https://ml.example.org/\", roles: {till: [prediction.create]}, providers: {a: {issuer: \"https://a.example\", client_id: m, create: till}}}"
            ))
        #expect(plan.url == "https://ml.example.org" && plan.providers.map(\.name) == ["a"] && plan.providers[0].createRole == "till")
        let twice = "{issuer: \"https://a.example\", client_id: m}"
        #expect(errorText { try AccessPlan(SettingsText.node("{providers: {a: \(twice), b: \(twice)}}")) }.contains("this issuer already"))
        #expect(errorText { try AccessPlan(SettingsText.node("{url: \"https://ml.example.org/martlet\"}")) }.contains("without a path"))
    }
}
