import Digests
import Foundation
import Support
import TestSupport
import Testing
import Versions

/// What nobody wrote who meant well.
struct HostileTests {
    private static let digest = "0123456789abcdef0123456789abcdef"

    @Test(
        "A listing that leads out of its folder, or is none, is refused",
        arguments: [
            #"[{"md5": "\#(digest)", "relpath": "../x"}]"#, #"[{"md5": "\#(digest)", "relpath": "/etc/passwd"}]"#,
            #"[{"md5": "\#(digest)", "relpath": "a/../../x"}]"#, #"[{"md5": "\#(digest)", "relpath": "a//b"}]"#,
            #"[{"md5": "\#(digest)", "relpath": ""}]"#, #"[{"md5": "\#(digest)", "relpath": "a\u0000b"}]"#,
            #"[{"md5": "\#(digest)", "relpath": "."}]"#, #"[{"md5": "../../../x", "relpath": "a"}]"#, #"[{"md5": "\#(digest)"}]"#,
            #"[{"md5": "\#(digest)", "relpath": "a"}, {"md5": "\#(digest)", "relpath": "a"}]"#,
            #"[{"md5": "\#(digest)", "relpath": "a"}, {"md5": "\#(digest)", "relpath": "a/b"}]"#,
            #"[{"md5": "\#(digest)", "relpath": "\ud800"}]"#, #"[{"md5": "\#(digest)", "relpath": "\udc41"}]"#,
            "", "[", "{}", "null", "[1]", "[[[[[[", #"[{"md5": "\#(digest)", "relpath": "a"}] x"#, #"[{"a": {"b": 1}}]"#, "\u{FEFF}[]",
        ])
    func listing(_ text: String) {
        #expect(throws: MartletError.self) { try FolderListing(parsing: Array(text.utf8)) }
    }

    @Test("A listing is read as it was written, whatever the names are")
    func names() throws {
        let names: [[UInt8]] = [
            [0xFF], [0x61, 0x80], Array("é".utf8), Array("e\u{301}".utf8), Array("\u{1F426}".utf8), Array("\u{E000}".utf8), Array("\u{FFFF}".utf8),
            [0x7F],
            Array("a\"b\\c\n\t".utf8), [0xED, 0xB2, 0x80], [0xC3], [0xF0, 0x9F],
        ]
        let listing = FolderListing(names.map { FolderListing.Entry(path: TreePath($0), digest: .init(of: $0)) })
        #expect(try FolderListing(parsing: listing.bytes) == listing)
        #expect(listing.bytes.allSatisfy { $0 < 0x80 })
    }

    @Test(
        "A pointer file that leads elsewhere, or is a trap, is refused with its line",
        arguments: [
            "outs:\n- md5: \(digest)\n  path: ../../x\n", "outs:\n- md5: \(digest)\n  path: /etc/passwd\n",
            "wdir: ../..\nouts:\n- md5: \(digest)\n  path: x\n",
            "outs:\n- md5: ../../../../etc/passwd\n  path: x\n", "outs: []\n", "", "outs: &a\n- md5: \(digest)\n  path: x\n  meta: *a\n",
            "outs:\n- path: [1]\n",
            "a: &a [x,x]\nb: &b [*a,*a]\nouts: *b\n", "outs:\n- md5: \(digest)\n  size: many\n  path: x\n", "outs:\n- path: .\n", "{{{{",
            "outs:\n- path: \"a\\0b\"\n",
            String(repeating: "[", count: 5000),
        ])
    func pointer(_ text: String) {
        #expect(throws: MartletError.self) { try PointerFile(parsing: text, path: "data/x.dvc") }
    }

    @Test("What is no data cannot be added", arguments: ["fifo", "broken", "socketfolder", "dotted/.dvcignore"])
    func kinds(_ kind: String) throws {
        let folder = try TemporaryFolder(["data/fine": "1"])
        _ = try Repository.make(at: folder.path)
        switch kind {
        case "fifo", "socketfolder": #expect(mkfifo(folder.path("data/pipe"), 0o600) == 0)
        case "broken": try FileManager.default.createSymbolicLink(atPath: folder.path("data/link"), withDestinationPath: "nowhere")
        default: try folder.write("data/.dvcignore", "x")
        }
        let repository = try Repository(root: folder.path)
        #expect(throws: MartletError.self) { try repository.add([kind == "fifo" ? "data/pipe" : "data"]) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("data.dvc")))
    }

    @Test("Paths out of the repository, and what belongs to it, are no data")
    func places() throws {
        let outside = try TemporaryFolder(["x": "1"])
        let folder = try TemporaryFolder(["data/one": "1"])
        _ = try Repository.make(at: folder.path)
        let repository = try Repository(root: folder.path)
        for path in ["../x", outside.path("x"), ".dvc/config", ".dvc", "nowhere/x"] {
            #expect(throws: MartletError.self, "\(path)") { try repository.add([repository.relative(path, to: folder.path)]) }
        }
        _ = try repository.add(["data"])
        for path in ["", "data.dvc", ".dvcignore", "missing"] { #expect(throws: MartletError.self, "\(path)") { try repository.add([path]) } }
    }

    @Test("A tracked folder's parent, and a file that Git keeps, cannot be added")
    func overlaps() throws {
        let folder = try TemporaryFolder(["a/b/c": "1", "a/d": "2"])
        _ = try Repository.make(at: folder.path)
        let repository = try Repository(root: folder.path)
        _ = try repository.add(["a/b"])
        #expect(throws: MartletError.self) { try repository.add(["a"]) }
    }
}
