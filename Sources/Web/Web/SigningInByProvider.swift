import Access
import HTTP
import HTTPTypes
import Hummingbird
import OpenIDConnect
import Pages
import Support

/// Signing in by an identity provider: the way there, and the way back, which is the only request that another site may make.
struct SigningInByProvider: Sendable {
    let source: any ProjectSource

    /// Sends the browser to the provider. From another site's page it is led to the page for signing in first.
    func begin(_ request: Request, _ provider: String, from address: String) async -> Response {
        let next = SigningIn.next(PagePath.fields(of: request.uri.query ?? ""))
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }), site != "same-origin", site != "none" {
            return Response.seeOther("\(PagePath.signIn)?next=\(PagePath.segment(next))")
        }
        do {
            let visit = try await source.beginSignIn(with: provider, next: next, from: address)
            return cookie(visit.browser, on: Response.seeOther(visit.address))
        } catch {
            return SigningIn(source: source).page(next: next, failure: MartletError(error))
        }
    }

    /// The page that goes on to the provider at which a signature is proved.
    func page(_ visit: ProviderVisit, for caller: Caller) -> Response {
        var response = Response.page(ContinuePage(provider: visit.provider, address: visit.address).page, for: Reader(caller))
        if let name = HTTPField.Name("Refresh") { response.headers[name] = "0; url=\(visit.address)" }
        return cookie(visit.browser, on: response)
    }

    /// Takes the provider's answer. The session that begins has a secret of its own, and one that the browser had before is over.
    func finish(_ request: Request, _ provider: String, from address: String, _ caller: Caller) async -> Response {
        let browser = request.cookies[LoginCookie.name]?.value
        let answer = ProviderAnswer(
            provider: provider, fields: PagePath.fields(of: request.uri.query ?? ""), browser: browser, address: address)
        do {
            switch try await source.finishVisit(answer) {
            case .signed: return cookie(nil, on: Response.seeOther(PagePath.approvals))
            case .session(let secret, let next):
                if let old = request.cookies[SessionCookie.name]?.value { try? await source.signOut(old) }
                return cookie(nil, on: Response.seeOther(next, cookie: SessionCookie(secret: secret, isSecure: source.isSecure)))
            }
        } catch {
            let failure = MartletError(error)
            guard caller.proof == .session else { return SigningIn(source: source).page(next: PagePath.home, failure: failure) }
            return Response.page(ErrorPage(failure, path: request.uri.path).page, for: Reader(caller), status: failure.httpStatus)
        }
    }

    /// Sets the cookie of a sign-in under way, or takes it away. `Lax`, because the way back comes from the provider's site.
    private func cookie(_ secret: String?, on response: Response) -> Response {
        let life = secret == nil ? "0" : String(Int(LoginCookie.lifetime))
        let text = "\(LoginCookie.name)=\(secret ?? ""); Path=\(PagePath.signInWith); HttpOnly; SameSite=Lax; Max-Age=\(life)"
        var response = response
        response.headers.append(HTTPField(name: .setCookie, value: text + (source.isSecure ? "; Secure" : "")))
        return response
    }
}
