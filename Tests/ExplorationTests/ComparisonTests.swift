import DataTestSupport
import DuckDB
import Exploration
import Support
import Tables
import Testing

@Suite("Two tables compared", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run make setup"))
struct ComparisonTests {
    private func compare(_ first: String, _ second: String) throws -> TableComparison {
        let engine = try Surroundings.engine()
        try engine.execute("CREATE TABLE one AS \(first)")
        try engine.execute("CREATE TABLE two AS \(second)")
        func table(_ name: String) throws -> ComparedTable { ComparedTable(name, relation: name, columns: try engine.columns(of: name)) }
        return try TableComparer(engine: engine).compare(table("one"), table("two"))
    }

    @Test("The most shifted column stands first; what only chance moved has not shifted")
    func order() throws {
        let found = try compare(
            "SELECT i % 100 AS a, (i * 7919 % 1000) / 10.0 AS b, 'k' || i % 5 AS c, i % 2 = 0 AS d FROM range(0, 2000) t(i)",
            "SELECT i % 100 + 60 AS a, (i * 6101 % 1000) / 10.0 + 20 AS b, CASE WHEN i % 10 < 4 THEN 'new' ELSE 'k' || i % 5 END AS c, i % 2 = 0 AS d FROM range(0, 3000) t(i)"
        )
        #expect(found.columns.map(\.name) == ["a", "c", "b", "d"])
        #expect(found.shifted.map(\.name) == ["a", "c", "b"])
        #expect(abs((found.columns[0].shift ?? 0) - 0.6) < 1e-9)
        #expect(abs((found.columns[1].shift ?? 0) - 0.4) < 1e-9)
        #expect(found.columns[0].figures.map(\.name) == ["ks", "jensen_shannon", "psi", "wasserstein"])
        #expect(found.columns[1].figures.map(\.name) == ["total_variation", "l_infinity", "jensen_shannon", "psi"])
        #expect((found.first.rows, found.second.rows) == (2000, 3000))
        for bins in found.columns.compactMap(\.bins) {
            #expect(abs(bins.first.reduce(0, +) - 1) < 1e-9 && abs(bins.second.reduce(0, +) - 1) < 1e-9)
        }
    }

    @Test("A table compared with itself has not shifted anywhere")
    func same() throws {
        let select = "SELECT i AS a, 'v' || i % 9 AS b, CASE WHEN i % 3 = 0 THEN i / 7.0 END AS c FROM range(0, 900) t(i)"
        let found = try compare(select, select)
        #expect(found.shifted.isEmpty && found.columns.allSatisfy { $0.shift == 0 })
    }

    @Test("Values that went missing are a shift, also where those that are left look the same")
    func missing() throws {
        let found = try compare(
            "SELECT i % 10 AS a, NULL::DOUBLE AS b FROM range(0, 1000) t(i)",
            "SELECT CASE WHEN i % 20 < 10 THEN i % 10 END AS a, i::DOUBLE AS b FROM range(0, 1000) t(i)")
        #expect(found.columns.map(\.name) == ["b", "a"])
        #expect(found.columns[0].shift == 1 && found.columns[0].note == "no values on one side")
        #expect(found.columns[1].isShifted && found.columns[1].shift == 0.5 && found.columns[1].missing == [0, 0.5])
    }

    @Test("Numbers and the same numbers as text are compared as texts, and that is said; free text is not compared")
    func kinds() throws {
        let found = try compare(
            "SELECT i % 4 AS a, 'note number ' || i AS b, i % 3 AS c FROM range(0, 400) t(i)",
            "SELECT (i % 4)::VARCHAR AS a, 'remark ' || i AS b, i % 3 + 0.5 AS c, 1 AS d FROM range(0, 400) t(i)")
        let byName = Dictionary(uniqueKeysWithValues: found.columns.map { ($0.name, $0) })
        #expect(byName["a"]?.shift == 0 && byName["a"]?.note == "integer in one, text in the other")
        #expect(byName["b"]?.shift == nil && byName["b"]?.note == "free text, not compared")
        #expect(byName["c"]?.kind == .number && byName["c"]?.isShifted == true)
        #expect(found.second.own == ["d"] && found.first.own == [])
    }

    @Test("Tables without rows, with infinite values, or without a common column end in no figure or an error that says so")
    func edges() throws {
        let empty = try compare("SELECT 1 AS a, 'x' AS b LIMIT 0", "SELECT i AS a, 'x' AS b FROM range(0, 10) t(i)")
        #expect(empty.columns.allSatisfy { $0.shift == nil && !$0.isShifted && $0.note == "no values on one side" })
        let infinite = try compare("SELECT 'inf'::DOUBLE AS a FROM range(0, 50)", "SELECT i::DOUBLE AS a FROM range(0, 50) t(i)")
        #expect(infinite.columns.first?.bins == nil)
        let error = Surroundings.error { _ = try compare("SELECT 1 AS a", "SELECT 1 AS b") }
        #expect(error?.code == .invalidInput && error?.message.contains("no column in common") == true)
    }

    @Test("Large tables are compared on a part of their rows, the same each time")
    func large() throws {
        func once() throws -> TableComparison {
            try compare("SELECT i % 1000 AS a FROM range(0, 300000) t(i)", "SELECT i % 1000 + 200 AS a FROM range(0, 150000) t(i)")
        }
        let found = try once()
        #expect(found.first.rows == 300_000 && (40_000...60_000).contains(found.first.comparedRows))
        #expect(abs((found.columns[0].shift ?? 0) - 0.2) < 0.02)
        #expect(try once().json == found.json)
    }

    @Test("Rarely used categories stand together, missing ones apart")
    func bins() throws {
        let found = try compare(
            "SELECT CASE WHEN i % 10 > 0 THEN 'c' || i % 30 END AS a FROM range(0, 3000) t(i)",
            "SELECT 'c' || i % 3 AS a FROM range(0, 3000) t(i)")
        let bins = try #require(found.columns.first?.bins)
        #expect(bins.categories.count == 14 && bins.categories.suffix(2) == ["(other)", "(missing)"] && bins.categories.prefix(1) == ["c0"])
        #expect(abs((bins.first.last ?? 0) - 0.1) < 1e-9 && bins.second.last == 0)
    }

    private static let wineColumns = [
        "fixed_acidity", "volatile_acidity", "citric_acid", "residual_sugar", "chlorides", "free_sulfur_dioxide", "total_sulfur_dioxide", "density",
        "pH", "sulphates", "alcohol", "quality",
    ]

    @Test(
        "Red against white wine: sulphur dioxide, acidity and chlorides first; the judges' marks and the alcohol move least",
        .enabled(if: Surroundings.hasData, "The real data sets are absent; set MARTLET_DATA to their folder"))
    func wine() throws {
        let names = "[\(Self.wineColumns.map(SQL.text).joined(separator: ", "))]"
        func read(_ colour: String) -> String {
            "SELECT * FROM read_csv(\(SQL.text("\(Surroundings.dataFolder)/winequality-\(colour).csv")), header = false, names = \(names))"
        }
        let found = try compare(read("red"), read("white"))
        #expect((found.first.rows, found.second.rows) == (1599, 4898))
        #expect(Set(found.columns.prefix(3).map(\.name)) == ["total_sulfur_dioxide", "chlorides", "volatile_acidity"])
        #expect(Set(found.columns.suffix(2).map(\.name)) == ["quality", "alcohol"])
        #expect(found.shifted.count >= 11)
    }

    @Test(
        "Early against late years of the pollution data: the year first, of what was measured the pollution before the weather's hour",
        .enabled(if: Surroundings.hasData, "The real data sets are absent; set MARTLET_DATA to their folder"))
    func pollution() throws {
        func read(_ years: String) -> String {
            "SELECT * FROM read_csv(\(SQL.text("\(Surroundings.dataFolder)/pollution.csv")), nullstr = 'NA') WHERE year \(years)"
        }
        let found = try compare(read("<= 2011"), read(">= 2013"))
        #expect(found.columns.prefix(2).map(\.name).sorted() == ["No", "year"] && found.columns.prefix(2).allSatisfy { $0.shift == 1 })
        for name in ["month", "day", "hour"] { #expect(found.shifted.allSatisfy { $0.name != name }, "\(name) has not shifted") }
    }
}
