import Support
import Tables
import TestSupport
import Testing

@Suite("Tables")
struct TableTests {
    private func table() throws -> Table {
        try Table([
            Column("age", kind: .integer, numbers: [39, .nan, 50]), Column("town", strings: ["Bern", nil, "Bern"]),
            Column("member", kind: .boolean, numbers: [1, 0, .nan]), Column("since", kind: .timestamp, numbers: [0, 1.5, .nan]),
        ])
    }

    @Test("Text is held as codes into its distinct values, in order of appearance")
    func text() {
        let values = TextValues(["b", nil, "a", "b", ""])
        #expect(values.codes == [0, -1, 1, 0, 2])
        #expect(values.dictionary == ["b", "a", ""])
        #expect((0..<5).map { values[$0] } == ["b", nil, "a", "b", ""])
    }

    @Test("Missing values are NaN in numbers and -1 in text, and are counted")
    func missing() throws {
        let table = try table()
        #expect(table.columns.map(\.missingCount) == [1, 1, 1, 1])
        #expect(table.columns.map { $0.isMissing(1) } == [true, true, false, false])
    }

    @Test("A value in JSON follows the column's kind")
    func json() throws {
        let table = try table()
        let rows = (0..<3).map { row in JSONValue.array(table.columns.map { $0.json(row) }).compact }
        #expect(
            rows == [#"[39,"Bern",true,"1970-01-01T00:00:00Z"]"#, #"[null,null,false,"1970-01-01T00:00:01.500000Z"]"#, #"[50,"Bern",null,null]"#])
    }

    @Test("Values beyond what a kind can hold are written without a trap")
    func extremes() {
        #expect(Column("n", kind: .integer, numbers: [1e300]).json(0) == .number(1e300))
        #expect(Column("n", kind: .integer, numbers: [.infinity]).json(0).compact == "null")
        #expect(Column("t", kind: .timestamp, numbers: [1e300]).json(0).text?.hasPrefix("294247-") == true)
        #expect(Column("t", kind: .timestamp, numbers: [-.infinity]).json(0).text?.hasPrefix("-290308-") == true)
        #expect(Column("t", kind: .timestamp, numbers: [1e300]).category(0) == "1e+300")
    }

    @Test("A value as a category is the text itself or the number as JSON has it")
    func categories() throws {
        let table = try table()
        #expect(table.columns.map { $0.category(0) } == ["39", "Bern", "1", "0"])
        #expect(table.columns.map { $0.category(2) } == ["50", "Bern", nil, nil])
    }

    @Test("Rows and columns are taken in the order asked for")
    func taking() throws {
        let table = try table()
        let part = try table.rows([2, 0, 2]).selecting(["town", "age"])
        #expect(part.names == ["town", "age"])
        #expect(part.rowCount == 3)
        #expect(part["age"]?.numbers == [50, 39, 50])
        #expect(part["town"]?.text?.codes == [0, 0, 0])
        #expect(table.dropping(["age", "nothing"]).names == ["town", "member", "since"])
        #expect(table.dropping(Set(table.names)).rowCount == 3)
        #expect(Table.empty.rowCount == 0)
    }

    @Test("Columns of different length, equal names and unknown names are errors that say so")
    func errors() throws {
        let table = try table()
        let texts = [
            errorText { try Table([Column("a", numbers: [1, 2]), Column("b", numbers: [1])]) },
            errorText { try Table([Column("a", numbers: [1]), Column("a", strings: ["x"])]) },
            errorText { try table.column("twon") },
            errorText { try table.selecting(["age", "income"]) },
            errorText { try table.selecting(["age", "town", "age"]) },
        ]
        let difference = try differenceFromGolden(texts.map { $0 + "\n" }.joined(), "table-errors.txt")
        #expect(difference == nil)
    }

    @Test("The classes of an answer are in the order of its scores")
    func answers() {
        #expect(Signature.Answer.binary(negative: "no", positive: "yes", threshold: 0.5).classes == ["no", "yes"])
        #expect(Signature.Answer.multiclass(classes: ["a", "b", "c"]).classes == ["a", "b", "c"])
        #expect(Signature.Answer.regression.classes == [])
        #expect(Answers(scores: [1, 2, 3, 4, 5, 6], width: 3, labels: nil).rowCount == 2)
        #expect(Answers(scores: [], width: 0, labels: nil).rowCount == 0)
    }

    @Test("A matrix of numbers is a table like any other") func matrix() throws {
        let fields = ["a", "b", "c"].map { Table.Field(name: $0, kind: .number) }
        let matrix = Table(NumberMatrix(fields, [1, 2, .infinity, 4, 5, 6]))
        let columns = try Table([Column("a", numbers: [1, 4]), Column("b", numbers: [2, 5]), Column("c", numbers: [.infinity, 6])])
        #expect(matrix == columns && columns == matrix && matrix.inColumns == columns)
        #expect(matrix.names == columns.names && matrix.fields == columns.fields)
        #expect(matrix.hasFields(of: columns) && columns.hasFields(of: matrix) && matrix.hasFields(of: matrix))
        #expect(try matrix.column("b") == columns.column("b"))
        #expect(matrix["d"] == nil && matrix.hasColumns)
        #expect(try matrix.selecting(["c", "a"]) == columns.selecting(["c", "a"]))
        #expect(matrix.dropping(["a"]) == columns.dropping(["a"]) && matrix.rows([1, 0]) == columns.rows([1, 0]))
        #expect(try Table.joining([matrix, columns]) == Table.joining([columns, columns]))
        #expect(try !matrix.hasFields(of: Table([Column("a", kind: .integer, numbers: [1])])))
        #expect(Table(NumberMatrix([], [])) == .empty && !Table(NumberMatrix([], [])).hasColumns)
    }
}
