import Foundation
import Policy
import Support
import TestSupport
import Testing

@Suite("Fuzzed policies and answers", .enabled(if: Rules.engine != nil, "The policy engine is not installed; run make setup"))
struct FuzzTests {
    private static let tokens = [
        "if ", "contains ", "deny ", "allow", ":=", "{", "}", "input.", "some x in ", "not ", "every ", "with ", "default ", "import rego.v1\n",
        "package ",
    ]

    @Test("A policy is read or refused, and answers nothing but yes or no") func policies() throws {
        let corpus = [
            Rules.many, "package martlet.access\nallow := true", "package martlet.access\ndeny contains x if some x in input.principal.roles",
        ]
        var fuzz = Fuzz("Rego", corpus: corpus, tokens: Self.tokens)
        let findings = fuzz.run(share: 0.05) { bytes in _ = try Rules.set(String(decoding: bytes, as: UTF8.self)).decide(Rules.question()) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("Whatever a question holds, a policy decides it") func questions() throws {
        let set = try Rules.set(Rules.many)
        var fuzz = Fuzz(
            "questions", corpus: ["ann", "model:loans@v3", "secret/plans", "token:ci", "2026-11-23T21:36:00Z"],
            tokens: ["\"", "\\", "\u{0}", "{{", "%s", "%d"])
        let findings = fuzz.run(share: 0.2) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = set.decide(
                Rules.question(text, roles: [text], via: text, resource: PolicyResource(kind: text, name: text), facts: [text: .string(text)]))
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("A document that a policy server answers is a verdict, and what is none denies") func documents() {
        var fuzz = Fuzz(
            "policy documents", corpus: [#"{"allow":true,"deny":[]}"#, #"{"deny":["No.","Never."]}"#, #"{"allow":false}"#, "true"],
            tokens: ["\"allow\":", "\"deny\":", "true", "false", "[]", "{}", "null"])
        let findings = fuzz.run { bytes in
            let document = try JSONValue(parsing: bytes)
            let verdict = PolicyVerdict(document: document, needsAllow: true, nanoseconds: 1)
            guard !verdict.isAllowed || document["allow"] == true && document["deny"].elements.isEmpty else {
                throw Wrong(document: document.compact)
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    struct Wrong: Error { let document: String }
}
