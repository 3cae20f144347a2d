internal import Crypto
package import Support

/// What makes an ID token good (OpenID Connect Core 1.0, sections 3.1.3.7 and 3.1.3.8).
package struct IDTokenCheck: Sendable {
    /// How far the clocks of provider and server may be apart, in seconds.
    package static let leeway = 60.0
    /// The same where the person had to prove anew who they are: an older proof must hardly ever pass for a new one.
    package static let freshLeeway = 10.0
    /// The last moment that is taken for one, in seconds since 1970: the end of the year 9999.
    private static let latest = 253_402_300_799.0

    package var issuer: String
    package var clientID: String
    package var nonce: String
    /// The access token that came along, where `at_hash` is over it.
    package var accessToken: String?
    /// The moment of the check.
    package var now: Timestamp
    /// The earliest moment at which the person may have proved who they are; nil where any will do.
    package var authenticatedSince: Timestamp?

    package init(
        issuer: String, clientID: String, nonce: String, accessToken: String? = nil, now: Timestamp, authenticatedSince: Timestamp? = nil
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.nonce = nonce
        self.accessToken = accessToken
        self.now = now
        self.authenticatedSince = authenticatedSince
    }

    /// Whether no key is known that a token could be signed with, so that a look at the provider's keys of now is worth it.
    package func lacksKey(for token: SignedToken, among keys: VerificationKeys) -> Bool {
        guard let algorithm = try? algorithm(token) else { return false }
        return keys.candidates(id: token.header["kid"].text, algorithm).isEmpty
    }

    /// Who a token is about, if it is good.
    /// - Throws: `unauthenticated` with what is wrong with it.
    package func identity(_ token: SignedToken, keys: VerificationKeys) throws(MartletError) -> Identity {
        try checkSignature(token, keys)
        try checkParties(token.claims)
        try checkTimes(token.claims)
        guard let given = token.claims["nonce"].text, constantTimeEquals(given, nonce) else { throw wrong("it answers another sign-in (nonce)") }
        try checkAccessToken(token.claims)
        return try identity(token.claims)
    }

    private func wrong(_ what: String) -> MartletError {
        MartletError(.unauthenticated, "The provider's ID token was refused: \(what). Sign in anew; if it stays so, ask whoever runs the provider.")
    }

    // MARK: - Signature

    private func algorithm(_ token: SignedToken) throws(MartletError) -> SignatureAlgorithm {
        guard let name = token.header["alg"].text, let algorithm = SignatureAlgorithm(rawValue: name) else {
            let taken = SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong("it is not signed by one of \(taken)")
        }
        return algorithm
    }

    private func checkSignature(_ token: SignedToken, _ keys: VerificationKeys) throws(MartletError) {
        let algorithm = try algorithm(token)
        guard token.header["crit"].isNull else { throw wrong("it demands an extension that Martlet does not know (crit)") }
        guard token.header["kid"].isNull || token.header["kid"].text != nil else { throw wrong("the name of its key is no text (kid)") }
        let candidates = keys.candidates(id: token.header["kid"].text, algorithm)
        guard !candidates.isEmpty else { throw wrong("it is signed with a key that the provider does not publish") }
        guard candidates.contains(where: { $0.verifies(token.signature, over: token.signed, algorithm) }) else {
            throw wrong("its signature is wrong")
        }
    }

    // MARK: - Claims

    private func checkParties(_ claims: JSONValue) throws(MartletError) {
        guard claims["iss"].text == issuer else { throw wrong("another issuer made it (iss)") }
        let audience = claims["aud"].text.map { [$0] } ?? claims["aud"].elements.compactMap(\.text)
        guard audience.contains(clientID), audience.count == max(1, claims["aud"].elements.count) else {
            throw wrong("it was made for somebody else (aud)")
        }
        guard claims["azp"].isNull ? audience.count == 1 : claims["azp"].text == clientID else {
            throw wrong("it was made for several, and not for Martlet to use (azp)")
        }
    }

    private func checkTimes(_ claims: JSONValue) throws(MartletError) {
        func time(_ name: String) throws(MartletError) -> Double {
            guard let seconds = claims[name].double, seconds.isFinite, (0...IDTokenCheck.latest).contains(seconds) else {
                throw wrong("\(name) is no moment")
            }
            return seconds
        }
        guard try time("exp") > now.seconds - IDTokenCheck.leeway else { throw wrong("it has expired (exp)") }
        guard try time("iat") < now.seconds + IDTokenCheck.leeway else { throw wrong("it was made in the future (iat)") }
        if !claims["nbf"].isNull {
            guard try time("nbf") < now.seconds + IDTokenCheck.leeway else { throw wrong("it is not valid yet (nbf)") }
        }
        guard let since = authenticatedSince else { return }
        guard !claims["auth_time"].isNull else { throw wrong("it does not say when you proved who you are (auth_time)") }
        guard try time("auth_time") >= since.seconds - IDTokenCheck.freshLeeway else {
            throw wrong("you did not prove anew who you are, or its clock is behind (auth_time)")
        }
    }

    /// All algorithms that are taken hash by SHA-256; the left half of it is in the token.
    private func checkAccessToken(_ claims: JSONValue) throws(MartletError) {
        guard !claims["at_hash"].isNull else { return }
        let half = accessToken.map { Base64URL.text(SHA256.hash(data: Array($0.utf8)).prefix(16)) }
        guard let half, claims["at_hash"].text == half else { throw wrong("it came with another access token (at_hash)") }
    }

    private func identity(_ claims: JSONValue) throws(MartletError) -> Identity {
        guard let subject = claims["sub"].text, IDTokenCheck.isClean(subject) else { throw wrong("it does not say who you are (sub)") }
        func optional(_ name: String) -> String? { claims[name].text.flatMap { IDTokenCheck.isClean($0) ? $0 : nil } }
        return Identity(
            issuer: issuer, subject: subject, name: optional("name"), preferredName: optional("preferred_username"), email: optional("email"),
            isEmailVerified: claims["email_verified"].flag ?? false, authenticatedAt: claims["auth_time"].double)
    }

    /// A short text of one line.
    private static func isClean(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && !text.unicodeScalars.contains { [.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory) }
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
func constantTimeEquals(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
