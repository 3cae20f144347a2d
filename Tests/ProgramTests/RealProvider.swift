import Foundation
import TestSupport

/// Canaille, an OpenID Connect provider, as a child process that knows ann and eve and one client.
final class RealProvider: Sendable {
    static let packages = Program.root + "/.setup/python"
    static let isThere = FileManager.default.fileExists(atPath: packages + "/canaille")
    static let clientSecret = "a client's + secret/:"
    static let password = "a sentence that is long"

    let issuer: String
    private let child: Child

    init(in folder: TemporaryFolder) async throws {
        let script = Program.root + "/Tests/ProgramTests/References/provider.py"
        child = try Child(
            "/usr/bin/env", ["python3", "-B", script], in: folder.path, environment: Program.environment(["PYTHONPATH": RealProvider.packages]))
        guard let text = await child.printed("\n"), let issuer = text.split(separator: "\n").first else {
            throw ChildFailure(description: "The provider did not start: \(await child.end().errors)")
        }
        self.issuer = String(issuer)
    }

    /// Lets a server know it, and it the server.
    func serve(_ folder: TemporaryFolder, _ settings: String = "") async throws -> LiveServer {
        try folder.write("client-secret", RealProvider.clientSecret)
        let text = try folder.read("martlet.yaml")
        try folder.write(
            "martlet.yaml",
            text + """
                access:
                  providers:
                    company:
                      {issuer: "\(issuer)", client_id: martlet, client_secret: "secret://file/client-secret", label: Company, private: true\(settings)}

                """)
        let server = try await LiveServer(folder)
        let told = try await Browser(in: folder, "provider").get(
            "\(issuer)/test/client?redirect_uri=http://127.0.0.1:\(server.port)/sign-in/with/company/callback")
        guard told.status == 204 else { throw ChildFailure(description: told.body) }
        return server
    }

    /// Signs a person in at the provider, from where a server sent the browser.
    /// - Returns: where the provider sends the browser back to.
    func visit(_ start: String, as name: String, in browser: Browser, agrees: Bool = true) async throws -> String {
        var address = start
        for _ in 0..<20 {
            var page = try await browser.get(address)
            if page.location == nil {
                var form: [(String, String)] = []
                if let token = page.body.firstMatch(of: /name="csrf_token"[^>]*value="([^"]*)"/)?.1 { form.append(("csrf_token", String(token))) }
                if page.body.contains(#"name="password""#) { form.append(("password", RealProvider.password)) }
                if page.body.contains(#"name="login""#) { form.append(("login", name)) }
                if address.contains("/oauth/authorize") { form.append(("answer", agrees ? "accept" : "deny")) }
                page = try await browser.post(address, form)
            }
            guard let location = page.location else { throw ChildFailure(description: "\(page.status) at \(address): \(page.body)") }
            address = location.hasPrefix("/") ? issuer + location : location
            if address.contains("/callback?") && !address.hasPrefix(issuer) { return address }
        }
        throw ChildFailure(description: "The provider led around in circles: \(address)")
    }

    /// Ends it, as a crash does.
    func stop() async {
        child.signal(SIGKILL)
        _ = await child.end()
    }
}

/// A browser with cookies of its own, which shows redirections instead of following them.
struct Browser {
    struct Page {
        let status: Int
        let headers: String
        let body: String

        /// Where it leads.
        var location: String? { values(of: "location").first }

        func values(of name: String) -> [String] {
            headers.split(separator: "\r\n").filter { $0.lowercased().hasPrefix(name + ":") }.map {
                $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
            }
        }

        /// The value of a cookie that it sets.
        func cookie(_ name: String) -> String? {
            values(of: "set-cookie").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1).prefix { $0 != ";" }) }
        }

        /// The text without markup.
        var text: String {
            let plain = body.replacing(/<[^>]*>/, with: "")
            return [("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")].reduce(plain) { $0.replacing($1.0, with: $1.1) }
        }
    }

    private let jar: String

    init(in folder: TemporaryFolder, _ name: String) { jar = folder.path("\(name).cookies") }

    /// - Parameter site: what the browser says of where the request comes from (`Sec-Fetch-Site`).
    func get(_ address: String, from site: String? = nil, cookie: String? = nil) async throws -> Page {
        try await ask(address, (site.map { ["-H", "Sec-Fetch-Site: \($0)"] } ?? []) + (cookie.map { ["-H", "Cookie: \($0)"] } ?? []))
    }

    func post(_ address: String, _ form: [(name: String, value: String)], from site: String = "same-origin") async throws -> Page {
        try await ask(address, ["-H", "Sec-Fetch-Site: \(site)"] + form.flatMap { ["--data-urlencode", "\($0.name)=\($0.value)"] })
    }

    private func ask(_ address: String, _ options: [String]) async throws -> Page {
        let outcome = try await Child.run(
            "/usr/bin/curl", ["-sS", "-i", "-b", jar, "-c", jar] + options + [address], environment: Program.environment())
        let parts = outcome.output.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard outcome.status == 0, parts.count == 2, let status = parts[0].split(separator: " ").dropFirst().first.flatMap({ Int($0.prefix(3)) })
        else { throw ChildFailure(description: "\(address): \(outcome.errors)\(outcome.output)") }
        return Page(status: status, headers: String(parts[0]), body: String(parts[1]))
    }
}
