import Support
import TestSupport
import Testing

@Suite("Reading JSON")
struct JSONParsingTests {
    @Test(
        "Every form of RFC 8259 is read",
        arguments: [
            ("null", .null), (" true ", true), ("\n\t\r false", false), ("0", 0), ("-0", 0), ("-12", -12), ("1.5", 1.5), ("1E2", 100.0),
            ("1e-2", 0.01),
            ("-1.25e+3", -1250.0), ("\"\"", ""), ("[]", []), ("{}", [:]), ("[ 1 , \"a\" , null ]", [1, "a", nil]),
            ("{\"b\":1,\"a\":{\"c\":[]}}", ["b": 1, "a": ["c": []]]),
        ] as [(String, JSONValue)])
    func forms(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(
        "Escapes and text of every plane are read",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\0"),
            ("\"é€😀\u{7f}\u{2028}\"", "é€😀\u{7f}\u{2028}"), (#""\uFFFF""#, "\u{FFFF}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
        ])
    func strings(_ text: String, _ value: String) throws {
        #expect(try JSONValue(parsing: text) == .string(value))
    }

    @Test("Whole numbers beyond 64 bits become doubles, and what underflows becomes zero")
    func bigNumbers() throws {
        #expect(try JSONValue(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSONValue(parsing: "-9223372036854775808") == .integer(.min))
        #expect(try JSONValue(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try JSONValue(parsing: "1e-400") == .number(0))
        #expect(try JSONValue(parsing: "1.7976931348623157e308") == .number(.greatestFiniteMagnitude))
        #expect(try JSONValue(parsing: "5e-324") == .number(.leastNonzeroMagnitude))
        #expect(try JSONValue(parsing: "0." + String(repeating: "3", count: 10_000)).double == 1.0 / 3)
    }

    @Test("A number is a whole number only where it is one, and never traps")
    func conversions() {
        #expect(JSONValue.number(1e300).int == nil)
        #expect(JSONValue.number(.nan).int == nil)
        #expect(JSONValue.number(-.infinity).int == nil)
        #expect(JSONValue.number(2.5).int == nil)
        #expect(JSONValue.number(3).int == 3)
        #expect(JSONValue.integer(.max).double == 0x1p63)
    }

    static let malformed = [
        "", " ", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1;2]", "[]]", "{", "{\"a\"", "{\"a\" 1}", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}",
        "{'a':1}", "{1:2}", "nul", "nulL", "TRUE", "NaN", "Infinity", "-Infinity", "01", "-01", "00", "1.", "1.e5", ".5", "-.5", "+1", "-", "--1",
        "1e", "1e+",
        "1e5.5", "1.5.5", "1-2", "0x10", "1_000", "1e400", "-1e999", "\"", "\"abc", "\"\\", "\"\\\"", "\"\\x41\"", "\"\\u\"", "\"\\u12\"",
        "\"\\u12g4\"", "\"\\u+123\"", "\"\\u-123\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
        "\"a\nb\"", "\"\u{1}\"", "1 2", "true false", "\u{FEFF}1", "// comment\n1", "١",
    ]

    @Test("What is not JSON is refused", arguments: malformed)
    func refused(_ text: String) {
        #expect(errorCode { try JSONValue(parsing: text) } == .invalidInput)
    }

    @Test("A refusal names the byte and the reason")
    func texts() throws {
        let lines = JSONParsingTests.malformed.map { text in "\(JSONValue.string(text).compact)\n    \(errorText { try JSONValue(parsing: text) })\n"
        }
        let difference = try differenceFromGolden(lines.joined(), "json-errors.txt")
        #expect(difference == nil)
    }

    @Test(
        "Text that is not UTF-8 is refused",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: MartletError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
        #expect(throws: MartletError.self) { try JSONValue(parsing: bytes) }
    }

    @Test("Nesting is read 512 deep and no deeper")
    func depth() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try JSONValue(parsing: nested(512)).compact == nested(512))
        #expect(throws: MartletError.self) { try JSONValue(parsing: nested(513)) }
        #expect(throws: MartletError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
        #expect(try JSONValue(parsing: "[" + nested(511) + "," + nested(511) + "]").elements.count == 2, "siblings do not add up")
    }

    @Test("Keys keep their order, and the first of two equal keys is the one that is read")
    func keys() throws {
        let value = try JSONValue(parsing: #"{"z":1,"a":2,"z":3}"#)
        #expect(value.members.map(\.key) == ["z", "a", "z"])
        #expect(value["z"] == 1)
        #expect(value["missing"].isNull)
        #expect(JSONValue.string("x")["a"].isNull)
    }
}
