import Data
import DataTestSupport
import DuckDB
import Foundation
import Settings
import Statistics
import Support
import Tables
import Testing

@Suite("Preparing data for training", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct PreparationTests {
    /// Prepares a folder's files and hands the result and the engine on.
    static func prepare<Value>(
        _ yaml: String, in folder: String, target: String, _ problem: ProblemType, _ body: (PreparedData, DuckDB) throws -> Value
    ) throws -> Value {
        let plan = try DataPlan(SettingsNode(yaml: yaml, file: "martlet.yaml"))
        let engine = try Surroundings.engine()
        return try Surroundings.withFiles { out in
            try body(try Preparation(plan: plan, target: target, problem: problem, engine: engine, directory: folder).prepare(into: out), engine)
        }
    }

    private func failure(_ csv: String, _ yaml: String = "source: {train: a.csv}", target: String = "y", problem: ProblemType = .binary) throws
        -> MartletError
    {
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            try #require(Surroundings.error { try PreparationTests.prepare(yaml, in: folder, target: target, problem) { _, _ in } })
        }
    }

    private static func csv(_ rows: Int) -> String {
        "id,g,t,x,y\n"
            + (0..<rows).map {
                "\($0),g\($0 % 7),2024-01-\($0 % 28 < 9 ? "0" : "")\($0 % 28 + 1),\($0 % 10 == 0 ? "" : "\($0 % 5)"),\($0 % 3 == 0 ? "yes" : "no")\n"
            }.joined()
    }

    @Test("Parts hold every usable row once, with its number, and rules are fitted on training rows")
    func parts() throws {
        let yaml = """
            source: {train: a.csv}
            columns: {id: {key: true}}
            clean: [{impute: {x: median}}, {date_parts: {t: [month, weekday]}}]
            split: {validation: 0.25, test: 0.25, seed: 3}
            """
        try Surroundings.withFiles(["a.csv": PreparationTests.csv(200)]) { folder in
            try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { data, engine in
                #expect(data.parts.map(\.rows) == [100, 50, 50])
                let numbers = try data.parts.flatMap {
                    try PreparedFile.load($0.path, columns: ["martlet_row"], engine: engine).columns[0].numbers ?? []
                }
                #expect(numbers.sorted() == (0..<200).map(Double.init))
                #expect(data.columns.map(\.role) == [.key, .feature, .time, .feature, .target, .ignored, .feature])
                let train = try PreparedFile.load(data.parts[0].path, engine: engine)
                #expect(train["x"]?.missingCount == 0 && train["t_month"]?.kind == .integer && train["t"]?.kind == .timestamp)
                #expect(data.inputs.map(\.name) == ["g", "t", "x"])
                #expect(data.classes.map(\.name) == ["no", "yes"] && data.classes.map { $0.rows.reduce(0, +) } == [133, 67])
            }
        }
    }

    @Test("The same seed gives the same bytes, another seed another split")
    func determinism() throws {
        try Surroundings.withFiles(["a.csv": PreparationTests.csv(3_000)]) { folder in
            func bytes(_ seed: Int) throws -> [Foundation.Data] {
                try PreparationTests.prepare("source: {train: a.csv}\nsplit: {how: stratified, seed: \(seed)}", in: folder, target: "y", .binary) {
                    data, _ in
                    try data.parts.map { try Foundation.Data(contentsOf: URL(fileURLWithPath: $0.path)) }
                }
            }
            let (first, again, other) = (try bytes(1), try bytes(1), try bytes(2))
            #expect(first == again && first != other)
        }
    }

    @Test("Groups stay together, and time splits put the newest rows last")
    func groupsAndTime() throws {
        try Surroundings.withFiles(["a.csv": PreparationTests.csv(280)]) { folder in
            try PreparationTests.prepare("source: {train: a.csv}\nsplit: {how: grouped, by: g}", in: folder, target: "y", .binary) { data, engine in
                let groups = try data.parts.map { part in
                    Set(try PreparedFile.load(part.path, columns: ["g"], engine: engine).columns[0].text?.dictionary ?? [])
                }
                #expect(groups.count == 3 && groups.map(\.count).reduce(0, +) == 7)
                #expect(data.columns.first { $0.name == "g" }?.role == .key)
            }
            try PreparationTests.prepare("source: {train: a.csv}\nsplit: {how: time, by: t}", in: folder, target: "y", .binary) { data, engine in
                let times = try data.parts.map { try PreparedFile.load($0.path, columns: ["t"], engine: engine).columns[0].numbers ?? [] }
                #expect((times[0].max() ?? 0) < (times[1].min() ?? 0) && (times[1].max() ?? 0) < (times[2].min() ?? 0))
                #expect(data.parts.map(\.rows) == [170, 60, 50] || data.parts.map(\.rows).reduce(0, +) == 280)
            }
        }
    }

    @Test("Table rules change the training source only, and are counted")
    func tableRules() throws {
        let yaml = """
            source: {train: a.csv, test: b.csv}
            table_rules: [{deduplicate: all}, {filter: "x < 90"}, {sql: "SELECT *, x * 2 AS z FROM data"}]
            split: {validation: 0}
            """
        try Surroundings.withFiles(["a.csv": "x,y\n1,a\n1,a\n2,b\n3,a\n99,b\n", "b.csv": "x,y\n1,a\n1,a\n99,b\n"]) { folder in
            let error = Surroundings.error { try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { _, _ in } }
            #expect(error != nil, "a column that only training has cannot be asked for in the test file")
            let without = yaml.replacing(", {sql: \"SELECT *, x * 2 AS z FROM data\"}", with: "")
            try PreparationTests.prepare(without, in: folder, target: "y", .binary) { data, _ in
                #expect(data.tableRules.map(\.rowsAfter) == [4, 3] && data.parts.map(\.rows) == [3, 3])
            }
        }
    }

    @Test("A target from which nothing can be learnt is refused with the reason")
    func targets() throws {
        #expect(try failure("x,y\n1,a\n2,a\n3,a\n").message.contains("one class only, “a”"))
        #expect(try failure("x,y\n1,a\n2,b\n3,c\n").message.contains("has 3 classes"))
        #expect(try failure("x,y\n1,5\n2,5\n3,5\n", problem: .regression).message.contains("is 5 in every row"))
        #expect(try failure("x,y\n1,a\n2,b\n", problem: .regression).message.contains("regression needs numbers"))
        #expect(try failure("x,y\n1,\n2,\n").message.contains("has no value in any row"))
        #expect(try failure("x,income\n1,a\n2,b\n", target: "incom").message.contains("Did you mean “income”?"))
        #expect(try failure("x,y\n1,a\n2,b\n3,a\n", "source: {train: a.csv}\nclean:\n  - {trim: [z]}").place?.line == 3)
        #expect(
            try failure("x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n", "source: {train: a.csv}\ncolumns: {x: {use: false}}").message.contains(
                "No column is left"))
    }

    @Test("A label that only the test file spells so is refused with the rule that mends it")
    func labels() throws {
        try Surroundings.withFiles(["a.csv": "x,y\n1,a\n2,b\n3,a\n4,b\n", "b.csv": "x,y\n1,a.\n2,b.\n"]) { folder in
            let error = Surroundings.error {
                try PreparationTests.prepare("source: {train: a.csv, test: b.csv}", in: folder, target: "y", .binary) { _, _ in }
            }
            #expect(error?.message.contains("{strip_suffix: {y: \".\"}}") == true, "\(String(describing: error))")
        }
    }

    @Test("Columns without values are ignored with a note, and rows without a target are left out and counted")
    func emptyColumns() throws {
        try Surroundings.withFiles(["a.csv": "e,x,y\n" + (0..<40).map { ",\($0),\($0 % 5 == 0 ? "" : ["a", "b"][$0 % 2])\n" }.joined()]) { folder in
            try PreparationTests.prepare("source: {train: a.csv}", in: folder, target: "y", .binary) { data, engine in
                #expect(data.columns.first?.role == .ignored && data.notes.contains { $0.contains("has no value in any training row") })
                let counts = try engine.query("SELECT count(*) AS n, count(y) AS k FROM \(data.view)").columns
                #expect(counts.map { $0.numbers?.first } == [40, 32])
                #expect(data.rowsWithoutTarget == 8 && data.parts.map(\.rows).reduce(0, +) == 32)
            }
        }
    }

    static let adult = """
        source:
          train: adult-train.csv
          test: adult-test.csv
          columns: [age, workclass, fnlwgt, education, education_num, marital_status, occupation, relationship, race, sex, capital_gain, capital_loss, hours_per_week, native_country, income]
          missing: ["?"]
        columns: {fnlwgt: {use: false, why: survey weight}, sex: {use: false, sensitive: true}, race: {use: false, sensitive: true}}
        clean: [{trim: all}, {strip_suffix: {income: "."}}]
        split: {validation: 0.2, how: stratified, seed: 7}
        """

    @Test("The real data sets are prepared", .enabled(if: Surroundings.hasData, "The real data sets are not beside the package."))
    func realData() throws {
        try PreparationTests.prepare(PreparationTests.adult, in: Surroundings.dataFolder, target: "income", .binary) { data, engine in
            #expect(data.parts.map(\.rows) == [26_049, 6_512, 16_281])
            #expect(data.classes.map(\.name) == ["<=50K", ">50K"] && data.features.count == 11)
            let labels = try PreparedFile.load(data.parts[2].path, columns: ["income"], engine: engine).columns[0].text?.dictionary
            #expect(labels?.sorted() == ["<=50K", ">50K"])
            try swiftAgrees(data, engine)
        }
        try PreparationTests.prepare(
            "source: {train: pollution.csv, missing: [NA]}\nsplit: {how: time, by: No}", in: Surroundings.dataFolder, target: "pm2.5", .regression
        ) { data, engine in
            #expect(data.rowsWithoutTarget == 2_067 && data.parts.map(\.rows).reduce(0, +) == 41_757)
            try swiftAgrees(data, engine)
        }
        let wine = "source: {train: winequality-white.csv, header: false}\nsplit: {how: stratified}"
        try PreparationTests.prepare(wine, in: Surroundings.dataFolder, target: "column_12", .multiclass) { data, engine in
            #expect(data.classes.last?.name == "9" && data.classes.last?.rows == [3, 1, 1])
            try swiftAgrees(data, engine)
        }
    }

    /// Applies the served rules to the raw rows of every source and compares with what training sees.
    private func swiftAgrees(_ data: PreparedData, _ engine: DuckDB) throws {
        let raw = try engine.query("SELECT * FROM martlet_source_train")
        let served = try data.rules.apply(to: raw)
        for part in data.parts where part.split != "test" || data.files.count == 1 {
            let trained = try PreparedFile.load(part.path, engine: engine)
            let rows = (try PreparedFile.load(part.path, columns: ["martlet_row"], engine: engine).columns[0].numbers ?? []).map { Int($0) }
            let again = served.rows(rows)
            for column in trained.columns {
                let other = try again.column(column.name)
                #expect((0..<rows.count).allSatisfy { column.category($0) == other.category($0) }, "\(column.name)")
            }
        }
    }
}
