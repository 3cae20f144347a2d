import Settings
import Support
import TestSupport
import Testing

@Suite("Settings")
struct SettingsTests {
    private func read(_ yaml: String) throws -> SettingsNode { try SettingsNode(yaml: yaml, file: "martlet.yaml") }

    @Test("Values keep their order, their text and their place")
    func structure() throws {
        let node = try read("b: 1\na:\n  - x\n  - {c: 'two words'}\n")
        let entries = try node.mapping(keys: ["a", "b"])
        #expect(entries.map(\.key) == ["b", "a"])
        #expect(entries[1].place == SourcePlace(file: "martlet.yaml", line: 2, column: 1))
        let inner = try node.required("a").list()[1].required("c")
        #expect(inner.path == "a[1].c")
        #expect(inner.place == SourcePlace(file: "martlet.yaml", line: 4, column: 9))
        #expect(try inner.string() == "two words")
    }

    @Test(
        "Words that older YAML takes for truth or numbers stay text",
        arguments: ["NO", "no", "yes", "on", "Off", "y", "1_000", "1:30", "0o17", "0x1F", "-0x1F", ".inf", "2026-11-23", "1.2.3"])
    func text(_ word: String) throws {
        let node = try read("value: \(word)").required("value")
        #expect(try node.string() == word)
        #expect(node.json() == .string(word))
        #expect(throws: MartletError.self) { try node.bool() }
    }

    @Test(
        "Plain words of YAML 1.2's core schema become values, quoted ones stay text",
        arguments: [
            ("true", true), ("False", false), ("~", nil), ("null", nil), ("Null", nil), ("NULL", nil), ("12", 12), ("-3", -3), ("+4", 4),
            ("1.5", 1.5),
            ("1e3", 1000.0), ("\"12\"", "12"), ("'true'", "true"), ("\"\"", ""), ("'~'", "~"), ("[1, a]", [1, "a"]),
            ("{x: {y: null}}", ["x": ["y": nil]]),
        ] as [(String, JSONValue)])
    func json(_ text: String, _ value: JSONValue) throws {
        #expect(try read("value: \(text)").json()["value"] == value)
    }

    @Test("What is null counts as absent", arguments: ["~", "null", "NULL", ""])
    func null(_ word: String) throws {
        let node = try read("value: \(word)\n")
        #expect(node["value"] == nil)
        #expect(throws: MartletError.self) { try node.required("value") }
    }

    @Test("An empty file, a comment and a missing document are an empty mapping", arguments: ["", "\n\n", "# nothing\n", "---\n"])
    func empty(_ yaml: String) throws {
        #expect(try read(yaml).mapping(keys: ["a"]).isEmpty)
    }

    @Test(
        "Durations are read in their units",
        arguments: [("30s", 30), ("15m", 900), ("1h", 3600), ("14d", 1_209_600), ("2w", 1_209_600), ("3y", 94_672_800), ("0.5h", 1800), ("0s", 0)])
    func durations(_ text: String, _ seconds: Double) throws {
        #expect(try read("d: \(text)").required("d").duration() == seconds)
    }

    @Test("A list may be written as its only element")
    func single() throws {
        #expect(try read("a: x").required("a").strings() == ["x"])
        #expect(try read("a: [x, 2]").required("a").strings() == ["x", "2"])
        #expect(try read("a: [ ]").required("a").strings() == [])
        #expect(throws: MartletError.self) { try read("a: {b: 1}").required("a").strings() }
    }

    @Test("Aliases are refused before they are expanded")
    func aliases() throws {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for i in 1...40 { bomb += "a\(i): &a\(i) [\(Array(repeating: "*a\(i - 1)", count: 9).joined(separator: ", "))]\n" }
        let error = #expect(throws: MartletError.self) { try read(bomb) }
        #expect(error?.place?.line == 1)
    }

    @Test("Nesting is bounded, in lines and in brackets", arguments: [100, 900, 100_000])
    func nesting(_ depth: Int) {
        #expect(throws: MartletError.self) { try read(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)) }
        #expect(throws: MartletError.self) { try read(String(repeating: "- ", count: depth) + "x") }
        #expect(throws: MartletError.self) { try read(String(repeating: "{a: ", count: depth) + "x" + String(repeating: "}", count: depth)) }
    }

    @Test("A file of more than 4 MB is refused")
    func size() {
        #expect(throws: MartletError.self) { try read("a: " + String(repeating: "x", count: 4_000_000)) }
    }
}

/// A mistake in a settings file, and how it is read.
private struct Mistake {
    var title: String
    var yaml: String
    var read: (SettingsNode) throws -> Any

