import DataTestSupport
import DuckDB
import Exploration
import Foundation
import Support
import Tables
import Testing

@Suite("A profile", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run make setup"))
struct ProfileTests {
    private let engine = Result { try Surroundings.engine() }

    private func profile(_ select: String) throws -> ProfileReport { try engine.get().profile(select) }

    @Test("Numbers: counts, moments, quantiles and zeros are those of the definitions")
    func numbers() throws {
        let column = try #require(try profile("SELECT x::DOUBLE AS x FROM (VALUES (0), (1), (2), (3), (10), (NULL)) t(x)")["x"])
        let numbers = try #require(column.numbers)
        #expect((column.count, column.missing, column.distinct, column.distinctIsExact) == (5, 1, 5, true))
        #expect((numbers.minimum, numbers.maximum, numbers.mean, numbers.median, numbers.zeros) == (0, 10, 3.2, 2, 1))
        #expect(abs((numbers.standardDeviation ?? 0) - 15.7.squareRoot()) < 1e-9)
        // pandas.Series([0, 1, 2, 3, 10]).skew()
        #expect(abs((numbers.skewness ?? 0) - 1.803_613_088_759_003_8) < 1e-9)
        let quantiles = numbers.quantiles.map(\.value)
        #expect(zip(quantiles, [0.2, 1, 2, 3, 8.6]).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test("A histogram has 20 bins of equal width, holds every value, and puts the largest into the last bin")
    func histogram() throws {
        let histogram = try #require(try profile("SELECT i::DOUBLE AS x FROM range(0, 41) t(i)")["x"]?.numbers?.histogram)
        #expect(histogram.counts == Array(repeating: 2, count: 19) + [3])
        #expect(histogram.edges.first == 0 && histogram.edges.last == 40 && histogram.edges.count == 21)
        #expect(abs(histogram.edges[1] - 2) < 1e-12)
    }

    @Test("NaN is missing; infinite numbers are counted and spoil nothing")
    func unusualNumbers() throws {
        let values = "('nan'), ('inf'), ('-inf'), ('1e308'), ('-1e308'), ('5e-324'), ('1'), (NULL)"
        let column = try #require(try profile("SELECT x::DOUBLE AS x FROM (VALUES \(values)) t(x)")["x"])
        #expect((column.count, column.missing, column.numbers?.infinite) == (6, 2, 4))
        #expect((column.numbers?.minimum, column.numbers?.maximum) == (Double.leastNonzeroMagnitude, 1))
        #expect(column.alerts.contains("4 values are infinite or larger than can be calculated with."))
        #expect(try profile("SELECT 'inf'::DOUBLE AS x FROM range(3)")["x"]?.numbers == nil)
    }

    @Test("Large numbers that lie close together keep their spread")
    func largeOffsets() throws {
        let numbers = try #require(try profile("SELECT 1e9 + i % 2 AS x FROM range(0, 1000) t(i)")["x"]?.numbers)
        #expect(numbers.mean == 1_000_000_000.5)
        #expect(abs((numbers.standardDeviation ?? 0) - (0.25 * 1000 / 999).squareRoot()) < 1e-9)
    }

    @Test("Texts: the most frequent values, lengths in characters, first and last in order")
    func texts() throws {
        let column = try #require(try profile("SELECT x FROM (VALUES ('b'), ('b'), ('Grüße'), ('a'), ('a'), ('b'), (NULL)) t(x)")["x"])
        #expect(column.topValues == [ValueCount("b", 3), ValueCount("a", 2), ValueCount("Grüße", 1)])
        #expect((column.count, column.missing, column.distinct) == (6, 1, 3))
        let text = try #require(column.text)
        #expect((text.minimum, text.maximum, text.shortest, text.longest) == ("Grüße", "b", 1, 5))
        #expect(abs(text.meanLength - 10.0 / 6) < 1e-12)
    }

    @Test("At most 20 values are listed, none where none repeats, and long ones are cut")
    func listedValues() throws {
        let report = try profile("SELECT 'v' || i % 30 AS many, 'id' || i AS different, repeat('x', 500) || i % 2 AS long FROM range(0, 900) t(i)")
        #expect(report["many"]?.topValues.count == 20)
        #expect(report["many"]?.topValues.first == ValueCount("v0", 30))
        #expect(report["different"]?.topValues == [])
        #expect(report["long"]?.topValues.map(\.value.count) == [200, 200])
    }

    @Test("Yes and no, and times, are profiled as numbers and shown as what they are")
    func otherKinds() throws {
        let report = try profile("SELECT i % 4 = 0 AS flag, DATE '2026-01-01' + i::INT AS day FROM range(0, 8) t(i)")
        #expect(report["flag"]?.topValues == [ValueCount("false", 6), ValueCount("true", 2)])
        #expect(report["flag"]?.numbers?.mean == 0.25)
        let day = try #require(report["day"])
        #expect(day.topValues.first == ValueCount("2026-01-01T00:00:00Z", 1))
        #expect(day.json["max"] == "2026-01-08T00:00:00Z")
        #expect(day.json["std"].double != nil)
    }

    @Test("A table without rows, and a column without values, are described without figures")
    func emptiness() throws {
        let none = try profile("SELECT 1 AS a, 'x' AS b LIMIT 0")
        #expect(none.rowCount == 0)
        #expect(none.columns.allSatisfy { $0.count == 0 && $0.missing == 0 && $0.numbers == nil && $0.text == nil && $0.alerts.isEmpty })
        let missing = try profile("SELECT NULL::DOUBLE AS a, NULL::VARCHAR AS b FROM range(3)")
        #expect(missing.columns.map(\.missing) == [3, 3])
        #expect(missing.columns.map(\.alerts) == [["Every value is missing."], ["Every value is missing."]])
    }

    @Test("Names with quotes, and names that the profile's own statements use, are read as columns")
    func names() throws {
        let report = try profile(#"SELECT i AS "i", i * 2.0 AS "v", 'n' AS "n", i AS "a""b", i AS "f0", 'c' AS "c ; DROP" FROM range(0, 10) t(i)"#)
        #expect(report.columns.map(\.count) == [10, 10, 10, 10, 10, 10])
        #expect(report["v"]?.numbers?.maximum == 18)
        #expect(report["f0"]?.numbers?.maximum == 9)
    }

    @Test("What stands out is said")
    func alerts() throws {
        let report = try profile(
            """
            SELECT 7 AS constant, CASE WHEN i % 10 = 0 THEN i END AS rare, 'id' || i AS id, 'v' || i % 300 AS many,
              CASE WHEN i = 5 THEN 1e6 ELSE i % 3 END AS skewed, CASE WHEN i % 50 = 0 THEN 'yes' ELSE 'no' END AS uneven, i % 7 AS plain
            FROM range(0, 1000) t(i)
            """)
        let alerts = report.columns.map(\.alerts)
        #expect(alerts[0] == ["Every value that is there is “7”."])
        #expect(alerts[1].first == "90 % of the values are missing.")
        #expect(alerts[2] == ["Nearly every value is a different one: the column may only tell rows apart."])
        #expect(alerts[3] == ["There are 300 different values."])
        #expect(alerts[4] == ["Few values lie far above the rest (skewness 31.6)."])
        #expect(alerts[5] == ["98 % of the values are “no”."])
        #expect(alerts[6] == [])
    }

    @Test("A relation too large to look at every value: counts stay exact, quantiles come from a sample that is the same every time")
    func sampled() throws {
        let select = """
            SELECT i AS id, (i * 7919 % 200000) / 1000.0 AS x, i % 5 AS few, 'v' || i % 50 AS text, 'k' || i AS keys,
              CASE WHEN i % 3 = 0 THEN 'often' ELSE 'r' || i END AS mixed, i % 2 = 0 AS flag
            FROM range(0, 200000) t(i)
            """
        let report = try profile(select)
        #expect(report.rowCount == 200_000)
        #expect((45_000...55_000).contains(report.sampledRows ?? 0))
        let x = try #require(report["x"]?.numbers)
        #expect((x.minimum, x.maximum) == (0, 199.999))
        #expect(abs(x.mean - 99.9995) < 1e-6)
        #expect(zip(x.quantiles, [10.0, 50, 100, 150, 190]).allSatisfy { abs($0.value - $1) < 2 })
        #expect(x.histogram?.counts == Array(repeating: 10_000, count: 20))
        #expect(report["few"]?.topValues == (0..<5).map { ValueCount("\($0)", 40_000) })
        #expect((report["text"]?.distinct, report["text"]?.distinctIsExact) == (50, true))
        #expect(report["mixed"]?.topValues.first == ValueCount("often", 66_667))
        #expect(report["keys"]?.distinctIsExact == false)
        #expect(report["keys"]?.alerts.count == 1)
        let again = try profile(select)
        #expect(ProfileTests.withoutMoments(again) == ProfileTests.withoutMoments(report))
        for (one, other) in zip(again.columns, report.columns) { #expect(ProfileTests.agree(one.numbers, other.numbers)) }
    }

    /// Sums of many rows differ in their last digit by how threads share the work; all else is the same to the bit.
    private static func withoutMoments(_ report: ProfileReport) -> ProfileReport {
        var report = report
        for i in report.columns.indices where report.columns[i].numbers != nil {
            report.columns[i].numbers?.mean = 0
            report.columns[i].numbers?.standardDeviation = nil
            report.columns[i].numbers?.skewness = nil
            report.columns[i].numbers?.kurtosis = nil
        }
        return report
    }

    private static func agree(_ a: NumberProfile?, _ b: NumberProfile?) -> Bool {
        func moments(_ profile: NumberProfile?) -> [Double] {
            [profile?.mean, profile?.standardDeviation, profile?.skewness, profile?.kurtosis].map { $0 ?? 0 }
        }
        return zip(moments(a), moments(b)).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($0)) }
    }

    @Test("A table that is looked at whole has the same profile however many threads share the work")
    func threads() throws {
        let select = "SELECT i / 7.0 AS a, sin(i) AS b, i % 977 / 3.0 AS c, ln(i + 1) AS d FROM range(0, 60000) t(i)"
        let one = try DuckDB(locator: Surroundings.locator, threads: 1).profile(select)
        #expect(try profile(select) == one && one.sampledRows == nil)
    }

    @Test("Two thousand columns are described in groups")
    func manyColumns() throws {
        let columns = (0..<2000).map { $0 % 2 == 0 ? "i * \($0) AS c\($0)" : "'t' || i % \($0 % 7 + 1) AS c\($0)" }
        let report = try profile("SELECT \(columns.joined(separator: ", ")) FROM range(0, 50) t(i)")
        #expect(report.columns.map(\.name) == (0..<2000).map { "c\($0)" })
        #expect(report["c1000"]?.numbers?.maximum == 49_000)
        #expect(report["c1001"]?.distinct == 1)
    }

    @Test("A report survives coding, and its JSON has the figures of its kind")
    func coding() throws {
        let report = try profile("SELECT i AS n, 'x' || i % 2 AS t FROM range(0, 30) t(i)")
        #expect(try JSONDecoder().decode(ProfileReport.self, from: JSONEncoder().encode(report)) == report)
        let columns = report.json["columns"].elements
        #expect(columns.first?["histogram"]["counts"].elements.count == 20)
        #expect(columns.first?["quantiles"]["0.5"].double == 14.5)
        #expect(columns.last?["length"]["max"].int == 2)
        #expect(columns.last?["mean"].isNull == true)
    }

    @Test("An unknown relation is an error, and nothing temporary is left behind")
    func failures() throws {
        let engine = try self.engine.get()
        let error = Surroundings.error { _ = try Profile.make(relation: "nowhere", columns: [("x", .number)], engine: engine) }
        #expect(error?.code == .invalidInput)
        _ = try engine.profile("SELECT i FROM range(0, 150000) t(i)")
        #expect(try engine.query("SELECT table_name FROM duckdb_tables() WHERE temporary").rowCount == 0)
    }
}
