import Access
import HTTP
import Hummingbird
import Pages
import Support

/// The page on which a person signs in, and the way out.
struct SigningIn: Sendable {
    let source: any ProjectSource

    /// The largest form that is read, in bytes.
    private static let formLimit = 16 << 10

    func form(_ request: Request, _ caller: Caller) -> Response {
        let next = SigningIn.next(PagePath.fields(of: request.uri.query ?? ""))
        return page(next: next, signedIn: caller.proof == .session ? caller.name : nil, for: Reader(caller))
    }

    /// The page, again with why the last attempt failed.
    func page(next: String, failure: MartletError? = nil, signedIn: String? = nil, for reader: Reader = .stranger) -> Response {
        let page = SignInPage(project: source.project, next: next, failure: failure?.message, signedIn: signedIn, providers: source.providers)
        return Response.page(page.page, for: reader, status: failure?.httpStatus ?? 200)
    }

    /// Checks name and password and begins a session with a secret of its own.
    func begin(_ request: Request, from address: String) async -> Response {
        do {
            try Self.refuseForeign(request)
            let fields = try await request.form(upTo: SigningIn.formLimit)
            let next = SigningIn.next(fields)
            func field(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
            do {
                let secret = try await source.signIn(name: field("name"), password: field("password"), from: address)
                return Response.seeOther(next, cookie: SessionCookie(secret: secret, isSecure: source.isSecure))
            } catch {
                return page(next: next, failure: MartletError(error))
            }
        } catch {
            let failure = MartletError(error)
            return Response.page(ErrorPage(failure, path: PagePath.signIn).page, status: failure.httpStatus)
        }
    }

    func end(_ request: Request) async -> Response {
        if let secret = request.cookies[SessionCookie.name]?.value, (try? Self.refuseForeign(request)) != nil { try? await source.signOut(secret) }
        return Response.seeOther(PagePath.signIn, cookie: SessionCookie(secret: nil, isSecure: source.isSecure))
    }

    /// Where to go afterwards: a page of this server, or home.
    static func next(_ fields: [(name: String, value: String)]) -> String {
        let wanted = fields.first { $0.name == "next" }?.value
        guard let local = PagePath.local(wanted), local.hasPrefix("/"), local.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return PagePath.home
        }
        return local
    }

    /// A form of another site must not sign anybody in or out.
    private static func refuseForeign(_ request: Request) throws(MartletError) {
        guard request.isFromOwnPage == false else { return }
        throw MartletError(.permissionDenied, "The form was sent from another site. Open this page on the server itself.")
    }
}

/// The cookie that holds a session's secret, or takes it away.
struct SessionCookie {
    static let name = RequestGate.sessionCookie

    let secret: String?
    let isSecure: Bool

    var text: String {
        let life = secret == nil ? "0" : String(Int(SessionStore.lifetime))
        return "\(SessionCookie.name)=\(secret ?? ""); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(life)\(isSecure ? "; Secure" : "")"
    }
}
