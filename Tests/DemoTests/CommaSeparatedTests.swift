import Demo
import Support
import Tables
import Testing

@Suite("Comma-separated text")
struct CommaSeparatedTests {
    @Test("Missing values are empty fields, an empty text is quoted, whole numbers have no point, times are RFC 3339")
    func values() throws {
        let table = try Table([
            Column("name", strings: ["a", nil, ""]),
            Column("size", kind: .integer, numbers: [1, .nan, 12_000]),
            Column("ratio", numbers: [0.5, 2, .nan]),
            Column("at", kind: .timestamp, numbers: [0, .nan, 86_400]),
        ])
        #expect(
            table.commaSeparated()
                == "name,size,ratio,at\na,1,0.5,1970-01-01T00:00:00Z\n,,\(JSONValue.text(of: 2)),\n\"\",12000,,1970-01-02T00:00:00Z\n")
        #expect(!table.commaSeparated(header: false).contains("name"))
    }

    @Test("Commas, quotes and line breaks are quoted, in names as in values")
    func quoting() throws {
        let table = try Table([Column("a,b", strings: ["say \"no\"", "two\nlines", "\r", "plain"])])
        #expect(table.commaSeparated() == "\"a,b\"\n\"say \"\"no\"\"\"\n\"two\nlines\"\n\"\r\"\nplain\n")
    }
}
