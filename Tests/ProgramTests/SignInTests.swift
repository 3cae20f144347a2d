import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "Signing in by a real provider",
    .enabled(if: Program.isComplete && RealProvider.isThere, "\(Program.absence) Or canaille is not in .setup/python; run make setup."), .inTurns)
struct SignInTests {
    /// A project with an owner, a provider and a server.
    private struct House {
        let folder: TemporaryFolder
        let provider: RealProvider
        let server: LiveServer
        var base: String { "http://127.0.0.1:\(server.port)" }

        init(_ settings: String = "") async throws {
            folder = try Loans.project()
            provider = try await RealProvider(in: folder)
            for words in [["olga", "--role", "owner"], ["ann", "--name", "Ann Lee", "--role", "validator"]] {
                let added = try await Program.run(["user", "add"] + words, in: folder.path)
                guard added.status == 0 else { throw ChildFailure(description: added.errors) }
            }
            server = try await provider.serve(folder, settings)
        }

        func browser(_ name: String) -> Browser { Browser(in: folder, name) }

        /// Where the server sends a browser that wants to sign in.
        func start(_ browser: Browser, next: String = "/approvals") async throws -> String {
            let page = try await browser.get("\(base)/sign-in/with/company?next=\(next)", from: "same-origin")
            guard page.status == 303, let location = page.location else { throw ChildFailure(description: "\(page.status) \(page.text)") }
            return location
        }

        /// The whole way there; what remains is to open the address that is returned.
        func callback(_ browser: Browser, as name: String, next: String = "/approvals") async throws -> String {
            try await provider.visit(try await start(browser, next: next), as: name, in: browser)
        }

        func link(_ user: String, subject: String) async throws {
            let linked = try await folder.martlet("user", "link", user, "--issuer", provider.issuer, "--subject", subject, "--json")
            guard try linked.json["user"].text == user else { throw ChildFailure(description: linked.errors) }
        }

        func end() async { _ = await server.interrupt() }
    }

    @Test(
        "An identity that is nobody's is told the command that ties it; then it opens a session, which the record knows, and an end of the tie ends")
    func story() async throws {
        let house = try await House()
        let ann = house.browser("ann")
        let page = try await ann.get("\(house.base)/sign-in?next=%2Fapprovals")
        #expect(page.body.contains(#"href="/sign-in/with/company?next=%2Fapprovals""#) && page.text.contains("Sign in with Company"))
        let stranger = try await ann.get(house.callback(ann, as: "ann"), from: "cross-site")
        let command = "martlet user link NAME --issuer \(house.provider.issuer) --subject ann"
        #expect(stranger.status == 403 && stranger.text.contains(command) && stranger.cookie("martlet_session") == nil)
        #expect(try await ann.get("\(house.base)/approvals").status == 303)
        try await house.link("ann", subject: "ann")
        let twice = try await house.folder.martlet("user", "link", "olga", "--issuer", house.provider.issuer, "--subject", "ann")
        #expect(twice.status == 1 && twice.errors.contains("belongs to “ann” already"))
        let back = try await house.callback(ann, as: "ann")
        let signedIn = try await ann.get(back, from: "cross-site")
        #expect(signedIn.status == 303 && signedIn.location == "/approvals")
        let cookie = try #require(signedIn.values(of: "set-cookie").first { $0.hasPrefix("martlet_session=") })
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] { #expect(cookie.contains(part)) }
        #expect(try await ann.get("\(house.base)/approvals").text.contains("you are Ann Lee"))
        let replayed = try await house.browser("thief").get(back, cookie: "martlet_login=\(signedIn.cookie("martlet_session") ?? "")")
        #expect(replayed.status == 401 && replayed.cookie("martlet_session") == nil)
        let log = try await house.folder.martlet("audit", "log", "--json").json.elements
        let begun = try #require(log.first { $0["kind"].text == "session.begun" })
        #expect(begun["actor"].text == "ann" && begun["body"]["via"].text == "provider:company" && begun["body"]["subject"].text == "ann")
        let denied = try #require(log.first { $0["kind"].text == "access.denied" && $0["body"]["subject"].text == "ann" })
        #expect(denied["actor"].text == "nobody" && denied["body"]["issuer"].text == house.provider.issuer)
        #expect(denied["body"]["reason"].text?.contains("tied to this identity") == true)
        let untied = try await house.folder.martlet("user", "unlink", "--issuer", house.provider.issuer, "--subject", "ann", "--yes")
        #expect(untied.status == 0 && untied.output.contains("no longer ann"), "\(untied.errors)")
        #expect(try await ann.get("\(house.base)/approvals").status == 303, "The session is over.")
        let leaked = try await house.folder.martlet("audit", "log", "--json").output
        #expect(!leaked.contains(RealProvider.clientSecret) && !leaked.contains("code="))
        await house.end()
    }

