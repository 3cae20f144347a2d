import DataTestSupport
import DuckDB
import Exploration
import Support
import Tables
import TestSupport
import Testing

@Suite("What columns have to do with each other", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run make setup"))
struct RelationsTests {
    private let engine = Result { try Surroundings.engine() }

    private func profile(_ select: String) throws -> ProfileReport { try engine.get().profile(select) }

    private func relations(_ select: String) throws -> TableRelations { try #require(try profile(select).relations) }

    @Test("Shape, spread and tails of a numeric column are pandas'", .enabled(if: PythonClient.has("pandas"), "\(PythonClient.absence)"))
    func shape() async throws {
        let values = (0..<400).map { (i: Int) -> Double in
            let scale = i % 9 == 0 ? -3.5 : 1.25
            return Double(i * 37 % 101) * scale
        }
        let list = values.map { "(\($0))" }.joined(separator: ", ")
        let numbers = try #require(try profile("SELECT x::DOUBLE AS x FROM (VALUES \(list), ('nan'::DOUBLE), (NULL)) t(x)")["x"]?.numbers)
        let theirs = try await PythonClient.run(
            text: """
                import json, sys, pandas as pd
                s = pd.Series(json.loads(sys.argv[1]))
                q = [float(s.quantile(i / 10)) for i in range(11)]
                print(json.dumps({"kurtosis": s.kurt(), "skewness": s.skew(), "mad": (s - s.median()).abs().median(),
                    "iqr": s.quantile(.75) - s.quantile(.25), "negative": int((s < 0).sum()), "deciles": q}))
                """, JSONValue.array(values.map { .number($0) }).compact)
        func agree(_ own: Double?, _ key: String) { #expect(abs((own ?? .nan) - (theirs[key].double ?? .nan)) < 1e-9, "\(key)") }
        agree(numbers.kurtosis, "kurtosis")
        agree(numbers.skewness, "skewness")
        agree(numbers.medianDeviation, "mad")
        agree(numbers.interquartileRange, "iqr")
        #expect((numbers.negative, numbers.notANumber) == (theirs["negative"].int, 1))
        #expect(zip(numbers.deciles, theirs["deciles"].elements).allSatisfy { abs($0 - ($1.double ?? .nan)) < 1e-9 })
        #expect(numbers.deciles.count == 11)
    }

    @Test("Every pair of numbers has two correlations, every pair of categories one figure; texts that hardly repeat are no categories")
    func pairs() throws {
        let found = try relations(
            """
            SELECT i AS a, i * 2.0 AS b, i * i AS c, 'x' || i % 3 AS d, 'y' || i % 3 AS e, i % 2 = 0 AS f, 'text ' || i AS g, 7 AS h
            FROM range(-50, 300) t(i)
            """)
        let numeric = found.associations.filter { $0.measure != .cramersV }.map { "\($0.first)\($0.second) \($0.measure.rawValue)" }
        #expect(numeric == ["ab", "ac", "bc"].flatMap { ["\($0) pearson", "\($0) spearman"] })
        #expect(found.associations.filter { $0.measure == .cramersV }.map { $0.first + $0.second } == ["de", "df", "ef"])
        #expect(found.closest.map { $0.first + $0.second } == ["ab", "de", "ac", "bc"])
        #expect(abs((found.closest.first?.value ?? 0) - 1) < 1e-9)
    }

    @Test("Columns that go closely together are said to")
    func close() throws {
        let report = try profile("SELECT i AS a, i * 2 + i % 2 AS b, 0 - i AS c, i % 7 AS d FROM range(0, 500) t(i)")
        #expect(report["a"]?.alerts.last == "Goes closely with “b”, “c” (rank correlation 1).")
        #expect(report["c"]?.alerts.last?.contains("(correlation -1)") == true)
        #expect(report["d"]?.alerts == [])
    }

    @Test("Which columns are missing together, and in how many rows; NaN is missing too")
    func missing() throws {
        let found = try relations(
            """
            SELECT CASE WHEN i % 2 = 0 THEN i END AS a, CASE WHEN i % 2 = 0 THEN 'x' END AS b, i AS c,
              CASE WHEN i % 10 = 1 THEN 'nan'::DOUBLE ELSE 1.5 * i END AS d
            FROM range(0, 100) t(i)
            """)
        #expect(found.missingPatterns == [.init([], 50), .init(["a", "b"], 40), .init(["a", "b", "d"], 10)])
        #expect(try relations("SELECT i FROM range(0, 100) t(i)").missingPatterns == [])
    }

    @Test("Of many columns those that miss most have their place in the patterns")
    func manyMissing() throws {
        let columns = (0..<120).map { "CASE WHEN i >= \($0) THEN i END AS c\($0)" }
        let found = try relations("SELECT \(columns.joined(separator: ", ")) FROM range(0, 200) t(i)")
        #expect(found.missingPatterns.count == 20)
        #expect(found.missingPatterns.first == .init([], 81))
        #expect(Set(found.missingPatterns.flatMap(\.columns)).isSubset(of: (70..<120).map { "c\($0)" }))
    }

    @Test("Rows that repeat an earlier one in every column are counted")
    func duplicates() throws {
        #expect(try relations("SELECT i % 30 AS a, 'x' || i % 3 AS b FROM range(0, 100) t(i)").duplicateRows == 70)
        #expect(try relations("SELECT i AS a, NULL::VARCHAR AS b FROM range(0, 100) t(i)").duplicateRows == 0)
        #expect(try relations("SELECT NULL::VARCHAR AS b, NULL::INT AS a FROM range(0, 100) t(i)").duplicateRows == 99)
    }

    @Test("A column of zeros above all, and one that is spread too evenly to be measured, stand out")
    func alerts() throws {
        let report = try profile(
            "SELECT CASE WHEN i % 4 = 0 THEN i ELSE 0 END AS a, (i * 7919 % 3001) / 2.0 AS b, sqrt(i % 977) AS c FROM range(0, 12000) t(i)")
        #expect(report["a"]?.alerts == ["75 % of the values are zero."])
        #expect(report["b"]?.alerts == ["The values are spread evenly from the least to the greatest."])
        #expect(report["c"]?.alerts == [])
    }

    @Test("Of a large relation pairs are compared on a part, the same each time; of many columns the first")
    func bounded() throws {
        let columns = (0..<60).map { "i * \($0 + 1) % 1009 AS c\($0)" }
        let select = "SELECT \(columns.joined(separator: ", ")) FROM range(0, 150000) t(i)"
        let found = try relations(select)
        #expect(found.associations.count == 2 * 40 * 39 / 2)
        #expect(try relations(select) == found)
    }

    @Test("The JSON of a profile tells it, and a profile that did not look has no such keys")
    func json() throws {
        let report = try profile("SELECT CASE WHEN i > 5 THEN i END AS a, i * 2 AS b FROM range(0, 50) t(i)")
        #expect(report.json["duplicate_rows"] == 0)
        #expect(report.json["missing_patterns"].elements.last == ["columns": ["a"], "rows": 6])
        #expect(report.json["associations"].elements.first == ["a": "a", "b": "b", "measure": "pearson", "value": 1.0])
        #expect(report.json["columns"].elements.first?["deciles"].elements.count == 11)
        let bare = try Profile.make(relation: "profiled", columns: [("a", .integer)], engine: engine.get(), comparesColumns: false)
        #expect(bare.json["associations"].isNull && bare.relations == nil)
    }
}
