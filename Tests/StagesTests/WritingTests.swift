import Settings
import Stages
import Support
import TestSupport
import Testing
import VersionsTestSupport

/// Texts and numbers as YAML, held against ruamel.yaml, which writes DVC's files.
@Suite(.enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)"))
struct WritingTests {
    private static let texts: [String] = [
        "", "yes", "no", "on", "1", "012", "0o14", "0b11", "0x1F", "1_000", "_1", "12:30:45", "2020-01-01", "2020-1-1", "2020-01-01 10:00:00",
        "2020-01-01T10:00:00.5Z", "null", "~", "true", "True", "tRue", ".5", "5.", "1e5", "1e", "-.5", "+1", "+", "=", "<<", ".inf", "-.INF", ".nan",
        "a: b", "a #b", "a#b", "- a", "-a", "-", "?", "? a", ":", ":a", "a:", "é ü", "\u{2028}x", "x\u{07}", "tab\there", " lead", "trail ",
        "multi\nline", "multi\nline\n", "it's", "it's: x", "\"q\"", "%a", "@a", "`a", "!a", "&a", "*a", "[a]", "{a}", ",a", "|", ">", "a,b", "---",
        "--- a", "...", "\u{1F600}", "a\u{85}b", "\u{FEFF}a", "\u{7F}", "\r\n", "a\rb", "'", "\"", "#", "A\\B: c", "\n", "a\n b", "a \nb", "a\n\nb",
        String(repeating: "x", count: 100), String(repeating: "word ", count: 30), String(repeating: "word ", count: 30) + "end",
        String(repeating: "it's: word ", count: 15) + "end", String(repeating: "key: word ", count: 15) + "end",
        String(repeating: "a  b ", count: 30) + "c", String(repeating: "x\n", count: 50), String(repeating: "lo\\ng ", count: 30) + "\n",
        "python train.py --data data/features --epochs 10 && python evaluate.py --model model.pkl --out metrics.json",
        "x: " + String(repeating: "y", count: 90) + " z", "first\n  indented and " + String(repeating: "long ", count: 25) + "\nend",
    ]

    private static let values: [JSONValue] = [
        1, 0, -7, 9_007_199_254_740_993, 1.0, 1e-5, 1e-4, 0.1, 100_000.0, 1e15, 1e16, 1.5e300, -0.0, 123_456_789.123, .number(.leastNonzeroMagnitude),
        1.7976931348623157e308,
        true,
        nil, [], [:], [[]], [[:]], [[1, 2], [3]], [nil], ["a", ["b", ["c": 1]]], ["": 1], ["a b": 1],
        ["1": 2, "yes": 3, "true": 4, "it's": 5, "a: b": 6],
        ["a": ["b": [], "c": [:], "d": nil, "e": [["f": 1, "g": [1, ["h": 2]]], []]]],
    ]

    /// What ruamel.yaml writes for each value, as the value of a key, of one further in, and in a list.
    private func reference(_ values: [JSONValue]) throws -> [String] {
        let folder = try DVCFolder(usesGit: false, initialises: false)
        try folder.write(WritingTests.json(.array(values)), to: "values.json")
        let script = """
            import json
            from copy import deepcopy as c
            from dvc.utils.serialize._yaml import dumps_yaml
            values = json.load(open("values.json"))
            print(json.dumps([dumps_yaml({"k": c(v), "deep": {"key": c(v), "list": [c(v), {"m": c(v), "n": [c(v)]}]}}) for v in values]))
            """
        return try JSONValue(parsing: folder.run("python3", ["-c", script])).elements.compactMap(\.text)
    }

    /// JSON in which whole doubles keep their fraction, so that Python reads them as doubles.
    private static func json(_ value: JSONValue) -> String {
        switch value {
        case .number(let number): PythonNumbers.text(number)
        case .array(let elements): "[\(elements.map(json).joined(separator: ","))]"
        case .object(let members): "{\(members.map { "\(JSONValue.string($0.key).compact):\(json($0.value))" }.joined(separator: ","))}"
        default: value.compact
        }
    }

    private func written(_ value: JSONValue) -> String {
        YAMLWriter.text([.init("k", value), .init("deep", ["key": value, "list": [value, ["m": value, "n": [value]]]])])
    }

    @Test("Values are written to the byte as ruamel.yaml writes them")
    func bytes() throws {
        let values = WritingTests.texts.map(JSONValue.string) + WritingTests.values
        let expected = try reference(values)
        #expect(expected.count == values.count)
        for (value, text) in zip(values, expected) { #expect(written(value) == text, "\(value.compact)") }
    }

    @Test("So are texts put together at random, of pieces that make trouble")
    func random() throws {
        let pieces = [
            "a", "word", " ", "  ", ": ", "#", " #", "'", "\"", "\n", "\\", "-", "1", ".", "é", "\u{1F600}", "\t", ",", "[", "longerword",
            "http://x.y/z?q=1", "--flag", "/path/to/file",
        ]
        var source = SystemRandomNumberGenerator()
        var values: [JSONValue] = []
        for _ in 0..<1500 {
            let length = Int.random(in: 1...60, using: &source)
            values.append(.string((0..<length).map { _ in pieces.randomElement(using: &source) ?? "" }.joined()))
        }
        for (value, text) in zip(values, try reference(values)) where written(value) != text {
            #expect(written(value) == text, "\(value.compact)")
        }
    }

    @Test("Plain texts are read as DVC reads them")
    func scalars() throws {
        let scalars = [
            "yes", "No", "on", "012", "0o14", "0b11", "1_000", "12:30:45", "1e5", "1e-5", "1.", ".5", "-.5", "+5", "0x1F", "~", "null", ".inf",
            "-.inf", "1.5e3",
            "1e+5", "1__2", "0_", "08", "0b", "00", "1.2.3", "1_0.5", ".5e3", ".5e+3", "_1", "0x_1", "+", "true", "TRUE", "tRue", "y", "-0", "-0.0",
            "0o",
            ".", "5_", "2020-13", "-a", "a b", "'1'", "\"1\"",
        ]
        let folder = try DVCFolder(usesGit: false, initialises: false)
        try folder.write(JSONValue(scalars).compact, to: "scalars.json")
        let script = """
            import json
            from dvc.utils.serialize._yaml import parse_yaml
            print(json.dumps([repr(parse_yaml("a: " + s, "x").get("a")) for s in json.load(open("scalars.json"))]))
            """
        let expected = try JSONValue(parsing: folder.run("python3", ["-c", script])).elements.compactMap(\.text)
        for (scalar, text) in zip(scalars, expected) {
            let value = try SettingsNode(yaml: "a: \(scalar)", file: "x").stageValue["a"]
            let shown: String =
                switch value {
                case .null: "None"
                case .bool(let flag): flag ? "True" : "False"
                case .integer(let number): "\(number)"
                case .number(let number): PythonNumbers.text(number)
                case .string(let text): "'\(text)'"
                default: value.compact
                }
            #expect(shown == text, "\(scalar)")
        }
    }
}
