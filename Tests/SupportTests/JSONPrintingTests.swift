import Foundation
import Support
import Testing

@Suite("Writing JSON")
struct JSONPrintingTests {
    @Test("Text is escaped as little as JSON allows")
    func escapes() {
        #expect(JSONValue.string("\"\\\n\r\t\u{0}\u{8}\u{1f}/é😀\u{2028}").compact == #""\"\\\n\r\t\u0000\u0008\u001f/é😀"# + "\u{2028}\"")
        #expect(JSONValue.object([.init("a\"b", 1)]).compact == #"{"a\"b":1}"#)
    }

    @Test("The compact form has no space, the pretty form a line for each member")
    func layout() {
        let value: JSONValue = ["a": [1, [], [:]], "b": nil, "c": ["d": false]]
        #expect(value.compact == #"{"a":[1,[],{}],"b":null,"c":{"d":false}}"#)
        #expect(value.pretty == "{\n  \"a\": [\n    1,\n    [],\n    {}\n  ],\n  \"b\": null,\n  \"c\": {\n    \"d\": false\n  }\n}")
    }

    @Test(
        "Numbers are as short as they can be",
        arguments: [
            (0.1, "0.1"), (1, "1"), (-2, "-2"), (1e15, "1000000000000000"), (0x1p54, "1.8014398509481984e+16"),
            (999_999_999_999_999, "999999999999999"), (123456.789, "123456.789"), (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
        ] as [(Double, String)])
    func numbers(_ value: Double, _ text: String) {
        #expect(JSONValue.number(value).compact == text)
    }

    @Test("Every double reads back as itself")
    func doubles() throws {
        var random = RandomSource(seed: 1)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(try JSONValue(parsing: JSONValue.number(value).compact).double == value)
        }
    }

    @Test("Any value reads back as itself, compact and pretty")
    func roundTrip() throws {
        var random = RandomSource(seed: 2)
        for _ in 0..<500 {
            let value = JSONPrintingTests.value(&random, depth: 0)
            #expect(try JSONValue(parsing: value.compact) == value)
            #expect(try JSONValue(parsing: value.pretty) == value)
        }
    }

    @Test("What JSON cannot say becomes null")
    func absent() {
        #expect(JSONValue(Double.nan) == .null)
        #expect(JSONValue(Double.infinity) == .null)
        #expect(JSONValue(Double?.none) == .null)
        #expect(JSONValue(Int?.none) == .null)
        #expect(JSONValue(String?.none) == .null)
    }

    @Test("Setting a key replaces it or appends it, and makes an object of anything else")
    func setting() {
        var value: JSONValue = ["a": 1, "b": 2]
        value["a"] = 3
        value["c"] = nil
        #expect(value.compact == #"{"a":3,"b":2,"c":null}"#)
        var other: JSONValue = "text"
        other["a"] = true
        #expect(other.compact == #"{"a":true}"#)
    }

    @Test("Foundation's coders write and read the same value, keys sorted")
    func coders() throws {
        let value: JSONValue = ["b": [1, 2.5, "x", nil, true], "a": ["nested": [:], "empty": []], "big": 9_223_372_036_854_775_807]
        let data = try JSONEncoder().encode(value)
        let back = try JSONDecoder().decode(JSONValue.self, from: data)
        #expect(back == ["a": ["empty": [], "nested": [:]], "b": [1, 2.5, "x", nil, true], "big": 9_223_372_036_854_775_807])
        #expect(try JSONValue(parsing: Array(data))["b"] == value["b"])
    }

    /// A random value whose numbers are whole or have a fraction, so that reading keeps their case.
    private static func value(_ random: inout RandomSource, depth: Int) -> JSONValue {
        switch random.below(depth > 4 ? 5 : 7) {
        case 0: return .null
        case 1: return .bool(random.below(2) == 0)
        case 2: return .integer(Int64(bitPattern: random.next()))
        case 3: return .number(Double(random.below(1000)) + 0.5)
        case 4: return .string(text(&random))
        case 5: return .array((0..<random.below(4)).map { _ in value(&random, depth: depth + 1) })
        default: return .object((0..<random.below(4)).map { _ in JSONValue.Member(text(&random), value(&random, depth: depth + 1)) })
        }
    }

    private static func text(_ random: inout RandomSource) -> String {
        String(String.UnicodeScalarView((0..<random.below(8)).compactMap { _ in Unicode.Scalar(UInt32(random.below(0x11_0000))) }))
    }
}
