import Digests
import Support
import TestSupport
import Testing

@Suite("Digests")
struct DigestTests {
    @Test(
        "A digest is the SHA-256 of FIPS 180-4 in lower-case hexadecimal",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func values(_ text: String, _ digits: String) {
        #expect(Digest(of: text).rawValue == digits)
        #expect(Digest(of: Array(text.utf8)).rawValue == digits)
        #expect(Digest(of: text).short == String(digits.prefix(12)))
    }

    @Test("A file of several pieces has the digest of its bytes")
    func files() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("three million", String(repeating: "a", count: 3_000_000))
        #expect(try Digest.ofFile(file).rawValue == "2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4")
        #expect(try Digest.ofFile(folder.write("empty", "")) == Digest(of: ""))
    }

    @Test("A file that is missing, and a folder, are errors")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        #expect(throws: MartletError(.notFound, "\(folder.path("none")) does not exist.")) { try Digest.ofFile(folder.path("none")) }
        #expect(errorCode { try Digest.ofFile(folder.path) } == .inputOutput)
    }

    @Test(
        "Only 64 lower-case hexadecimal digits are taken from outside, so that a digest can be a file's name",
        arguments: [
            "", "abc", "../../etc/passwd", String(repeating: "A", count: 64), String(repeating: "g", count: 64), String(repeating: "0", count: 63),
            String(repeating: "0", count: 65), "../" + String(repeating: "0", count: 61), String(repeating: "é", count: 32),
        ])
    func checking(_ text: String) {
        #expect(Digest(checking: text) == nil)
    }

    @Test("A proper digest is taken from outside")
    func accepted() {
        let digest = Digest(of: "abc")
        #expect(Digest(checking: digest.rawValue) == digest)
    }
}
