import Backup
import Digests
import Foundation
import Support
import TestSupport
import Testing

@Suite("Backups") struct BackupFolderTests {
    @Test("come back byte for byte, plain and sealed, around the size of a chunk", arguments: [false, true])
    func roundTrip(isEncrypted: Bool) throws {
        let project = try SmallProject()
        let sizes = [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (2 << 20), (2 << 20) + 17]
        let files = Dictionary(uniqueKeysWithValues: sizes.map { ("data/\($0)", SmallProject.noise($0, seed: UInt64($0) + 1)) })
        let made = try project.store(files, in: try project.make(encrypts: isEncrypted))
        let backups = try project.reopened()
        #expect(try backups.verify(nil, observer: Silent()).findings.isEmpty)
        try backups.extract(try backups.manifest(made.manifest.id), into: project.folder.path("back"), observer: Silent())
        for (name, bytes) in files {
            #expect(try Data(contentsOf: URL(filePath: project.folder.path("back/\(name)"))) == Data(bytes), "\(name)")
        }
    }

    @Test("store a content once: the second adds only what is new, and what only a forgotten one needed is removed") func incremental() throws {
        let project = try SmallProject()
        let backups = try project.make()
        let (a, b) = (SmallProject.noise(50_000, seed: 1), SmallProject.noise(50_000, seed: 2))
        let first = try project.store(["a": a, "copy of a": a], in: backups)
        #expect(first.newFiles == 2)
        let second = try project.store(["a": a, "copy of a": a], in: backups)
        #expect(second.newFiles <= 1, "At most the copy of the database is new.")
        #expect(second.manifest.entries.dropFirst().map(\.digest) == first.manifest.entries.dropFirst().map(\.digest))
        let third = try project.store(["b": b], in: backups, keep: 1)
        #expect(third.newFiles <= 2 && third.removedFiles >= 1)
        #expect(backups.ids == [third.manifest.id])
        #expect(try backups.verify(nil, observer: Silent()).findings.isEmpty)
    }

    @Test("that were killed half-way are invisible, and the next one clears them away") func halfDone() throws {
        let project = try SmallProject()
        let backups = try project.make()
        try project.store(["a": [1, 2, 3]], in: backups)
        try project.folder.write("backups/tmp/left", "half")
        try project.folder.write("backups/manifests/20990101T000000Z.tmp", "half")
        try project.folder.write("backups/files/ab/cdef", "left")
        #expect(try project.reopened().ids.count == 1)
        try project.store(["a": [1, 2, 3]], in: backups)
        #expect(try project.folder.files(under: "backups/tmp").isEmpty)
        #expect(!(try project.folder.files(under: "backups").contains { $0.hasSuffix(".tmp") || $0.hasSuffix("cdef") }))
    }

    @Test("do not trust a content that a killed one left, unless its bytes are right") func leftovers() throws {
        let project = try SmallProject()
        let bytes = SmallProject.noise(1000, seed: 3)
        let digest = Digest(of: bytes).rawValue
        let backups = try project.make()
        try project.folder.write("backups/files/\(digest.prefix(2))/\(digest.dropFirst(2))", Data(count: 1000))
        try project.store(["a": bytes], in: backups)
        #expect(try backups.verify(nil, observer: Silent()).findings.isEmpty)
    }

    @Test("that are stopped leave no manifest and nothing in the making") func stopped() throws {
        let project = try SmallProject()
        let backups = try project.make()
        let code = errorCode { try project.store(["a": [1], "b": [2], "c": [3]], in: backups, observer: StopsAfter(files: 2)) }
        #expect(code == .cancelled)
        #expect(backups.ids.isEmpty)
        #expect(try project.folder.files(under: "backups/tmp").isEmpty)
        #expect(try project.store(["a": [1], "b": [2], "c": [3]], in: backups).newFiles < 4)
    }

    @Test("show a flipped bit, a cut, a missing file and a changed manifest", arguments: [false, true]) func damage(isEncrypted: Bool) throws {
        let changes: [(String, (inout Data) -> Void)] = [
            ("flipped", { $0[$0.count / 2] ^= 1 }), ("cut", { $0 = $0.prefix($0.count - 1) }), ("longer", { $0.append(0) }),
            ("first chunk only", { $0 = $0.prefix(41 + (1 << 20) + 16) }), ("empty", { $0 = Data() }),
        ]
        for (name, change) in changes {
            let project = try SmallProject()
            let backups = try project.make(encrypts: isEncrypted)
            try project.store(["a": SmallProject.noise((2 << 20) + 5, seed: 4)], in: backups)
            let largest = try #require(try project.stored().first)
            try project.change(largest, change)
            #expect(try backups.verify(nil, observer: Silent()).findings.count == 1, "\(name)")
            try FileManager.default.removeItem(atPath: largest)
            #expect(try backups.verify(nil, observer: Silent()).findings == ["a: the stored file is missing."])
            let manifest = project.folder.path("backups/manifests/\(backups.ids[0])")
            try project.change(manifest) { $0[$0.count / 2] ^= 1 }
            #expect(errorCode { try backups.manifest(nil) } == .corrupted)
        }
    }

