import Access
import Hummingbird
import Pages
import Support

/// The forms that make and revoke tokens of one's own.
struct OwnTokens: Sendable {
    let source: any ProjectSource

    /// The largest form that is read, in bytes.
    private static let formLimit = 16 << 10

    /// Makes a token and shows its secret, in this answer and nowhere else.
    func make(_ request: Request, by caller: Caller) async -> Response {
        await form(request, by: caller) { fields in
            let wanted = TokenRequest(fields)
            do {
                guard TokensView.lifetimes.contains(wanted.lifetime) else {
                    throw MartletError(.usage, "A token is valid for one of: \(TokensView.lifetimes.joined(separator: ", ")).")
                }
                let secret = try await source.makeToken(wanted, by: caller)
                return Response.page(TokenMadePage(name: wanted.name, secret: secret).page, for: Reader(caller))
            } catch { return try await again(MartletError(error), wanted, by: caller) }
        }
    }

    func revoke(_ request: Request, by caller: Caller) async -> Response {
        await form(request, by: caller) { fields in
            do {
                try await source.revokeToken(fields.first { $0.name == "name" }?.value ?? "", by: caller)
                return Response.seeOther(PagePath.tokens)
            } catch { return try await again(MartletError(error), TokenRequest(), by: caller) }
        }
    }

    private func form(
        _ request: Request, by caller: Caller, _ answer: ([(name: String, value: String)]) async throws -> Response
    ) async -> Response {
        do { return try await answer(try await request.form(upTo: OwnTokens.formLimit)) } catch {
            return await Screens(source: source).failure(MartletError(error), path: request.uri.path, for: Reader(caller))
        }
    }

    /// The page again, with why it failed and the form as it was filled in.
    private func again(_ error: MartletError, _ request: TokenRequest, by caller: Caller) async throws -> Response {
        let page = TokensPage(try await source.tokens(for: caller), request: request, failure: error.message).page
        return Response.page(page, for: Reader(caller), status: error.httpStatus)
    }
}