    @Test("An answer opens nothing twice, in another browser, with another browser's cookie, or with a state that nobody asked with")
    func foreign() async throws {
        let house = try await House()
        try await house.link("ann", subject: "ann")
        try await house.link("olga", subject: "eve")
        let (ann, eve) = (house.browser("ann"), house.browser("eve"))
        let hers = try await house.callback(eve, as: "eve")
        let bare = try await house.browser("new").get(hers, from: "cross-site")
        #expect(bare.status == 401 && bare.text.contains("another browser") && bare.cookie("martlet_session") == nil)
        let his = try await house.callback(ann, as: "ann")
        let swapped = try await ann.get(hers, from: "cross-site")
        #expect(swapped.status == 401 && swapped.text.contains("another browser") && swapped.cookie("martlet_session") == nil)
        let guessed = try await ann.get("\(house.base)/sign-in/with/company/callback?code=x&state=guess&iss=x", from: "cross-site")
        #expect(guessed.status == 401 && guessed.text.contains("not known"))
        let elsewhere = try await ann.get(his.replacing("/with/company/", with: "/with/other/"), from: "cross-site")
        #expect(elsewhere.status == 404)
        let opened = try await ann.get(his, from: "cross-site")
        #expect(opened.status == 303 && opened.cookie("martlet_session") != nil, "\(opened.text)")
        let again = try await ann.get(his, from: "cross-site")
        #expect(again.status == 401 && again.cookie("martlet_session") == nil && again.text.contains("used already"))
        let mixed = try await house.callback(eve, as: "eve")
        let wrongIssuer = try await eve.get(mixed.replacing(/iss=[^&]*/, with: "iss=https%3A%2F%2Fevil.example"), from: "cross-site")
        #expect(wrongIssuer.status == 401 && wrongIssuer.text.contains("(iss)"))
        let wrongCode = try await house.callback(eve, as: "eve")
        let refused = try await eve.get(wrongCode.replacing(/code=[^&]*/, with: "code=abc"), from: "cross-site")
        #expect(refused.status == 401 && refused.text.contains("gave no token") && refused.cookie("martlet_session") == nil, "\(refused.text)")
        await house.end()
    }

    @Test("A session that the browser had before is over and its secret is not taken on; the way goes on to pages of this server only")
    func fixation() async throws {
        let house = try await House()
        try await house.link("ann", subject: "ann")
        try await house.link("olga", subject: "eve")
        let (attacker, ann) = (house.browser("attacker"), house.browser("ann"))
        let planted = try #require(try await attacker.get(house.callback(attacker, as: "eve")).cookie("martlet_session"))
        let there = try await house.start(ann, next: "https%3A%2F%2Fevil.example%2F")
        let binding = try #require(try await ann.get("\(house.base)/sign-in/with/company?next=//evil.example", from: "none").cookie("martlet_login"))
        #expect(binding.count == 43)
        let back = try await house.callback(ann, as: "ann", next: "%2F%2Fevil.example")
        let login = try String(contentsOfFile: house.folder.path("ann.cookies"), encoding: .utf8).firstMatch(of: /martlet_login\t(\S+)/)?.1
        let page = try await house.browser("other").get(
            back, from: "cross-site", cookie: "martlet_login=\(login ?? ""); martlet_session=\(planted)")
        let fresh = try #require(page.cookie("martlet_session"))
        #expect(page.location == "/" && fresh != planted && !there.contains("evil"))
        #expect(try await attacker.get("\(house.base)/approvals").status == 303, "What was planted opens nothing any more.")
        #expect(try await house.browser("b").get("\(house.base)/approvals", cookie: "martlet_session=\(fresh)").text.contains("Ann Lee"))
        let lured = try await ann.get("\(house.base)/sign-in/with/company?next=/why", from: "cross-site")
        #expect(lured.location == "/sign-in?next=%2Fwhy" && lured.cookie("martlet_login") == nil)
        await house.end()
    }

    @Test("A provider that says no, or that is gone, before or after its own page, ends at a page that says so")
    func gone() async throws {
        let house = try await House()
        try await house.link("ann", subject: "ann")
        let (ann, eve) = (house.browser("ann"), house.browser("eve"))
        let no = try await house.provider.visit(house.start(eve), as: "eve", in: eve, agrees: false)
        let denied = try await eve.get(no, from: "cross-site")
        #expect(denied.status == 401 && denied.text.contains("did not let you in (access_denied"))
        let back = try await house.callback(ann, as: "ann")
        await house.provider.stop()
        let late = try await ann.get(back, from: "cross-site")
        #expect(late.status == 503 && late.text.contains("could not be asked") && late.text.contains("Sign in with Company"), "\(late.text)")
        _ = await house.server.interrupt()
        let anew = try await LiveServer(house.folder)
        let early = try await ann.get("http://127.0.0.1:\(anew.port)/sign-in/with/company", from: "same-origin")
        #expect(early.status == 503 && early.text.contains("could not be asked") && early.cookie("martlet_login") == nil)
        _ = await anew.interrupt()
    }