    init(_ title: String, _ yaml: String, _ read: @escaping (SettingsNode) throws -> Any = { $0 }) {
        (self.title, self.yaml, self.read) = (title, yaml, read)
    }
}

private enum Place: String, CaseIterable {
    case test, production
}

/// Reads what stands under `charter.value`.
private func value(_ read: @escaping (SettingsNode) throws -> Any) -> (SettingsNode) throws -> Any {
    { try read($0.required("charter").required("value")) }
}

@Suite("Mistakes in settings")
struct SettingsErrorTests {
    private let mistakes = [
        Mistake("a tab as indentation", "a:\n\tb: 1\n"),
        Mistake("a quote that does not end", "a: \"x\nb: 1\n"),
        Mistake("a bracket that does not end", "a: [1, 2\nb: 3\n"),
        Mistake("a colon too many", "a: b: c\n"),
        Mistake("indentation that fits nothing", "a:\n    b: 1\n  c: 2\n"),
        Mistake("a control character", "a: \u{1}\n"),
        Mistake("a NUL byte", "a: \0\n"),
        Mistake("two documents", "a: 1\n---\nb: 2\n"),
        Mistake("a key twice", "a: 1\nb: 2\na: 3\n"),
        Mistake("a key twice, once in quotes", "1: x\n\"1\": y\n"),
        Mistake("a list as a key", "[a, b]: 1\n"),
        Mistake("an anchor", "a: &x 1\nb: 2\n"),
        Mistake("an alias of nothing", "a: *x\n"),
        Mistake("brackets nested too deep", String(repeating: "[", count: 2000)),
        Mistake("lists nested too deep", String(repeating: "- ", count: 70) + "x\n"),
        Mistake("an unknown key", "charter:\n  problm: 1\n") { try $0.required("charter").mapping(keys: ["problem", "outcome"]) },
        Mistake("an unknown key at the top", "x: 1\n") { try $0.mapping(keys: ["charter", "data"]) },
        Mistake("a missing key", "charter:\n  outcome: 1\n") { try $0.required("charter").required("problem") },
        Mistake("a missing key at the top", "data: 1\n") { try $0.required("charter") },
        Mistake("a list where a mapping should stand", "charter: [1]\n") { try $0.required("charter").entries() },
        Mistake("a value where a list should stand", "charter:\n  value: 1\n", value { try $0.list() }),
        Mistake("a mapping where a value should stand", "charter:\n  value: {a: 1}\n", value { try $0.string() }),
        Mistake("a word where a number should stand", "charter:\n  value: many\n", value { try $0.double() }),
        Mistake("a number that is none", "charter:\n  value: nan\n", value { try $0.double() }),
        Mistake("a number that no double holds", "charter:\n  value: 1e999\n", value { try $0.double() }),
        Mistake("a number out of range", "charter:\n  value: 1.5\n", value { try $0.double(in: 0...1) }),
        Mistake("a fraction where a whole number should stand", "charter:\n  value: 1.5\n", value { try $0.int() }),
        Mistake("a whole number beyond 64 bits", "charter:\n  value: 99999999999999999999\n", value { try $0.int() }),
        Mistake("a whole number out of range", "charter:\n  value: 0\n", value { try $0.int(in: 1...10) }),
        Mistake("a country where true or false should stand", "charter:\n  value: NO\n", value { try $0.bool() }),
        Mistake("a word near one of a set", "charter:\n  value: tset\n", value { try $0.choice(Place.self) }),
        Mistake("a word of no set", "charter:\n  value: nowhere\n", value { try $0.choice(Place.self) }),
        Mistake("a duration without a unit", "charter:\n  value: 30\n", value { try $0.duration() }),
        Mistake("a negative duration", "charter:\n  value: -1h\n", value { try $0.duration() }),
        Mistake("a duration longer than history", "charter:\n  value: 1e300y\n", value { try $0.duration() }),
        Mistake("a list where a duration should stand", "charter:\n  value: [1h]\n", value { try $0.duration() }),
    ]

    @Test("Each names the place, what is wrong and what to do")
    func golden() throws {
        let text = mistakes.map { mistake in
            "\(mistake.title)\n    \(errorText { try mistake.read(SettingsNode(yaml: mistake.yaml, file: "martlet.yaml")) })\n"
        }
        #expect(text.filter { $0.contains("(no error)") } == [])
        let difference = try differenceFromGolden(text.joined(), "settings-errors.txt")
        #expect(difference == nil)
    }
}
