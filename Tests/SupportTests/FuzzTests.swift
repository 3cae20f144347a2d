import Foundation
import Settings
import Support
import TestSupport
import Testing

@Suite("Fuzzed readers of text") struct FuzzTests {
    static let json = [
        #"{"inputs":[{"name":"income","shape":[2],"datatype":"FP64","data":[39.5,null]}],"id":"a-1","outputs":[{"name":"label"}]}"#,
        #"{"a":{"b":[true,false,null,-0,0.5,1e10,-2.5E-3,123456789012345678901234567890]},"é":"ü\n\u00e9\ud83d\ude00\\\"/","":""}"#,
        "[]", "{}", "0", "\"\"", "[[[[[[]]]]]]", #"{"arguments":["show","model:loans"],"colour":false}"#, " \t\r\n[1 , 2\n]\n",
    ]
    private static let words = ["{\"a\":", "[[", "]]", "{\"", "\":", "\\ud83d", "\\u00", "1e", ".5", "-", "+1", "00", "tru", "1.", "\",\""]

    @Test("JSON ends well or with an error, and what is printed reads back as it was") func roundTrip() {
        var fuzz = Fuzz("JSON", corpus: Self.json, tokens: Self.words)
        let findings = fuzz.run { bytes in
            let printed = try JSONValue(parsing: bytes).compact
            guard try JSONValue(parsing: printed).compact == printed else { throw Difference(text: printed) }
            let value = try JSONValue(parsing: bytes, capacity: 100)
            guard value.compact == printed else { throw Difference(text: printed) }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    struct Difference: Error { let text: String }

    /// Python's reader takes more than RFC 8259 allows in three things, which are left out: lone surrogates, numbers beyond a double, and depth.
    @Test("JSON is taken, refused and understood as by Python's reader") func reference() async throws {
        var fuzz = Fuzz("JSON beside Python", corpus: Self.json, tokens: Self.words)
        var ours: [String] = []
        let inputs = (0..<Fuzz.count).map { _ in fuzz.next() }.filter { $0.count < 20_000 }
        for input in inputs { ours.append((try? JSONValue(parsing: input))?.compact ?? "refused") }
        let folder = try TemporaryFolder()
        let pairs = zip(inputs, ours).map { "\(Data($0).base64EncodedString()) \(Data($1.utf8).base64EncodedString())" }
        try folder.write("pairs", pairs.joined(separator: "\n"))
        let answer = try await Child.run("/usr/bin/env", ["python3", "-c", Self.reader, folder.path("pairs")])
        #expect(answer.status == 0 && answer.output == "\(inputs.count)\n", "\(answer.output)\(answer.errors)")
    }

    private static let reader = """
        import base64, json, re, sys
        sys.set_int_max_str_digits(0)
        def no(word): raise ValueError(word)
        def same(a, b):
            if isinstance(a, dict): return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
            if isinstance(a, list): return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
            if isinstance(a, (int, float)) and not isinstance(a, bool): return not isinstance(b, bool) and float(a) == float(b)
            return type(a) is type(b) and a == b
        count = 0
        for line in open(sys.argv[1]):
            raw, ours = (base64.b64decode(part) for part in line.split(" "))
            count += 1
            try: theirs = json.loads(raw.decode("utf-8"), parse_constant=no)
            except RecursionError: continue
            except (ValueError, UnicodeDecodeError): theirs = no
            if theirs is no:
                if ours != b"refused": print("taken:", raw, ours)
                continue
            text = json.dumps(theirs)
            if re.search(r"\\\\ud[89a-f]", json.dumps(theirs, ensure_ascii=True)) and ours == b"refused": continue
            if "Infinity" in text or re.search(r"[0-9]{309}", text) or raw.count(b"[") + raw.count(b"{") > 512: continue
            if ours == b"refused": print("refused:", raw)
            elif not same(theirs, json.loads(ours)): print("differs:", raw, ours)
        print(count)
        """

    @Test("YAML ends well or with an error; nesting and aliases do not make it grow") func yaml() {
        let corpus = [
            "martlet: 1\nproject: loans\ncharter:\n  problem: {type: binary, target: late, positive: \"yes\"}\n  objectives:\n    - {id: gain, min: 0.05}\n",
            "a: &b [1, 2]\nc: *b\nd: !!int \"3\"\ne: |\n  text\n  more\nf: >-\n  x\n? g\n: h\n",
            "- 1\n- [a, {b: c}]\n- 'it''s'\n- \"\\x41\\u00e9\"\n", "%YAML 1.2\n---\na: 1\n...\n",
        ]
        var fuzz = Fuzz("YAML", corpus: corpus, tokens: ["&a", "*a", "!!", "<<: *a", "- ", ": ", "? ", "|", ">", "---\n", "...\n", "{", "[", "\n  "])
        let findings = fuzz.run { bytes in _ = try SettingsNode(yaml: String(decoding: bytes, as: UTF8.self), file: "martlet.yaml") }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        let laughs = (1...9).reduce("a0: &a0 [x, x, x, x, x, x, x, x, x]\n") { text, i in
            text + "a\(i): &a\(i) [\(Array(repeating: "*a\(i - 1)", count: 9).joined(separator: ","))]\n"
        }
        for text in [
            String(repeating: "[", count: 1_000_000), String(repeating: "{a: ", count: 100_000), String(repeating: "- ", count: 100_000), laughs,
        ] {
            #expect(throws: MartletError.self) { try SettingsNode(yaml: text, file: "martlet.yaml") }
        }
    }

    @Test("Times, identifiers and references end well or are none") func words() {
        var fuzz = Fuzz(
            "words",
            corpus: [
                "2026-11-23T21:36:00Z", "2026-11-23T21:36:00.123456+01:30", "2026-11-23", "0199a0b1c2d37e4f8a9bacbdcedfe0f1", "model:loans@v3",
                "prediction:0199a0b1",
                "model:loans@champion", "dataset:loans@sha256:abcd",
            ], tokens: ["T", "Z", "+", "-", ":", "@", "24:00:00", "60", "0000", "9999", "v"])
        let findings = fuzz.run { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let time = Timestamp(text), let again = Timestamp(time.description), again != time { throw Difference(text: text) }
            if let id = TimeOrderedID(text), TimeOrderedID(id.description) != id { throw Difference(text: text) }
            _ = Reference(text)
            _ = Reference.splitSelector(text)
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
