import Data
import DataTestSupport
import DuckDB
import Exploration
import Statistics
import Support
import Tables
import Testing

@Suite("Looking at a source", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run make setup"))
struct InspectionTests {
    private let engine = Result { try Surroundings.engine() }

    private func inspect(_ train: String, test: String? = nil, target: String = "y") throws -> SourceInspection {
        try engine.get().inspect(train, test: test, target: target)
    }

    // MARK: The target

    @Test(
        "Two classes are a binary problem; the positive one is known by its name or is the rarer",
        arguments: [
            ("CASE WHEN i % 3 = 0 THEN 'yes' ELSE 'no' END", "yes"), ("CASE WHEN i % 3 = 0 THEN 'no' ELSE 'yes' END", "yes"),
            ("CASE WHEN i % 3 = 0 THEN '>50K' ELSE '<=50K' END", ">50K"), ("CASE WHEN i % 3 = 0 THEN 'red' ELSE 'white' END", "red"),
            ("(i % 3 = 0)::INT", "1"), ("i % 3 = 0", "1"), ("CASE WHEN i % 3 = 0 THEN 2 ELSE 5 END", "2"),
        ])
    func binary(expression: String, positive: String) throws {
        let inspection = try inspect("SELECT random() AS x, \(expression) AS y FROM range(0, 300) t(i)")
        #expect(inspection.problem == .binary)
        #expect(inspection.positive == positive)
        #expect(inspection.split.method == .stratified)
        #expect(inspection.says(.assumed, "y", "“\(positive)”"))
    }

    @Test("Few whole numbers are taken as classes, and a person is asked; many, and fractions, are amounts")
    func numbers() throws {
        let grades = try inspect("SELECT random() AS x, i % 7 + 3 AS y FROM range(0, 300) t(i)")
        #expect(grades.problem == .multiclass)
        #expect(grades.says(.ask, "y", "7 different whole numbers (3 to 9)"))
        #expect(grades.classes.count == 7)
        let amounts = try inspect("SELECT random() AS x, i % 100 AS y FROM range(0, 300) t(i)")
        #expect(amounts.problem == .regression && amounts.split.method == .random && amounts.positive == nil && amounts.classes.isEmpty)
        #expect(try inspect("SELECT random() AS x, i % 4 + 0.5 AS y FROM range(0, 300) t(i)").problem == .regression)
    }

    @Test("Rows without a target are counted, rare classes are named")
    func missingAndRare() throws {
        let inspection = try inspect(
            "SELECT random() AS x, CASE WHEN i < 20 THEN NULL WHEN i < 25 THEN 'c' WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS y FROM range(0, 300) t(i)")
        #expect(inspection.missingTargets == 20)
        #expect(inspection.says(.assumed, "y", "20 of 300 rows have no “y”"))
        #expect(inspection.says(.warning, "y", "“c” (5)"))
    }

    @Test(
        "A source that nothing can be learnt from is an error that says what to do",
        arguments: [
            ("SELECT i AS x, 'a' AS y FROM range(0, 30) t(i)", "is “a” in every row"),
            ("SELECT i AS x, 4 AS y FROM range(0, 30) t(i)", "is “4” in every row"),
            ("SELECT i AS x, NULL::VARCHAR AS y FROM range(0, 30) t(i)", "missing in every row"),
            ("SELECT i AS x, '?' AS y FROM range(0, 30) t(i)", "missing in every row"),
            ("SELECT i AS x, 'v' || i AS y FROM range(0, 3000) t(i)", "3000 different values"),
            (
                """
                SELECT i AS x, DATE '2026-01-01' + i::INT AS y FROM range(0, 30) t(i)
                """, "times"
            ), ("SELECT i % 2 AS y FROM range(0, 30) t(i)", "no column but the target"),
            ("SELECT 1 AS x, 2 AS y LIMIT 0", "no rows"), ("SELECT 1 AS x, i % 2 AS y FROM range(0, 30) t(i)", "No column is left"),
        ])
    func hopeless(train: String, message: String) throws {
        let engine = try self.engine.get()
        let error = Surroundings.error { _ = try engine.inspect(train) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
    }

    @Test("A mistyped target is answered with the nearest name; twenty thousand columns are refused with the reason")
    func refusals() throws {
        let engine = try self.engine.get()
        let mistyped = Surroundings.error { _ = try engine.inspect("SELECT 1 AS income, 2 AS x", target: "incom") }
        #expect(mistyped?.code == .notFound)
        #expect(mistyped?.message.contains("Did you mean “income”?") == true)
        let columns = (0..<20_000).map { (name: "c\($0)", kind: ColumnKind.number) }
        let wide = Surroundings.error { _ = try SourceInspection.make(train: "train", columns: columns, target: "c1", engine: engine) }
        #expect(wide?.code == .invalidInput)
        #expect(wide?.message.contains("20000 columns") == true)
    }

    // MARK: Texts

    @Test("Numbers among markers are numbers, and the markers are missing values")
    func markers() throws {
        let inspection = try inspect(
            """
            SELECT random() AS x, i % 2 AS y, CASE WHEN i % 9 = 0 THEN 'NA' ELSE (i % 50)::VARCHAR END AS whole,
              CASE WHEN i % 9 = 0 THEN '-' ELSE (i % 50 + 0.5)::VARCHAR END AS dashed, CASE WHEN i % 9 = 0 THEN '?' ELSE 'v' || i % 5 END AS text,
              CASE WHEN i % 9 = 0 THEN '0' ELSE '' END || i % 50 AS codes, CASE WHEN i % 9 = 0 THEN 'none' ELSE 'v' || i % 5 END AS doubtful
            FROM range(0, 300) t(i)
            """)
        #expect(inspection.missingMarkers.sorted() == ["?", "NA"])
        #expect(inspection.column("whole")?.kind == .integer)
        #expect(inspection.column("dashed")?.kind == nil)
        #expect(inspection.rules == [.missing(.named(["dashed"]), markers: ["-"]), .cast(column: "dashed", kind: .number)])
        #expect(inspection.column("codes")?.kind == nil)
        #expect(inspection.says(.ask, "doubtful", "“none” (34 rows) stays a value"))
    }

    @Test("“NA” among codes of countries is a country until somebody says otherwise")
    func namibia() throws {
        let inspection = try inspect("SELECT random() AS x, i % 2 AS y, ['NA', 'DE', 'FR'][i % 3 + 1] AS country FROM range(0, 300) t(i)")
        #expect(inspection.missingMarkers == [])
        #expect(inspection.says(.ask, "country", "“NA”"))
    }

    @Test("Decimal commas are found; commas that may separate thousands are asked about")
    func commas() throws {
        let comma = "SELECT i % 2 AS y, i % 40 || ',' || i % 10 AS price, i % 13 AS x FROM range(0, 300) t(i)"
        let everywhere = try inspect(comma)
        #expect(everywhere.decimal == ",")
        #expect(everywhere.column("price")?.kind == .number)
        #expect(everywhere.rules == [])
        let mixed = try inspect("SELECT *, x / 7.0 AS z FROM (\(comma))")
        #expect(mixed.decimal == ".")
        #expect(mixed.rules == [.replace(column: "price", from: ",", to: "."), .cast(column: "price", kind: .number)])
        let thousands = try inspect("SELECT i % 2 AS y, random() AS x, i || ',000' AS price FROM range(1, 300) t(i)")
        #expect(thousands.says(.ask, "price", "may separate thousands"))
        #expect(thousands.rules == [])
    }

    @Test("Spaces around texts are trimmed, the target's among them")
    func spaces() throws {
        let inspection = try inspect(
            """
            SELECT random() AS x, ' ' || 'v' || i % 5 AS a, CASE WHEN i % 3 = 0 THEN ' yes' ELSE ' no' END AS y FROM range(0, 300) t(i)
            """)
        #expect(inspection.rules == [.trim(.all)])
        #expect(inspection.positive == "yes")
        #expect(inspection.says(.assumed, nil, "“a” and “y”"))
    }

    // MARK: What columns are for

    @Test("Empty, constant and identifying columns are not used; identifiers that repeat keep their rows together")
    func roles() throws {
        let inspection = try inspect(
            """
            SELECT i % 2 AS y, random() AS x, NULL::INT AS nothing, 'same' AS same, i * 17 + 5 AS customer_id, i AS counter, 'word' || i * 31 AS words,
              i * 7 % 1009 AS amounts, 1 + i % 3 AS number_of_rooms
            FROM range(0, 1000) t(i)
            """)
        let used = inspection.columns.filter(\.use).map(\.name)
        #expect(used == ["x", "amounts", "number_of_rooms"])
        #expect(inspection.columns.filter(\.key).map(\.name) == ["customer_id", "counter"])
        #expect(inspection.column("nothing")?.why == "every value is missing")
        #expect(inspection.says(.assumed, "same", "every value is “same”"))
        #expect(inspection.says(.ask, "amounts", "different whole number"))
        let grouped = try inspect("SELECT i % 2 AS y, random() AS x, i % 100 AS patient_id FROM range(0, 1000) t(i)")
        #expect((grouped.split.method, grouped.split.by) == (.grouped, "patient_id"))
        #expect(grouped.says(.ask, "patient_id", "100 things, each in about 10 rows"))
    }

    @Test("Survey weights are not used; what may be the weight of a thing is asked about")
    func weights() throws {
        let inspection = try inspect(
            """
            SELECT i % 2 AS y, random() AS x, i * 7 % 500 + 1.5 AS fnlwgt, 50 + hash(i) % 60 AS weight FROM range(0, 1000) t(i)
            """)
        #expect(inspection.weightCandidate == "fnlwgt")
        #expect(inspection.column("fnlwgt") == ColumnPlan("fnlwgt", use: false, why: "survey weight"))
        #expect(inspection.column("weight")?.use == true)
        #expect(inspection.says(.ask, "weight", "weight: true"))
    }

    @Test(
        "Sensitive traits are recognised in four languages",
        arguments: [
            ("sex", false, true), ("Gender", false, true), ("geschlecht", false, true), ("sexe", false, true), ("sexo", false, true),
            ("ethnicity", false, true), ("Ethnische_Herkunft", false, true), ("religion", false, true), ("discapacidad", false, true),
            ("applicantRace", false, true),
            ("race_time", true, false), ("marital_status", true, true), ("Familienstand", true, true), ("Nationalität", true, true),
            ("estado_civil", true, true),
            ("état_civil", true, true), ("sussex", true, false), ("age", true, false), ("package", true, false),
        ])
    func sensitiveTraits(name: String, use: Bool, sensitive: Bool) throws {
        let inspection = try inspect(
            """
            SELECT i % 2 AS y, random() AS x, ['a', 'b', 'c'][i % 3 + 1] AS \(DuckDB.quote(identifier: name)) FROM range(0, 300) t(i)
            """)
        #expect(inspection.column(name)?.use == use)
        #expect(inspection.column(name)?.sensitive == sensitive)
        #expect(inspection.findings.contains { $0.column == name } == (sensitive || name == "age"))
    }

    @Test("A number far from all others that is written for “missing” is pointed out")
    func sentinels() throws {
        let inspection = try inspect(
            """
            SELECT i % 2 AS y, CASE WHEN i % 20 = 0 THEN -999 ELSE i % 40 END AS a, CASE WHEN i % 20 = 0 THEN 999 ELSE i % 990 END AS b FROM \
            range(0, 2000) t(i)
            """)
        #expect(inspection.says(.warning, "a", "-999"))
        #expect(inspection.sentences(.warning, "b") == [])
    }

    // MARK: Time

    @Test("A column of times proposes a split by time and asks; a date of birth does not")
    func times() throws {
        let day = "TIMESTAMP '2026-01-01' + INTERVAL 1 HOUR * i"
        let dated = try inspect("SELECT i % 2 AS y, random() AS x, \(day) AS seen FROM range(0, 300) t(i)")
        #expect((dated.split.method, dated.split.by) == (.time, "seen"))
        #expect(dated.column("seen")?.use == false)
        #expect(dated.says(.ask, "seen", "how: random"))
        let born = try inspect("SELECT i % 2 AS y, random() AS x, \(day) AS date_of_birth FROM range(0, 300) t(i)")
        #expect(born.split.method == .stratified)
        let written = try inspect(
            """
            SELECT i % 2 AS y, random() AS x, CASE WHEN i = 7 THEN 'NA' ELSE (\(day))::VARCHAR END AS seen FROM range(0, 300) t(i)
            """)
        #expect((written.split.by, written.column("seen")?.kind) == ("seen", .timestamp))
    }

    @Test("Year and month in columns of their own are asked about; a counter in the same order is what the split goes by")
    func timeParts() throws {
        let parts = "random() AS x, i % 2 AS y, 2020 + i // 120 AS year, 1 + i // 10 % 12 AS month"
        let counted = try inspect("SELECT i AS no, \(parts) FROM range(0, 600) t(i)")
        #expect((counted.split.method, counted.split.by) == (.time, "no"))
        #expect(counted.says(.ask, "no", "“year” and “month”"))
        let shuffled = try inspect("SELECT i * 7 % 600 AS no, \(parts) FROM range(0, 600) t(i)")
        #expect(shuffled.split.method == .stratified)
        #expect(shuffled.says(.ask, "year", "“year” and “month”"))
    }

    // MARK: Leakage and repetition

    @Test("A column that alone predicts the target is found, whatever the problem, and is not used")
    func leakage() throws {
        let rows = "FROM (SELECT i, hash(i) % 1000 / 10.0 AS v, hash(i + 5000) % 100 AS noise FROM range(0, 3000) t(i))"
        let binary = try inspect("SELECT noise, abs(v - 50) AS leak, abs(v - 50) < 10 AS y \(rows)")
        #expect(binary.column("leak")?.use == false && binary.column("noise")?.use == true)
        #expect(binary.says(.ask, "leak", "AUC"))
        let text = try inspect("SELECT noise, ['won', 'lost', 'open'][i % 3 + 1] AS state, ['a', 'b', 'c'][i % 3 + 1] AS y \(rows)")
        #expect(text.column("state")?.use == false && text.column("noise")?.use == true)
        let number = try inspect("SELECT noise, v * 3 + 1 AS leak, v AS y, exp(v / 10) AS curve \(rows)")
        #expect(number.columns.filter(\.use).map(\.name) == ["noise"])
        let honest = try inspect("SELECT noise, v AS x, v + noise > 100 AS y \(rows)")
        #expect(honest.columns.allSatisfy { $0.use })
        let alone = try inspect("SELECT v AS leak, v > 50 AS y \(rows)")
        #expect(alone.column("leak")?.use == true)
        #expect(alone.says(.ask, "leak", "no other to learn from"))
    }

    @Test("Rows that repeat, and rows of the test that training has, are counted")
    func repetition() throws {
        let inspection = try inspect(
            "SELECT i AS a, 'v' || i % 7 AS b, i % 2 AS y FROM range(0, 200) t(i) UNION ALL SELECT 1, 'v1', 1 FROM range(0, 3)",
            test: "SELECT i AS a, 'v' || i % 7 AS b, i % 3 % 2 AS y FROM range(190, 290) t(i)")
        #expect(inspection.says(.warning, nil, "3 of 203 rows"))
        #expect(inspection.says(.warning, nil, "10 of 100 rows of the test file (10 %)"))
        #expect(inspection.split.test == 0)
    }

    @Test("Two columns that say the same are pointed out")
    func twins() throws {
        let inspection = try inspect(
            """
            SELECT i % 2 AS y, i % 11 AS code, 'name' || i % 11 AS name, i % 11 // 2 + i % 2 * 6 AS other FROM range(0, 500) t(i)
            """)
        #expect(inspection.says(.warning, "name", "“code” and “name” say the same"))
        #expect(inspection.findings.count { $0.sentence.contains("say the same") } == 1)
    }

    // MARK: The test file

    @Test("A target that the test file spells differently is put right")
    func spelling() throws {
        let train = "SELECT random() AS x, CASE WHEN i % 3 = 0 THEN 'Yes' ELSE 'No' END AS y FROM range(0, 300) t(i)"
        let dotted = try inspect(train, test: "SELECT x, y || '.' AS y FROM (\(train))")
        #expect(dotted.rules == [.stripSuffix(column: "y", suffix: ".")])
        let reversed = try inspect("SELECT x, y || '.' AS y FROM (\(train))", test: train)
        #expect(reversed.rules == [.stripSuffix(column: "y", suffix: ".")])
        #expect(reversed.classes.map(\.value) == ["No", "Yes"])
        let small = try inspect(train, test: "SELECT x, lower(y) AS y FROM (\(train))")
        #expect(small.rules == [.map(column: "y", values: [Replacement("no", "No"), Replacement("yes", "Yes")])])
        let other = try inspect(train, test: "SELECT x, 'Perhaps' AS y FROM (\(train))")
        #expect(other.says(.warning, "y", "“Perhaps”"))
    }

    @Test("A test file without a column, or without the truth, is an error")
    func badTest() throws {
        let engine = try self.engine.get()
        let train = "SELECT random() AS x, i % 2 AS y FROM range(0, 100) t(i)"
        let lacking = Surroundings.error { _ = try engine.inspect(train, test: "SELECT 1 AS y") }
        #expect(lacking?.message.contains("no column “x”") == true)
        let blind = Surroundings.error { _ = try engine.inspect(train, test: "SELECT 1.0 AS x, NULL::BIGINT AS y") }
        #expect(blind?.message.contains("missing in every row of the test file") == true)
    }

    // MARK: Large sources

    @Test("A source too large to look at every row: what is said about every row is still true of every row")
    func sampled() throws {
        let inspection = try inspect(
            """
            SELECT i AS record_id, hash(i) % 977 / 10.0 AS x, CASE WHEN i = 77 THEN 1 ELSE 0 END AS nearly_constant, 0 AS constant,
              CASE WHEN i = 99 THEN 5 END AS nearly_missing, i // 4 AS account, CASE WHEN i % 1000 = 0 THEN NULL WHEN i % 3 = 0 THEN 'yes' ELSE 'no' END AS y
            FROM range(0, 150000) t(i)
            """)
        #expect(inspection.rowCount == 150_000)
        #expect(inspection.missingTargets == 150)
        #expect(inspection.column("record_id")?.key == true)
        #expect(inspection.column("constant")?.use == false)
        #expect(inspection.column("nearly_constant")?.use == true)
        #expect(inspection.column("nearly_missing")?.use == true)
        #expect(try engine.get().query("SELECT table_name FROM duckdb_tables() WHERE temporary").rowCount == 0)
    }

    @Test("It proposes nothing that a person must decide: no objective is among its words")
    func json() throws {
        let inspection = try inspect("SELECT random() AS x, 'v' || i % 3 AS sex, i % 2 AS y FROM range(0, 100) t(i)")
        let keys = inspection.json.members.map(\.key)
        #expect(
            keys == [
                "rows", "problem", "positive", "classes", "missing_targets", "columns", "weight_candidate", "missing_markers", "decimal", "rules",
                "split", "findings",
            ])
        #expect(inspection.json["columns"].elements.last?["sensitive"].flag == true)
    }
}
