internal import Crypto
internal import Foundation
package import Outgoing
package import Support

/// What the server asks of one provider: its document, its keys, and tokens for codes. What may be kept is kept for a while.
package actor ProviderClient {
    /// What the provider sent the browser back with.
    package struct Callback: Sendable {
        package var code: String?
        package var issuer: String?
        package var error: String?
        package var errorDescription: String?

        package init(code: String?, issuer: String?, error: String? = nil, errorDescription: String? = nil) {
            self.code = code
            self.issuer = issuer
            self.error = error
            self.errorDescription = errorDescription
        }
    }

    /// How long document and keys are kept, in seconds.
    private static let shelfLife = 3600.0
    /// How soon keys may be fetched again because a token names an unknown one, in seconds.
    private static let refetchPause = 60.0
    /// How long a provider is left alone after it failed, in seconds: whoever asks meanwhile is told the same.
    private static let failurePause = 5.0
    /// The longest answers that are read, in bytes.
    private static let limit = 512 << 10

    package nonisolated let provider: IdentityProvider
    private let clock: any WallClock
    private let outgoing: OutgoingClient
    private let secret: @Sendable () async throws(MartletError) -> String?
    private var document: (value: ProviderDocument, at: Timestamp)?
    private var failed: (error: MartletError, at: Timestamp)?
    private var keys: (value: VerificationKeys, at: Timestamp)?

    /// - Parameter secret: gives the client's secret, at the moment of use.
    package init(
        _ provider: IdentityProvider, clock: any WallClock, resolver: Resolver = .system,
        secret: @escaping @Sendable () async throws(MartletError) -> String?
    ) {
        self.provider = provider
        self.clock = clock
        self.secret = secret
        outgoing = OutgoingClient(allowsPrivate: provider.allowsPrivate, resolver: resolver)
    }

    /// Where to send the browser.
    /// - Parameters:
    ///   - redirect: where the provider sends it back to.
    ///   - isFresh: whether the person has to prove anew who they are, signed in at the provider or not.
    /// - Throws: `unavailable` where the provider does not answer, or not as one.
    package func address<Purpose>(for attempt: LoginAttempt<Purpose>, redirect: String, isFresh: Bool) async throws(MartletError) -> String {
        let target = try await currentDocument().authorization.text
        let challenge = Base64URL.text(SHA256.hash(data: Array(attempt.verifier.utf8)))
        var fields: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirect),
            ("scope", provider.scopes.joined(separator: " ")), ("state", attempt.state), ("nonce", attempt.nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]
        // Some providers that are told 0 never find a proof fresh enough. How fresh it is, the ID token is asked.
        if isFresh { fields += [("prompt", "login"), ("max_age", "60")] }
        return target + (target.contains("?") ? "&" : "?") + FormFields.text(fields)
    }

    /// Who somebody is, from what the provider sent the browser back with.
    /// - Parameter attempt: the one that the answer's state belongs to.
    /// - Throws: `unauthenticated` with what was wrong; `unavailable` where the provider does not answer, or not as one.
    package func identity<Purpose>(
        from callback: Callback, of attempt: LoginAttempt<Purpose>, redirect: String, isFresh: Bool
    ) async throws(MartletError) -> Identity {
        let document = try await currentDocument()
        guard callback.issuer == provider.issuer || callback.issuer == nil && !document.namesIssuer else {
            throw MartletError(.unauthenticated, "The answer came from another provider than the one that was asked (iss). Sign in again.")
        }
        guard callback.error == nil, let code = callback.code, !code.isEmpty, code.utf8.count <= 4096 else { throw refusal(callback) }
        let tokens = try await tokens(for: code, verifier: attempt.verifier, redirect: redirect, document)
        guard let text = tokens["id_token"].text else { throw failure("sent no ID token") }
        let token = try SignedToken(text)
        let check = IDTokenCheck(
            issuer: provider.issuer, clientID: provider.clientID, nonce: attempt.nonce, accessToken: tokens["access_token"].text, now: clock.now(),
            authenticatedSince: isFresh ? attempt.begun : nil)
        return try check.identity(token, keys: try await currentKeys(document) { check.lacksKey(for: token, among: $0) })
    }

    private func refusal(_ callback: Callback) -> MartletError {
        let reason = [callback.error, callback.errorDescription].compactMap { $0.flatMap(ProviderClient.word) }.joined(separator: ": ")
        return MartletError(
            .unauthenticated,
            "The provider did not let you in\(reason.isEmpty ? "" : " (\(reason))"). Sign in again, or ask whoever runs the provider.")
    }

    /// A short text of the provider's that may be shown and recorded; nil where it has other characters than printable ones of ASCII.
    private static func word(_ text: String) -> String? {
        !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? String(text.prefix(200)) : nil
    }

    // MARK: - What is fetched

    private func currentDocument() async throws(MartletError) -> ProviderDocument {
        let now = clock.now()
        if let document, isUsable(document.at, now) { return document.value }
        if let failed, (0..<ProviderClient.failurePause).contains(now.seconds - failed.at.seconds) { throw failed.error }
        do {
            let value = try ProviderDocument(try await fetch(ProviderDocument.address(of: provider.issuer), "its document"), of: provider)
            document = (value, now)
            return value
        } catch {
            failed = (error, clock.now())
            throw error
        }
    }

    /// The keys of the last hour; those of now where a token needs another one, at most once a minute.
    private func currentKeys(
        _ document: ProviderDocument, lacks: @Sendable (VerificationKeys) -> Bool
    ) async throws(MartletError) -> VerificationKeys {
        let now = clock.now()
        if let keys, isUsable(keys.at, now) {
            guard lacks(keys.value), now.seconds - keys.at.seconds >= ProviderClient.refetchPause else { return keys.value }
            self.keys?.at = now
        }
        let value = try VerificationKeys(try await fetch(document.keys.text, "its keys"))
        keys = (value, now)
        return value
    }

    /// A clock that was set back makes everything old.
    private func isUsable(_ at: Timestamp, _ now: Timestamp) -> Bool { (0..<ProviderClient.shelfLife).contains(now.seconds - at.seconds) }

    private func fetch(_ address: String, _ what: String) async throws(MartletError) -> JSONValue {
        let answer = try await reached { () async throws(MartletError) in
            try await self.outgoing.get(address, headers: [("accept", "application/json")], limit: ProviderClient.limit)
        }
        guard answer.status == 200, !answer.isCut, let value = try? JSONValue(parsing: answer.body) else {
            throw failure("did not give \(what) (status \(answer.status))")
        }
        return value
    }

    private func tokens(
        for code: String, verifier: String, redirect: String, _ document: ProviderDocument
    ) async throws(MartletError) -> JSONValue {
        var fields: [(name: String, value: String)] = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect), ("code_verifier", verifier),
        ]
        var headers: [OutgoingClient.Header] = [("accept", "application/json")]
        if let secret = try await clientSecret() {
            switch document.clientProof {
            case .basic:
                let pair = "\(FormFields.encoded(provider.clientID)):\(FormFields.encoded(secret))"
                headers.append(("authorization", "Basic \(Data(pair.utf8).base64EncodedString())"))
            case .form: fields += [("client_id", provider.clientID), ("client_secret", secret)]
            }
        } else {
            fields.append(("client_id", provider.clientID))
        }
        let (form, sent) = (FormFields.text(fields), headers)
        let answer = try await reached { () async throws(MartletError) in
            try await self.outgoing.post(form: form, to: document.token.text, headers: sent, limit: ProviderClient.limit)
        }
        let value = !answer.isCut ? try? JSONValue(parsing: answer.body) : nil
        guard answer.status == 200, let value, value["token_type"].text?.lowercased() == "bearer" else {
            let reason = value?["error"].text.flatMap(ProviderClient.word) ?? "status \(answer.status)"
            throw MartletError(
                .unauthenticated, "The provider “\(provider.name)” gave no token for its own answer (\(reason)). Sign in again.")
        }
        return value
    }

    /// Whoever signs in is not told where it lies.
    private func clientSecret() async throws(MartletError) -> String? {
        do { return try await secret() } catch {
            throw MartletError(
                .unavailable, "The client's secret for “\(provider.name)” could not be read. The record says why (martlet audit log).",
                cause: error.message)
        }
    }

    private func reached(_ ask: () async throws(MartletError) -> OutgoingAnswer) async throws(MartletError) -> OutgoingAnswer {
        do { return try await ask() } catch {
            throw MartletError(
                error.code, "The provider “\(provider.name)” (\(provider.issuer)) could not be asked. \(error.message)", cause: error.cause)
        }
    }

    private func failure(_ what: String) -> MartletError {
        MartletError(.unavailable, "The provider “\(provider.name)” (\(provider.issuer)) \(what). Try again later, or ask whoever runs it.")
    }
}
