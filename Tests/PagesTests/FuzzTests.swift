import Foundation
import Pages
import Support
import TestSupport
import Testing

@Suite("Fuzzed forms and addresses") struct FuzzTests {
    private static let corpus = [
        "name=ann&password=correct+horse&next=%2Fwhy", "version=3&v0=1&v1=car&v2=", "verdict=approved&reason=a%20b%C3%A9&password=x",
        "id=prediction%3A0199", "a", "=", "&&a=b&", "",
        "%E2%82%AC=%F0%9F%98%80", "as_of=7d",
    ]

    struct Difference: Error { let text: String }

    @Test("are decoded as Python's library decodes them") func fields() async throws {
        var fuzz = Fuzz(
            "forms beside Python", corpus: Self.corpus,
            tokens: ["&", "=", "%", "+", "%2", "%zz", "%25", "%26", "%3D", "%00", "%0d%0a", "%FF", "%C3", "%ED%A0%80"])
        let inputs = (0..<Fuzz.count).map { _ in fuzz.next() }.filter { String(validating: $0, as: UTF8.self) != nil }
        let ours = inputs.map { bytes -> JSONValue in
            .array(PagePath.fields(of: String(decoding: bytes, as: UTF8.self)).map { .array([.string($0.name), .string($0.value)]) })
        }
        let folder = try TemporaryFolder()
        let lines = zip(inputs, ours).map { "\(Data($0).base64EncodedString()) \(Data($1.compact.utf8).base64EncodedString())" }
        try folder.write("pairs", lines.joined(separator: "\n"))
        let answer = try await Child.run("/usr/bin/env", ["python3", "-c", Self.reader, folder.path("pairs")])
        #expect(answer.status == 0 && answer.output == "\(inputs.count)\n", "\(answer.output)\(answer.errors)")
    }

    private static let reader = """
        import base64, json, sys, urllib.parse
        count = 0
        for line in open(sys.argv[1]):
            raw, ours = (base64.b64decode(part).decode() for part in line.split(" "))
            count += 1
            theirs = [list(pair) for pair in urllib.parse.parse_qsl(raw, keep_blank_values=True, max_num_fields=None)]
            if theirs != json.loads(ours): print("differs:", repr(raw), theirs, ours)
        print(count)
        """

    @Test("Every text survives as a segment of a path, and a link stays on this server") func segments() {
        var fuzz = Fuzz(
            "segments", corpus: Self.corpus + ["//evil.example", "/\\evil.example", "/why?id=1", "https://evil.example", "javascript:alert(1)"],
            tokens: ["//", "/\\", "%2f", "#"])
        let findings = fuzz.run { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard PagePath.decoded(PagePath.segment(text)) == text else { throw Difference(text: text) }
            guard PagePath.segment(text).utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }) else {
                throw Difference(text: text)
            }
            if let link = PagePath.local(text),
                URL(string: link, relativeTo: URL(string: "http://here.example/"))?.host.map({ $0 != "here.example" }) == true
            {
                throw Difference(text: text)
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("A page of an error holds none of its markup") func pages() {
        var fuzz = Fuzz(
            "markup", corpus: ["<script>alert(1)</script>", "\"><img src=x onerror=1>", "'&amp;", "]]>", "<!--"],
            tokens: ["<", ">", "\"", "'", "&", "</p>", "<script>"])
        let findings = fuzz.run(share: 0.5) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let empty = ErrorPage(MartletError(.notFound, ""), path: "").page.html().text
            let page = ErrorPage(MartletError(.notFound, text, cause: text), path: text).page.html().text
            let extra = page.count { $0 == "<" } - empty.count { $0 == "<" }
            guard extra == 4, !page.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) else {
                throw Difference(text: "\(extra) in \(page)")
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
