internal import DuckDB
internal import Support
internal import Tables

/// Deals rows out to training, validation and test: the same rows and seed, the same splits.
struct Splits {
    /// The column that says where a row belongs.
    static let column = "martlet_split"

    let plan: SplitPlan
    let target: String
    let engine: DuckDB
    /// Whether a test set was set aside already.
    let hasTest: Bool

    /// Makes a table of the rows that have a target, each with its split.
    /// - Returns: how many rows have none.
    func deal(_ rows: String, into table: String) throws(MartletError) -> Int {
        try engine.execute("CREATE OR REPLACE TABLE dealt AS SELECT row_number() OVER () AS martlet_row, * FROM (\(rows))")
        let name = SQL.name(target)
        let missing = try engine.query("SELECT count(*) AS n FROM dealt WHERE \(name) IS NULL").columns.first?.numbers?.first ?? 0
        try engine.execute(
            "CREATE OR REPLACE TABLE \(table) AS SELECT * EXCLUDE (martlet_row, martlet_place), \(split) AS \(Splits.column) "
                + "FROM (SELECT *, \(try place) AS martlet_place FROM dealt WHERE \(name) IS NOT NULL) ORDER BY martlet_row")
        try engine.execute("DROP TABLE dealt")
        return Int(missing)
    }

    /// A row's place in [0, 1]; test rows come last, validation rows before them.
    private var place: String {
        get throws(MartletError) {
            let chance = "hash(martlet_row, \(plan.seed))"
            switch plan.method {
            case .random: return "(row_number() OVER (ORDER BY \(chance)) - 0.5) / count(*) OVER ()"
            case .stratified:
                let name = SQL.name(target)
                return "(row_number() OVER (PARTITION BY \(name) ORDER BY \(chance)) - 0.5) / count(*) OVER (PARTITION BY \(name))"
            case .grouped: return "hash(\(SQL.name(try by)), \(plan.seed)) / 18446744073709551615.0"
            case .time: return "(row_number() OVER (ORDER BY \(SQL.name(try by)), martlet_row) - 0.5) / count(*) OVER ()"
            }
        }
    }

    private var by: String {
        get throws(MartletError) {
            guard let by = plan.by else { throw MartletError(.invalidInput, "data.split: “how: \(plan.method.rawValue)” needs “by: COLUMN”.") }
            return by
        }
    }

    private var split: String {
        let test = hasTest ? 0 : plan.test
        let validation = plan.validation * (1 - test)
        return "CASE WHEN martlet_place >= \(1 - test) THEN 'test' WHEN martlet_place >= \(1 - test - validation) THEN 'validation' ELSE 'train' END"
    }
}