    @Test("Whoever is not known is added with a role where the settings say so, but never in place of somebody who is there")
    func creation() async throws {
        let house = try await House(", create: viewer")
        let (ann, eve) = (house.browser("ann"), house.browser("eve"))
        let added = try await eve.get(house.callback(eve, as: "eve"), from: "cross-site")
        #expect(added.status == 303, "\(added.text)")
        let users = try await house.folder.martlet("user", "list", "--json").json.elements
        let user = try #require(users.first { $0["user"].text == "eve" })
        #expect(user["roles"].elements.compactMap(\.text) == ["viewer"] && user["name"].text == "Eve Moss")
        let refused = try await ann.get(house.callback(ann, as: "ann"), from: "cross-site")
        #expect(refused.status == 403 && refused.text.contains("--subject ann"), "There is an ann already, and nobody said that this is she.")
        let links = try await house.folder.martlet("user", "links", "--json").json.elements
        #expect(links.count == 1 && links[0]["user"].text == "eve" && links[0]["subject"].text == "eve")
        await house.end()
    }

    @Test("An approval is signed by signing in anew: for what was decided, by whom it was, and not by the session alone")
    func approval() async throws {
        let loans = try await ApprovedLoans()
        let provider = try await RealProvider(in: loans.folder)
        for (user, subject) in [("ann", "ann"), ("eva", "eve")] {
            #expect(try await loans.folder.martlet("user", "add", user, "--name", user.capitalized, "--role", "validator").status == 0)
            let linked = try await loans.folder.martlet("user", "link", user, "--issuer", provider.issuer, "--subject", subject)
            #expect(linked.status == 0 && linked.errors.contains("names no provider of this issuer yet"), "\(linked.errors)")
        }
        let server = try await provider.serve(loans.folder)
        let base = "http://127.0.0.1:\(server.port)"
        #expect(try await loans.ask(server, "max", "approval", "request", "model:loans@v1").status == 0)
        let (ann, eva) = (Browser(in: loans.folder, "ann"), Browser(in: loans.folder, "eva"))
        for (browser, name) in [(ann, "ann"), (eva, "eve")] {
            let start = try await browser.get("\(base)/sign-in/with/company", from: "same-origin").location ?? ""
            #expect(try await browser.get(provider.visit(start, as: name, in: browser), from: "cross-site").status == 303)
        }
        let page = try await ann.get("\(base)/approvals")
        #expect(page.text.contains("Company will ask you to sign in again.") && !page.body.contains(#"type="password""#))
        let bare = try await ann.post("\(base)/approvals/1", [("verdict", "approved")])
        #expect(bare.status == 401 && bare.text.contains("password is wrong"))
        #expect(try await ann.post("\(base)/approvals/1", [("verdict", "approved"), ("with", "company")], from: "cross-site").status == 403)

        let onward = try await ann.post("\(base)/approvals/1", [("verdict", "approved"), ("with", "company")])
        let there = try #require(onward.values(of: "refresh").first?.firstMatch(of: /url=(.*)/)?.1)
        #expect(onward.status == 200 && there.contains("prompt=login") && onward.text.contains("Go on to Company"))
        let asEve = try await provider.visit(String(there), as: "eve", in: Browser(in: loans.folder, "third"))
        let wrongPerson = try await ann.get(asEve, from: "cross-site")
        #expect(wrongPerson.status == 403 && wrongPerson.text.contains("“ann” was about to sign"), "\(wrongPerson.text)")

        let onceMore = try await ann.post("\(base)/approvals/1", [("verdict", "approved"), ("with", "company")])
        let address = try #require(onceMore.values(of: "refresh").first?.firstMatch(of: /url=(.*)/)?.1)
        let signed = try await ann.get(provider.visit(String(address), as: "ann", in: ann), from: "cross-site")
        #expect(signed.status == 303 && signed.location == "/approvals", "\(signed.text)")
        let answers = try await loans.folder.martlet("approval", "list", "--json").json.elements.first?["answers"].elements ?? []
        #expect(answers.count == 1 && answers[0]["via"].text == "provider:company" && answers[0]["name"].text == "Ann")
        #expect(try await loans.ask(server, "max", "model", "promote", "model:loans@v1").output.contains("approved by Ann as validator"))
        _ = await server.interrupt()
    }
}
