import Data
import DataTestSupport
import DuckDB
import Exploration
import Statistics
import Support
import Tables
import Testing

@Suite("Looking at the real data sets", .enabled(if: Surroundings.hasData, "The real data sets are absent; set MARTLET_DATA to their folder"))
struct RealDataTests {
    private static let adult = [
        "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship", "race", "sex", "capital_gain",
        "capital_loss", "hours_per_week", "native_country", "income",
    ]
    private static let wine = [
        "fixed_acidity", "volatile_acidity", "citric_acid", "residual_sugar", "chlorides", "free_sulfur_dioxide", "total_sulfur_dioxide", "density",
        "pH",
        "sulphates", "alcohol", "quality",
    ]

    @Test("adult: full stops in the test's labels, spaces, “?”, the survey weight, sensitive columns, two columns of education")
    func adult() throws {
        let inspection = try Surroundings.engine().inspectFile("adult-train.csv", test: "adult-test.csv", names: Self.adult, target: "income")
        #expect(inspection.problem == .binary)
        #expect(inspection.positive == ">50K")
        #expect(inspection.classes == [ValueCount("<=50K", 24_720), ValueCount(">50K", 7841)])
        #expect(inspection.rules == [.trim(.all), .stripSuffix(column: "income", suffix: ".")])
        #expect(inspection.missingMarkers == ["?"])
        #expect(inspection.columns.filter { !$0.use }.map(\.name) == ["fnlwgt", "race", "sex"])
        #expect(inspection.columns.filter(\.sensitive).map(\.name) == ["marital_status", "race", "sex"])
        #expect(inspection.weightCandidate == "fnlwgt")
        #expect(inspection.says(.warning, "education_num", "say the same"))
        #expect(inspection.says(.warning, "capital_gain", "99999"))
        #expect(inspection.says(.warning, nil, "rows of the test file"))
        #expect((inspection.split.method, inspection.split.test) == (.stratified, 0))
    }

    @Test("pollution: missing targets are counted, the time is asked about, the row number is what the split goes by")
    func pollution() throws {
        let inspection = try Surroundings.engine().inspectFile("pollution.csv", target: "pm2.5")
        #expect(inspection.problem == .regression)
        #expect(inspection.missingTargets == 2067)
        #expect(inspection.missingMarkers == ["NA"])
        #expect((inspection.split.method, inspection.split.by) == (.time, "No"))
        #expect(inspection.says(.ask, "No", "“year”, “month”, “day” and “hour”"))
        #expect(inspection.columns.filter { !$0.use }.map(\.name) == ["No"])
    }

    @Test("winequality: whole numbers are asked about, classes of few rows are named, repeated rows are counted")
    func wine() throws {
        let inspection = try Surroundings.engine().inspectFile("winequality-white.csv", names: Self.wine, target: "quality")
        #expect(inspection.problem == .multiclass)
        #expect(inspection.says(.ask, "quality", "7 different whole numbers (3 to 9)"))
        #expect(inspection.says(.warning, "quality", "“9” (5)"))
        #expect(inspection.says(.warning, nil, "937 of 4898 rows"))
        #expect(inspection.columns.allSatisfy { $0.use })
    }
}
