import Foundation
import Secrets
import Support
import TestSupport
import Testing

@Suite("Fuzzed secrets") struct FuzzTests {
    @Test("A reference is one or none; a sealed file that was changed opens nothing else than what was sealed") func readers() throws {
        var references = Fuzz(
            "references",
            corpus: ["secret://alerts", "secret://alerts#url", "secret://env/A_B", "secret://file/token", "secret://vault/kv/app/db#key@3"],
            tokens: ["secret://", "#", "@", "/", "..", "vault/", "env/", "file/"])
        let words = references.run { bytes in _ = try SecretReference(String(decoding: bytes, as: UTF8.self)) }
        #expect(words.isEmpty, "\(words.joined(separator: "\n"))")
        let folder = try TemporaryFolder()
        let sealed = SealedSecrets(path: folder.path("secrets.json"), keyFile: folder.path("keys"), clock: SystemClock())
        let name = try #require(SecretName("alerts"))
        try sealed.set(name, to: "one")
        for file in ["secrets.json", "keys"] {
            let whole = Array(try Data(contentsOf: URL(filePath: folder.path(file))))
            var fuzz = Fuzz("sealed \(file)", corpus: [whole], tokens: ["\"", ":", "{", "}", "alerts"])
            let findings = fuzz.run(share: 0.2) { bytes in
                try folder.write(file, Data(bytes))
                guard try sealed.value(name) == "one" else { throw Changed() }
            }
            try folder.write(file, Data(whole))
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        }
    }

    struct Changed: Error {}
}
