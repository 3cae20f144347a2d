import Access
import HTTPTypes
import Hummingbird
import Pages
import Support

/// The page of approvals, and the form that signs one. The password goes along with every answer, or a provider is
/// asked anew: a session alone signs nothing.
struct Approving: Sendable {
    let source: any ProjectSource

    /// The largest form that is read, in bytes.
    private static let formLimit = 16 << 10

    func page(_ caller: Caller) async throws -> Page { ApprovalsPage(try await source.approvals(for: caller)).page }

    /// Takes an answer and shows the page again, with why it was not taken where it was not.
    func answer(_ request: Request, _ id: String, from address: String, by caller: Caller) async -> Response {
        do {
            guard let id = Int(id) else { throw MartletError(.notFound, "There is no request “\(id.prefix(40))”.") }
            let fields = try await request.form(upTo: Approving.formLimit)
            do throws(MartletError) {
                let visit = try await sign(id, fields, from: address, by: caller)
                return visit.map { SigningInByProvider(source: source).page($0, for: caller) } ?? Response.seeOther(PagePath.approvals)
            } catch {
                let view = try await source.approvals(for: caller)
                return Response.page(ApprovalsPage(view, failure: (id, error.message)).page, for: Reader(caller), status: error.httpStatus)
            }
        } catch {
            return await Screens(source: source).failure(MartletError(error), path: request.uri.path, for: Reader(caller))
        }
    }

    /// - Returns: where the caller has to prove who they are before it is signed; nil where it was signed.
    private func sign(
        _ id: Int, _ fields: [(name: String, value: String)], from address: String, by caller: Caller
    ) async throws(MartletError) -> ProviderVisit? {
        func field(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
        let reason = field("reason")
        guard ["approved", "rejected"].contains(field("verdict")) else { throw MartletError(.usage, "The answer is yes or no.") }
        let approves = field("verdict") == "approved"
        guard approves || reason.contains(where: { !$0.isWhitespace }) else { throw MartletError(.usage, "Say why you reject it.") }
        do {
            if !field("with").isEmpty {
                return try await source.beginAnswer(id, approves: approves, reason: reason, with: field("with"), from: address, by: caller)
            }
            let proof = PasswordProof(password: field("password"), address: address)
            try await source.answerApproval(id, approves: approves, reason: reason, proof: proof, by: caller)
            return nil
        } catch { throw MartletError(error) }
    }
}
