import Backup
import Digests
import Foundation
import Support
import TestSupport
import Testing

@Suite("Fuzzed backups") struct FuzzTests {
    /// The digest is made to fit again, so that what lies behind it is read.
    private static func fitted(_ manifest: JSONValue) -> [UInt8] {
        Array((["manifest": manifest, "sha256": .string(Digest(of: manifest.compact).rawValue)] as JSONValue).compact.utf8)
    }

    @Test("A manifest is read or refused, also where its digest fits, and no path leads out of the folder", arguments: [false, true])
    func manifests(_ fits: Bool) throws {
        let project = try SmallProject()
        let backups = try project.make()
        try project.store(["a/b.txt": Array("one".utf8), "c": Array("two".utf8)], in: backups)
        let id = try #require(backups.ids.first)
        let file = URL(filePath: "\(project.backups)/manifests/\(id)")
        let whole = Array(try Data(contentsOf: file))
        let inner = try JSONValue(parsing: whole)["manifest"].compact
        var fuzz = Fuzz(
            "manifests", corpus: [fits ? Array(inner.utf8) : whole],
            tokens: ["\"path\":", "\"size\":", "../", "/etc/passwd", "\"files\":", "-1", "\"sha256\":"])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let findings = fuzz.run(share: 0.5) { bytes in
            try Data(fits ? Self.fitted(try JSONValue(parsing: bytes)) : bytes).write(to: file)
            let manifest = try backups.manifest(id)
            guard manifest.entries.allSatisfy({ !$0.path.hasPrefix("/") && !$0.path.split(separator: "/").contains("..") && $0.size >= 0 }) else {
                throw Outside()
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    struct Outside: Error {}
}
