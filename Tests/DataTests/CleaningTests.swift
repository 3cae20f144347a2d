import Data
import DataTestSupport
import DuckDB
import Foundation
import Settings
import Statistics
import Support
import Tables
import Testing

@Suite("Cleaning: joins, windows, outliers, strict casts", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct CleaningTests {
    private func failure(_ yaml: String, _ files: [String: String]) throws -> MartletError? {
        try Surroundings.withFiles(files) { folder in
            Surroundings.error { try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { _, _ in } }
        }
    }

    private static func rows(_ data: PreparedData, _ engine: DuckDB, _ column: String) throws -> [String?] {
        let parts = data.parts.map { SQL.text($0.path) }.joined(separator: ", ")
        let table = try engine.query("SELECT * FROM read_parquet([\(parts)]) ORDER BY martlet_row")
        let found = try table.column(column)
        return (0..<found.count).map { found.category($0) }
    }

    private static func leftOut(_ data: PreparedData, _ engine: DuckDB) throws -> [[String]] {
        guard let part = data.leftOut else { return [] }
        let table = try LeftOutRows.first(100, of: part.path, engine: engine)
        return (0..<table.rowCount).map { row in ["martlet_rule", "martlet_place", "martlet_reason"].map { table[$0]?.category(row) ?? "" } }
    }

    @Test("A join adds columns by key, to a test file too, keeps rows without a partner and counts them; an inner one leaves them out")
    func join() throws {
        let files = [
            "a.csv": "zip,y\n01,a\n02,b\n03,a\n01,b\n,a\n", "b.csv": "zip,y\n02,a\n09,b\n",
            "zips.csv": "code,region,zip\n01,north,7\n02,south,8\n05,east,9\n",
        ]
        let yaml = """
            source: {train: a.csv, test: b.csv}
            columns: {zip: {kind: text}}
            table_rules: [{join: {with: zips.csv, on: {zip: code}, columns: [region], prefix: of_}}]
            split: {validation: 0}
            """
        try Surroundings.withFiles(files) { folder in
            try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { (data, engine) throws in
                let train = try PreparedFile.load(data.parts[0].path, engine: engine)
                #expect((0..<5).map { train["of_region"]?.category($0) } == ["north", "south", nil, "north", nil])
                let test = try PreparedFile.load(data.parts[1].path, engine: engine)
                #expect((0..<2).map { test["of_region"]?.category($0) } == ["south", nil])
                #expect(data.tableRules.first?.unmatched == 2 && data.tableRules.first?.added == ["of_region"] && data.leftOut == nil)
                #expect(data.raw.map(\.name) == ["zip", "y", "of_region"] && data.files.map(\.name) == ["a.csv", "b.csv", "zips.csv"])
                #expect(data.notes.contains { $0.contains("a request must carry") })
            }
            let inner = yaml.replacing("columns: [region]", with: "columns: [region], how: inner")
            try PreparationTests.prepare(inner, in: folder, target: "y", .binary) { (data, engine) throws in
                #expect(data.parts.map(\.rows) == [3, 1] && data.tableRules.first?.rowsAfter == 3)
                #expect(
                    try Self.leftOut(data, engine) == [
                        ["join", "3", "no row of zips.csv has this code"], ["join", "5", "no row of zips.csv has this code"],
                    ])
            }
        }
        func refusal(_ join: String) throws -> String { try failure("source: {train: a.csv}\ntable_rules: [{join: \(join)}]", files)?.message ?? "" }
        #expect(try refusal("{with: zips.csv, on: zpi}").contains("Did you mean “zip”?"))
        #expect(try refusal("{with: zips.csv, on: {zip: cod}}").contains("Did you mean “code”?"))
        #expect(try refusal("{with: a.csv, on: zip}").contains("stand in more than one row of a.csv, such as “01”"))
        #expect(try refusal("{with: zips.csv, on: {zip: code}}").contains("There is a column “zip” already. Set “prefix”"))
        #expect(try failure("source: {train: a.csv}\ntable_rules: [{join: {with: gone.csv, on: zip}}]", files)?.code == .notFound)
        #expect(
            try failure("source: {train: a.csv}\ntable_rules: [{join: {with: 'source:gone', on: zip}}]", files)?.message.contains("Describe it")
                == true)
    }

    @Test("A window shows a row what was before its moment, never its own moment, later ones or other keys")
    func window() throws {
        let csv = """
            who,at,amount,y
            a,2024-01-01,1,a
            a,2024-01-03,4,b
            b,2024-01-01,100,a
            a,2024-01-03,8,a
            a,2024-01-02,2,b
            a,,16,a
            a,2024-03-01,32,b
            b,2024-01-02,200,b

            """
        let yaml = """
            source: {train: a.csv}
            table_rules:
              - window:
                  by: who
                  order: at
                  add:
                    sum_all: {sum: amount}
                    sum_30d: {sum: amount, within: 30d}
                    sum_2: {sum: amount, rows: 2}
                    now_2: {sum: amount, rows: 2, current: true}
                    with_own: {sum: amount, current: true}
                    n: {count: "*"}
                    last: {lag: amount}
                    last_2: {lag: y, rows: 2}
                    spread: {std: amount}
                    top: {max: amount}
            split: {validation: 0, test: 0}
            """
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { (data, engine) throws in
                func column(_ name: String) throws -> [String?] { try Self.rows(data, engine, name) }
                #expect(try column("sum_all") == [nil, "3", nil, "3", "1", nil, "15", "100"])
                #expect(try column("sum_30d") == [nil, "3", nil, "3", "1", nil, nil, "100"])
                #expect(try column("sum_2") == [nil, "3", nil, "6", "1", nil, "12", "100"])
                #expect(try column("now_2") == ["1", "6", "100", "12", "3", nil, "40", "300"])
                #expect(try column("with_own") == ["1", "7", "100", "11", "3", nil, "47", "300"])
                #expect(try column("n") == ["0", "2", "0", "2", "1", nil, "4", "1"])
                #expect(try column("last") == [nil, "2", nil, "4", "1", nil, "8", "100"])
                #expect(try column("last_2") == [nil, "a", nil, "b", nil, nil, "b", nil])
                #expect(try column("top") == [nil, "2", nil, "2", "1", nil, "8", "100"])
                #expect(data.raw.first { $0.name == "n" }?.kind == .integer && data.raw.first { $0.name == "last_2" }?.kind == .text)
            }
        }
    }

    @Test("What a window cannot be is refused with the reason")
    func windowRefusals() throws {
        let files = ["a.csv": "who,at,t,amount,y\na,2024-01-01,1,1,a\nb,2024-01-02,2,2,b\n"]
        func refusal(_ window: String) throws -> String {
            try failure("source: {train: a.csv}\ntable_rules: [{window: \(window)}]", files)?.message ?? "nothing"
        }
        #expect(try refusal("{by: wo, order: at, add: {n: {count: '*'}}}").contains("Did you mean “who”?"))
        #expect(try refusal("{order: who, add: {n: {count: '*'}}}").contains("ordered by times or numbers"))
        #expect(try refusal("{order: at, add: {n: {count: y, current: true}}}").contains("the target of the row itself"))
        #expect(try refusal("{order: t, add: {n: {sum: amount, within: 30d}}}").contains("write “within” as a number"))
        #expect(try refusal("{order: at, add: {n: {sum: amount, within: 30}}}").contains("write “within” as a duration"))
        #expect(try refusal("{order: at, add: {n: {sum: who}}}").contains("“sum” takes numbers"))
        #expect(try refusal("{order: at, add: {amount: {sum: t}}}").contains("There is a column “amount” already"))
        #expect(try refusal("{order: at, add: {n: {sum: amount, lag: t}}}").contains("needs one of"))
        #expect(try refusal("{order: at, add: {n: {lag: amount, current: true}}}").contains("neither “within” nor “current”"))
        #expect(try refusal("{order: at, add: {n: {sum: amount, rows: 2, within: 2d}}}").contains("not by both"))
        #expect(try refusal("{order: at, add: {n: {sum: '*'}}}").contains("can be counted only"))
    }

    @Test("Rows that deduplicate and filter leave out are kept with the reason and their place")
    func tableRules() throws {
        let yaml = """
            source: {train: a.csv}
            table_rules: [{deduplicate: [id]}, {filter: "x < 90"}]
            split: {validation: 0, test: 0}
            """
        try Surroundings.withFiles(["a.csv": "id,x,y\n1,1,a\n2,,b\n1,5,a\n3,95,b\n4,2,b\n2,7,a\n"]) { folder in
            try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { (data, engine) throws in
                #expect(data.tableRules.map(\.rowsAfter) == [4, 2] && data.leftOut?.rows == 4)
                #expect(
                    try Self.leftOut(data, engine) == [
                        ["deduplicate", "3", "agrees in id with row 1"], ["deduplicate", "6", "agrees in id with row 2"],
                        ["filter", "2", "the condition does not hold"], ["filter", "3", "the condition does not hold"],
                    ])
                let values = try LeftOutRows.first(1, of: #require(data.leftOut).path, engine: engine)
                #expect(values["x"]?.category(0) == "5" && values["y"]?.category(0) == "a")
            }
        }
    }

    @Test("A filter may speak of the numbers of rows")
    func rowNumbers() throws {
        let yaml = "source: {train: a.csv}\ntable_rules: [{filter: \"rowid <> 1\"}]\nsplit: {validation: 0, test: 0}"
        try Surroundings.withFiles(["a.csv": "x,y\n1,a\n2,b\n3,a\n4,b\n"]) { folder in
            try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { (data, engine) throws in
                #expect(data.tableRules.map(\.rowsAfter) == [3])
                #expect(try Self.leftOut(data, engine) == [["filter", "2", "the condition does not hold"]])
            }
        }
    }

    @Test("A strict cast leaves rows out of every part, or ends the run, and refuses a request")
    func strictCast() throws {
        let csv = "x,y\n" + (0..<40).map { "\($0 % 10 == 3 ? "x\($0)" : "\($0)"),\(["a", "b"][$0 % 2])\n" }.joined()
        func yaml(_ otherwise: String) -> String {
            """
            source: {train: a.csv, test: b.csv}
            columns: {x: {kind: text}}
            clean: [{cast: {x: {to: integer, otherwise: \(otherwise)}}}]
            split: {validation: 0.25}
            """
        }
        let files = ["a.csv": csv, "b.csv": "x,y\n1,a\nodd,b\n,b\n"]
        try Surroundings.withFiles(files) { folder in
            try PreparationTests.prepare(yaml("drop"), in: folder, target: "y", .binary) { (data, engine) throws in
                #expect(data.parts.map(\.rows) == [27, 9, 2] && data.leftOut?.rows == 5 && data.rowsWithoutTarget == 0)
                #expect(data.cleaning == [RuleAccount(rule: "cast", columns: ["x"], changed: 4, emptied: 4, filled: 0, dropped: 5)])
                #expect(try Self.leftOut(data, engine).first == ["cast", "4", "“x” is no integer"])
                #expect(try engine.query("SELECT count(*) AS n FROM \(data.view)").columns[0].numbers == [36])
                let asked = try Table([Column("x", strings: ["7", "seven"])])
                let error = Surroundings.error { _ = try data.rules.apply(to: asked) }
                #expect(error?.message == "“x” is “seven” in row 2, which is no integer. Correct the value or send null.")
                #expect(try data.rules.apply(to: Table([Column("x", strings: ["7", nil])]))["x"]?.missingCount == 1)
                #expect(
                    try data.rules.apply(to: asked, refusesMisfits: false)["x"]?.numbers?.first == 7,
                    "Rows that were taken are looked at all the same.")
            }
            let error = Surroundings.error { try PreparationTests.prepare(yaml("fail"), in: folder, target: "y", .binary) { _, _ in } }
            #expect(error?.message.hasPrefix("4 values of “x” cannot be cast to integer, such as “x3” in row 4.") == true && error?.place?.line == 3)
            try PreparationTests.prepare(yaml("missing"), in: folder, target: "y", .binary) { (data, _) throws in
                #expect(data.parts.map(\.rows) == [30, 10, 3] && data.leftOut == nil)
            }
        }
    }

    @Test(
        "Outliers are told by the training part alone; dropped ones leave it, other parts and requests keep theirs", arguments: OutlierMethod.allCases
    )
    func outliers(method: OutlierMethod) throws {
        let csv = "x,y\n" + (0..<400).map { "\($0 % 20 == 7 ? 10_000 + $0 : $0 % 17),\(["a", "b"][$0 % 2])\n" }.joined()
        func yaml(_ action: String) -> String {
            """
            source: {train: a.csv}
            clean: [{outliers: {x: {method: \(method.rawValue), action: \(action)}}}]
            split: {validation: 0.3, test: 0, how: time, by: i}
            """.replacing(
                "source: {train: a.csv}", with: "source: {train: a.csv}\ntable_rules: [{sql: \"SELECT *, row_number() OVER () AS i FROM data\"}]")
        }
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            try PreparationTests.prepare(yaml("drop"), in: folder, target: "y", .binary) { (data, engine) throws in
                let train = try PreparedFile.load(data.parts[0].path, columns: ["x"], engine: engine).columns[0].numbers ?? []
                let validation = try PreparedFile.load(data.parts[1].path, columns: ["x"], engine: engine).columns[0].numbers ?? []
                #expect(
                    data.parts.map(\.rows) == [266, 120] && train.count == 266 && (train.max() ?? 99) <= 16 && validation.contains { $0 > 10_000 })
                #expect(data.cleaning.first?.dropped == 14 && data.leftOut?.rows == 14)
                let asked = try Table([Column("x", kind: .integer, numbers: [10_007])])
                #expect(try data.rules.apply(to: asked)["x"]?.numbers == [10_007])
            }
            try PreparationTests.prepare(yaml("missing"), in: folder, target: "y", .binary) { (data, engine) throws in
                #expect(data.parts.map(\.rows) == [280, 120] && data.cleaning.first?.emptied == 20)
                #expect(try data.rules.apply(to: Table([Column("x", kind: .integer, numbers: [3, 10_007])]))["x"]?.missingCount == 1)
            }
            try PreparationTests.prepare(yaml("clip"), in: folder, target: "y", .binary) { (data, _) throws in
                guard case .range(let low, let high) = data.rules.fitted.last ?? nil else { throw Absent() }
                let asked = try Table([Column("x", kind: .integer, numbers: [-10_000, 5, 10_007])])
                #expect(try data.rules.apply(to: asked)["x"]?.numbers == [low, 5, high] && low < 0 && high > 16)
            }
        }
    }

    @Test("Where values do not spread, nothing is an outlier")
    func constant() throws {
        let csv = "x,y,z\n" + (0..<40).map { "\($0 == 5 ? 100 : 1),\(["a", "b"][$0 % 2]),\($0)\n" }.joined()
        let yaml = "source: {train: a.csv}\nclean: [{outliers: {x: mad}}]\nsplit: {validation: 0, test: 0}"
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            try PreparationTests.prepare(yaml, in: folder, target: "y", .binary) { (data, _) throws in
                #expect((data.rules.fitted.last ?? nil) == FittedValue.nothing && data.rules.isFitted && data.cleaning.allSatisfy { $0.changed == 0 })
            }
        }
    }

    private struct Absent: Error {}

    private static func text(_ example: CleaningPreview.Example) -> String {
        "\(example.column) “\(example.before ?? "-")” “\(example.after ?? "-")” \(example.rows)"
    }

    @Test("A preview tells what every rule does to the first rows, with examples, and writes nothing")
    func preview() throws {
        let csv =
            "id,name,x,at,y\n"
            + (0..<60).map {
                "\($0 == 9 ? 8 : $0),\" n\($0 % 2) \",\($0 % 6 == 0 ? "" : $0 == 7 ? "9999" : "\($0 % 5)"),2024-05-0\($0 % 9 + 1),\(["a", "b"][$0 % 2])\n"
            }.joined()
        let yaml = """
            source: {train: a.csv}
            table_rules: [{deduplicate: [id]}]
            clean: [{trim: all}, {impute: {x: median}}, {outliers: {x: {method: iqr, action: drop}}}, {date_parts: {at: [weekday]}}]
            """
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            let plan = try DataPlan(SettingsNode(yaml: yaml, file: "martlet.yaml"))
            func preview(_ rows: Int) throws -> CleaningPreview {
                try Preparation(plan: plan, target: "y", problem: .binary, engine: Surroundings.engine(), directory: folder).preview(rows: rows)
            }
            let found = try preview(30)
            #expect(
                found.rows == 30 && found.files == ["a.csv"]
                    && found.steps.map(\.rule) == ["deduplicate", "trim", "impute", "outliers", "date_parts"])
            #expect(found.steps[0].rowsAfter == 29 && found.steps[0].leftOut.map { "\($0.place) \($0.reason)" } == ["10 agrees in id with row 9"])
            #expect(found.steps[1].changed == 29)
            #expect(found.steps[1].examples.first.map(Self.text) == "name “ n0 ” “n0” 15")
            #expect(found.steps[2].filled == 5 && found.steps[2].examples.map(Self.text) == ["x “-” “2” 5"])
            #expect(found.steps[3].rowsAfter == 28 && found.steps[3].leftOut.map(\.place) == [8])
            #expect(found.steps[4].added == ["at_weekday"] && found.steps[4].examples.allSatisfy { $0.column == "at_weekday" && $0.before != nil })
            #expect(try preview(1000).rows == 60)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.csv"])
        }
    }
}
