import Digests
import Support
import TestSupport
import Testing
import Versions

/// What other machines send, broken in thousands of ways.
@Suite("Fuzzed readers of remotes") struct FuzzTests {
    private static let name = ContentName(MD5Digest(of: Array("hello".utf8)))

    @Test("A stream of contents ends well or with an error, and says the same in whatever parts it comes") func frames() {
        let valid = ContentFrames.head(Self.name, size: 5) + Array("hello".utf8) + ContentFrames.head(Self.name, size: nil) + ContentFrames.end
        var fuzz = Fuzz("frames", corpus: [valid], tokens: ["\n", " -\n", ".\n", " 9223372036854775807\n", " -1\n", ".dir "])
        let findings = fuzz.run { bytes in
            let whole = Result { try read(bytes, parts: bytes.count + 1) }
            let single = Result { try read(bytes, parts: 1) }
            switch (whole, single) {
            case (.success(let a), .success(let b)): guard a == b else { throw Difference() }
            case (.failure(let error), .failure): throw error
            default: throw Difference()
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    private struct Difference: Error {}

    /// What a stream says, with its bytes joined.
    private func read(_ bytes: [UInt8], parts size: Int) throws -> [String] {
        var reader = ContentFrameReader()
        var said: [String] = []
        for part in bytes.runs(of: size) {
            try Array(part).withUnsafeBytes { bytes in
                try reader.read(bytes) { event in
                    switch event {
                    case .begin(let name, let size): said.append("\(name) \(size) ")
                    case .bytes(let bytes): said[said.count - 1] += bytes.map { "\($0)," }.joined()
                    case .end: said.append("end")
                    case .missing(let name): said.append("no \(name)")
                    }
                }
            }
        }
        return said + [reader.isOver ? "over" : "open"]
    }

    @Test("Lists of names and addresses end well or with an error") func names() {
        var lists = Fuzz(
            "names", corpus: [ContentFrames.list([Self.name, ContentName(Self.name.digest, isFolder: true)])], tokens: [".dir", "\n", "/"])
        #expect(lists.run { guard try ContentFrames.list(ContentFrames.names($0)).count <= $0.count + 1 else { throw Difference() } } == [])
        var addresses = Fuzz("ssh", corpus: ["ssh://me@host:22/a/b", "ssh://[::1]/x", "ssh://host/"], tokens: ["@", ":", "[", "]", "-o", "//"])
        #expect(addresses.run { _ = try SSHSettings(url: String(decoding: $0, as: UTF8.self)) } == [])
    }

    @Test("Heads of tar end well or with an error, and what is written reads back") func tar() throws {
        for size in [0, 1, 511, 8_589_934_591, 8_589_934_592, 1 << 40] {
            let head = TarHead(name: Self.name.path, size: size)
            #expect(head.bytes.count == TarHead.size)
            #expect(try TarHead(parsing: head.bytes[...]) == head)
        }
        var fuzz = Fuzz(
            "tar", corpus: [TarHead(name: "ab/cd", size: 5).bytes, TarHead(name: "ab/cd", size: 1 << 40).bytes], tokens: ["ustar", "\0"])
        #expect(
            fuzz.run { bytes in
                // A right sum, so that more than the sum is looked at.
                guard var head = try? TarHead(parsing: bytes[...]) else { return }
                head.isFile = true
                _ = head.bytes
            } == [])
    }
}
