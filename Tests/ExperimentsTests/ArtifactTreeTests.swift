import Database
import Digests
import Experiments
import Support
import TestSupport
import Testing

@Suite("Paths of artifacts") struct ArtifactTreeTests {
    @Test(
        "what leads elsewhere, or would for another reader, is refused",
        arguments: [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "a/./b", "a\\b", "..\\a", "a/%2e%2e/b", "a%2Fb", "%252e%252e/a",
            "a%5cb",
            "http://x/y", "a\0b", "a\nb", "a\u{7F}", String(repeating: "a/", count: 1500) + "a",
        ])
    func refused(path: String) {
        #expect(throws: MartletError.self) { try ArtifactPath(path) }
    }

    @Test("ordinary names are taken", arguments: ["a", "a/b c/ü.txt", "a.b..c", "...", "100%", "a+b", "-", "é/日本"])
    func taken(path: String) throws { #expect(try ArtifactPath(path).text == path) }

    @Test("a folder lists what is directly in it, and removing it leaves its neighbours") func tree() throws {
        let house = try TrackingHouse()
        let digest = Digest(of: "x")
        try house.database.write { session in
            for path in ["r/a.txt", "r/dir/one", "r/dir/deep/two", "r/dir-2/three", "r/dir.txt", "r0", "s/x"] {
                try ArtifactTree.put(ArtifactPath(path), digest, size: path.count, at: house.clock.now(), in: session)
            }
        }
        func names(_ folder: String?) throws -> [String] {
            try house.database.read { try ArtifactTree.entries(of: folder.map { try ArtifactPath($0) }, in: $0) }.map {
                $0.name + ($0.size == nil ? "/" : "")
            }
        }
        #expect(try names(nil) == ["r/", "r0", "s/"])
        #expect(try names("r") == ["a.txt", "dir/", "dir-2/", "dir.txt"])
        #expect(try names("r/dir") == ["deep/", "one"])
        #expect(try names("nothing").isEmpty)
        #expect(try house.database.write { try ArtifactTree.remove(ArtifactPath("r/dir"), in: $0) } == 2)
        #expect(try names("r") == ["a.txt", "dir-2/", "dir.txt"])
    }
}
