import Audit
import Digests
import Support
import Testing

@Suite("RFC 3161 time stamps") struct TimeStampTests {
    let request = TimeStampRequest(digest: Digest(of: "head"), random: .max)

    @Test("A request is 69 bytes of DER that hold digest and nonce") func query() {
        #expect(request.bytes.count == 69 && request.bytes[1] == 67)
        #expect(request.nonce == 0x7FFF_FFFF_FFFF_FFFF && TimeStampRequest(digest: request.digest, random: 0).nonce == 0x4000_0000_0000_0000)
        #expect(Array(request.bytes.suffix(3)) == [1, 1, 0xFF])
    }

    @Test("A refusal is told in the authority's words") func refused() throws {
        let words = Array("Message digest algorithm is not supported.".utf8)
        let reply: [UInt8] = [0x30, 0x37, 0x30, 0x35, 0x02, 0x01, 0x02, 0x30, 0x2C, 0x0C, 0x2A] + words + [0x03, 0x02, 0x07, 0x80]
        let error = #expect(throws: MartletError.self) { try TimeStampReply(reply) }
        #expect(error?.code == .refused && error?.cause == "Message digest algorithm is not supported.")
    }

    @Test("Whatever is no reply is an error, however it is cut or bent") func malformed() throws {
        let whole: [UInt8] = [0x30, 0x37, 0x30, 0x35, 0x02, 0x01, 0x00, 0x30, 0x2C, 0x0C, 0x2A] + Array(repeating: 0x61, count: 46)
        for length in 0..<whole.count { #expect(throws: MartletError.self) { try TimeStampReply(Array(whole.prefix(length))) } }
        var random = RandomSource(seed: 3)
        for _ in 0..<2000 {
            var bent = whole
            for _ in 0..<3 { bent[random.below(bent.count)] = UInt8(random.below(256)) }
            #expect(throws: MartletError.self) { try TimeStampReply(bent) }
        }
        #expect(throws: MartletError.self) { try TimeStampReply([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) }
    }
}
