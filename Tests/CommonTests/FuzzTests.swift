import Audit
import Digests
import Foundation
import Support
import TestSupport
import Testing

@Suite("Fuzzed replies and anchors") struct FuzzTests {
    /// A value of DER with its tag and length.
    private static func der(_ tag: UInt8, _ content: [UInt8]...) -> [UInt8] {
        let bytes = content.flatMap { $0 }
        let length: [UInt8] = bytes.count < 128 ? [UInt8(bytes.count)] : [0x82, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)]
        return [tag] + length + bytes
    }

    /// A granted reply as an authority makes it, without a signature.
    private static func reply() -> [UInt8] {
        let request = TimeStampRequest(digest: Digest(of: "head"), random: 7)
        let imprint = Array(request.bytes[5..<56])
        let nonce = Array(request.bytes[56..<66])
        let information = der(
            0x30, der(0x02, [1]), der(0x06, [0x2A, 0x03]), imprint, der(0x02, [9]), der(0x18, Array("20261123213600.25Z".utf8)), nonce)
        let identifier = der(0x06, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04])
        let content = der(0x30, identifier, der(0xA0, der(0x04, information)))
        let signed = der(0x30, der(0x02, [3]), der(0x31, []), content)
        return der(0x30, der(0x30, der(0x02, [0])), der(0x30, der(0x06, [0x2A]), der(0xA0, signed)))
    }

    @Test("A reply of a time-stamp authority ends well or with an error") func replies() throws {
        let whole = Self.reply()
        #expect(try TimeStampReply(whole).at == #require(Timestamp("2026-11-23T21:36:00.25Z")))
        var fuzz = Fuzz(
            "time stamps", corpus: [whole, Array(whole.prefix(20))], tokens: ["Z", "20261123", ".9999999999", "99999999999999Z", "\u{30}\u{03}"])
        let findings = fuzz.run(share: 5) { bytes in _ = try TimeStampReply(bytes) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("Lines of anchors are read or passed over") func anchors() {
        let line = #"{"martlet_audit":1,"project":"loans","sequence":12,"hash":"ab","at":"2026-11-23T21:36:00Z"}"#
        var fuzz = Fuzz("anchors", corpus: [line + "\n" + line, line], tokens: ["\n", "\"sequence\":", "-1", "1e300", "\"project\":\"loans\""])
        let findings = fuzz.run { bytes in _ = Anchor.lines(of: "loans", in: String(decoding: bytes, as: UTF8.self), place: .file("a")) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