    @Test("that are sealed show chunks in another order and files that changed places") func order() throws {
        let project = try SmallProject()
        let backups = try project.make(encrypts: true)
        try project.store(["a": SmallProject.noise(3 << 20, seed: 5), "b": SmallProject.noise(3 << 20, seed: 6)], in: backups)
        let files = try project.stored()
        let (head, chunk) = (41, (1 << 20) + 16)
        try project.change(files[0]) { bytes in
            let (first, second) = (bytes[head..<head + chunk], bytes[head + chunk..<head + 2 * chunk])
            bytes = bytes[..<head] + second + first + bytes[(head + 2 * chunk)...]
        }
        #expect(try backups.verify(nil, observer: Silent()).findings.count == 1)
        try project.change(files[0]) { bytes in
            let (first, second) = (bytes[head..<head + chunk], bytes[head + chunk..<head + 2 * chunk])
            bytes = bytes[..<head] + second + first + bytes[(head + 2 * chunk)...]
        }
        #expect(try backups.verify(nil, observer: Silent()).findings.isEmpty)
        let other = project.folder.path("other")
        try FileManager.default.moveItem(atPath: files[0], toPath: other)
        try FileManager.default.moveItem(atPath: files[1], toPath: files[0])
        try FileManager.default.moveItem(atPath: other, toPath: files[1])
        #expect(try backups.verify(nil, observer: Silent()).findings.count == 2)
    }

    @Test("that are sealed hold no byte of the text, and open with their passphrase only") func sealed() throws {
        let project = try SmallProject()
        let text = Array(String(repeating: "Ann Lee, born 1980; ", count: 100).utf8)
        try project.store(["people.csv": text], in: try project.make(encrypts: true))
        for file in try project.folder.files(under: "backups") {
            let bytes = try Data(contentsOf: URL(filePath: project.folder.path("backups/\(file)")))
            #expect(bytes.range(of: Data("Ann Lee".utf8)) == nil && bytes.range(of: Data("people.csv".utf8)) == nil, "\(file)")
            #expect(!file.contains(Digest(of: text).rawValue.dropFirst(2)), "The name tells the content.")
        }
        #expect(errorCode { try project.reopened("a long and winding lane") } == .permissionDenied)
        #expect(errorCode { try project.reopened(nil).manifest(nil) } == .permissionDenied)
        #expect(errorCode { try project.make(encrypts: false) } == .conflict)
        #expect(errorCode { try BackupFolder(making: project.folder.path("new"), encrypts: true) { "too short" } } == .invalidInput)
    }

    @Test("never write outside the folder, whatever a manifest says", arguments: ["../x", "a/../../x", "/etc/x", "a//b", ".", ""])
    func traversal(path: String) throws {
        let project = try SmallProject()
        let backups = try project.make()
        try project.store(["good": [1]], in: backups)
        let file = project.folder.path("backups/manifests/\(backups.ids[0])")
        let value = try JSONValue(parsing: String(contentsOfFile: file, encoding: .utf8))
        let manifest = try JSONValue(parsing: value["manifest"].compact.replacing("\"good\"", with: JSONValue.string(path).compact))
        let forged: JSONValue = ["manifest": manifest, "sha256": .string(Digest(of: manifest.compact).rawValue)]
        try project.change(file) { $0 = Data(forged.compact.utf8) }
        #expect(errorCode { try backups.manifest(nil) } == .corrupted)
    }

    @Test("show a record of events that was cut or edited, although every byte is as it was stored") func chain() throws {
        for edit in ["DELETE FROM event WHERE seq = 5", "UPDATE event SET actor = 'bob' WHERE seq = 2"] {
            let project = try SmallProject()
            let backups = try project.make()
            let head = try project.store([:], in: backups).manifest.facts
            try project.edit(edit)
            let second = try project.store([:], in: backups).manifest
            let findings = try backups.verify(second.id, observer: Silent()).findings
            if edit.hasPrefix("UPDATE") { #expect(findings == ["The chain of events is broken at number 2."]) }
            #expect(second.facts.auditSequence < head.auditSequence || !findings.isEmpty)
        }
    }
}
