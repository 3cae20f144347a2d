import DataTestSupport
import DuckDB
import Exploration
import Quality
import Support
import Tables
import Testing

@Suite(
    "Suites proposed from the real data sets", .enabled(if: Surroundings.hasData, "The real data sets are absent; set MARTLET_DATA to their folder"))
struct RealDataTests {
    private static let adult = [
        "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship", "race", "sex", "capital_gain",
        "capital_loss", "hours_per_week", "native_country", "income",
    ]
    private static let wine = [
        "fixed_acidity", "volatile_acidity", "citric_acid", "residual_sugar", "chlorides", "free_sulfur_dioxide", "total_sulfur_dioxide", "density",
        "pH", "sulphates", "alcohol", "quality",
    ]

    /// A file as it is, in a table, with the kinds of its columns.
    private func load(_ file: String, _ name: String, _ names: [String]?, _ engine: DuckDB) throws -> [TypedColumn] {
        let header = names.map { "header = false, names = [\($0.map(SQL.text).joined(separator: ", "))]" } ?? "header = true"
        try engine.execute(
            "CREATE TABLE \(name) AS SELECT * FROM read_csv(\(SQL.text("\(Surroundings.dataFolder)/\(file)")), delim = ',', \(header))")
        return try engine.query("SELECT * FROM \(name) LIMIT 0").columns.map { TypedColumn($0.name, $0.kind) }
    }

    private func suite(_ name: String, _ columns: [TypedColumn], _ target: String, _ engine: DuckDB) throws -> ExpectationSuite {
        let profile = try Exploration.Profile.make(relation: name, columns: columns.map { ($0.name, $0.kind) }, engine: engine)
        return SuiteProposer([profile], target: target).suite
    }

    private func failed(_ suite: ExpectationSuite, _ name: String, _ columns: [TypedColumn], _ engine: DuckDB) throws -> [ExpectationResult] {
        try Validation(engine: engine, relation: name, columns: columns).validate(suite.expectations).results.filter { !$0.success }
    }

    @Test("adult: question marks and spaces are told; the test file's labels with a full stop are caught")
    func adult() throws {
        let engine = try Surroundings.engine()
        let columns = try load("adult-train.csv", "train", Self.adult, engine)
        _ = try load("adult-test.csv", "test", Self.adult, engine)
        let suite = try suite("train", columns, "income", engine)
        #expect(try failed(suite, "train", columns, engine).isEmpty)
        let caught = try failed(suite, "test", columns, engine)
        #expect(caught.contains { $0.expectation.column == "income" && $0.expectation.severity == .critical && $0.unexpectedCount == 16_281 })
        let told = try TableOddities.sentences(relation: "train", columns: columns, engine: engine)
        for column in ["workclass", "occupation", "native_country"] {
            #expect(
                told.contains { $0.hasPrefix("\(column): ") && $0.contains("white space") }
                    && told.contains { $0.hasPrefix("\(column): ") && $0.contains("\"?\"") })
        }
        let stops = try TableOddities.sentences(relation: "test", columns: columns, engine: engine)
        #expect(stops.contains { $0.hasPrefix("income: every value ends in “.”") })
        let personal = try PersonalData.proposals(relation: "train", columns: columns, engine: engine)
        #expect(personal.isEmpty, "nobody can be told by these columns")
    }

    @Test("pollution: NA is told, in the target too; late years lie outside what early ones are like")
    func pollution() throws {
        let engine = try Surroundings.engine()
        let columns = try load("pollution.csv", "all_years", nil, engine)
        let told = try TableOddities.sentences(relation: "all_years", columns: columns, engine: engine)
        #expect(told.contains { $0.hasPrefix("pm2.5: 2067 values are \"NA\"") })
        let numbers = "SELECT * REPLACE (try_cast(\"pm2.5\" AS DOUBLE) AS \"pm2.5\") FROM all_years WHERE year"
        try engine.execute("CREATE TABLE early AS \(numbers) <= 2011; CREATE TABLE late AS \(numbers) >= 2013")
        let kinds = try engine.query("SELECT * FROM early LIMIT 0").columns.map { TypedColumn($0.name, $0.kind) }
        let suite = try suite("early", kinds, "pm2.5", engine)
        #expect(try failed(suite, "early", kinds, engine).isEmpty)
        #expect(try failed(suite, "late", kinds, engine).contains { $0.expectation.column == "year" })
    }

    @Test("wine: white wine is not like red wine; rare grades are told")
    func wine() throws {
        let engine = try Surroundings.engine()
        let columns = try load("winequality-red.csv", "red", Self.wine, engine)
        _ = try load("winequality-white.csv", "white", Self.wine, engine)
        let suite = try suite("red", columns, "quality", engine)
        #expect(try failed(suite, "red", columns, engine).isEmpty)
        let caught = Set(try failed(suite, "white", columns, engine).compactMap(\.expectation.column))
        #expect(caught.isSuperset(of: ["total_sulfur_dioxide", "free_sulfur_dioxide", "residual_sugar", "quality"]), "\(caught.sorted())")
        let told = try TableOddities.sentences(relation: "white", columns: columns, engine: engine)
        #expect(told.contains { $0.hasPrefix("quality: rare") && $0.contains("“9” (5)") && $0.contains("“3” (20)") }, "\(told)")
    }
}
