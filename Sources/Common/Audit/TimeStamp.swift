package import Digests
package import Support

/// A request to a time-stamp authority (RFC 3161, 2.4.1), in DER: the digest as it is, a nonce, and the wish for the certificate.
package struct TimeStampRequest: Sendable {
    package var digest: Digest
    /// Told back by the reply, so that an old one cannot be passed for it.
    package var nonce: UInt64

    /// - Parameter random: 64 random bits; the highest two are set so that the number is positive and has no leading zero.
    package init(digest: Digest, random: UInt64) {
        self.digest = digest
        nonce = random & 0x3FFF_FFFF_FFFF_FFFF | 0x4000_0000_0000_0000
    }

    static let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]

    package var bytes: [UInt8] {
        let algorithm: [UInt8] = [0x30, 0x0D, 0x06, 0x09] + TimeStampRequest.sha256 + [0x05, 0x00]
        let imprint: [UInt8] = [0x30, 0x31] + algorithm + [0x04, 0x20] + digest.bytes
        return [0x30, 0x43, 0x02, 0x01, 0x01] + imprint + [0x02, 0x08] + nonceBytes + [0x01, 0x01, 0xFF]
    }

    var nonceBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: nonce >> (56 - 8 * UInt64($0))) } }
}

/// What a time-stamp authority replied (RFC 3161, 2.4.2), as far as Martlet checks it: not the signature, which `openssl ts -verify` does.
package struct TimeStampReply: Sendable, Equatable {
    /// The digest that was stamped.
    package var digest: Digest
    /// When, by the authority's clock.
    package var at: Timestamp
    var nonce: [UInt8]?

    /// Reads a reply.
    /// - Throws: `refused` with the authority's words where it did not grant; `corrupted` for what is no reply.
    package init(_ bytes: [UInt8]) throws(MartletError) {
        let parts = try DERElement(only: bytes).children()
        guard let status = try parts.first?.children() else { throw DERElement.malformed }
        guard try (status.first?.number() ?? 2) <= 1 else { throw TimeStampReply.refusal(status) }
        guard parts.count == 2 else { throw DERElement.malformed }
        // ContentInfo, SignedData, encapContentInfo, TSTInfo.
        let signed = try parts[1].child(1, tag: 0xA0).child(0, tag: DERElement.sequence)
        let content = try signed.child(2, tag: DERElement.sequence)
        guard try content.child(0, tag: DERElement.identifier).content.elementsEqual(TimeStampReply.tokenInformation) else {
            throw DERElement.malformed
        }
        let octets = try content.child(1, tag: 0xA0).child(0, tag: DERElement.octets)
        try self.init(information: DERElement(only: octets.content))
    }

    /// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
    private static let tokenInformation: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04]

    private init(information: DERElement) throws(MartletError) {
        let imprint = try information.child(2, tag: DERElement.sequence)
        let algorithm = try imprint.child(0, tag: DERElement.sequence).child(0, tag: DERElement.identifier)
        let stamped = try imprint.child(1, tag: DERElement.octets).content
        guard algorithm.content.elementsEqual(TimeStampRequest.sha256), stamped.count == 32 else {
            throw MartletError(.corrupted, "The time stamp covers another digest than SHA-256.")
        }
        digest = Digest(bytes: stamped)
        at = try TimeStampReply.time(information.child(4, tag: DERElement.generalizedTime).content)
        nonce = try information.children().dropFirst(5).first { $0.tag == DERElement.integer }.map { Array($0.content) }
    }

    /// `YYYYMMDDhhmmss[.fraction]Z`.
    private static func time(_ bytes: ArraySlice<UInt8>) throws(MartletError) -> Timestamp {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.count >= 15, text.hasSuffix("Z") else { throw DERElement.malformed }
        func digits(_ from: Int, _ count: Int) -> Substring { text.dropFirst(from).prefix(count) }
        let iso = "\(digits(0, 4))-\(digits(4, 2))-\(digits(6, 2))T\(digits(8, 2)):\(digits(10, 2)):\(text.dropFirst(12))"
        guard let time = Timestamp(iso) else { throw DERElement.malformed }
        return time
    }

    private static func refusal(_ status: [DERElement]) -> MartletError {
        let said = (try? status.dropFirst().first { $0.tag == DERElement.sequence }?.children())?
            .map { String(decoding: $0.content, as: UTF8.self) }.joined(separator: " ")
        let words = said.map { $0.filter { !$0.isNewline }.prefix(300) }
        return MartletError(.refused, "The time-stamp authority refused.", cause: words.map(String.init))
    }

    /// Holds the reply against what was asked.
    /// - Parameter now: our clock; the authority's may differ from it by ten minutes.
    /// - Throws: `corrupted` with what differs.
    package func check(against request: TimeStampRequest, now: Timestamp) throws(MartletError) {
        guard digest == request.digest else { throw MartletError(.corrupted, "The time stamp covers another digest than the one that was sent.") }
        guard nonce == request.nonceBytes else {
            throw MartletError(.corrupted, "The time stamp tells back another nonce than was sent: it may be an old one.")
        }
        guard abs(at.seconds - now.seconds) <= 600 else {
            throw MartletError(.corrupted, "The time stamp says \(at), our clock \(now). One of the two clocks is wrong.")
        }
    }
}

extension Digest {
    /// The 32 bytes.
    fileprivate var bytes: [UInt8] {
        let digits = rawValue.utf8.map { $0 < 0x3A ? $0 &- 0x30 : $0 &- 0x57 }
        return (0..<digits.count / 2).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    }

    /// From the 32 bytes.
    fileprivate init(bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        self.init(rawValue: String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self))
    }
}
