import Data
import DataTestSupport
import DuckDB
import Support
import Tables
import Testing

@Suite("Row rules: the same value in SQL and in Swift", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct RowRulesTests {
    /// Texts that have broken somebody's cleaning.
    static let nastyTexts = [
        "", " ", "a", " a", "a ", "\u{A0}a\u{3000}", "\ta\n", "\u{FEFF}a", "A", "ÄÖÜ", "İI", "ẞ", "ΑΣ", "é", "e\u{301}", "🏳️‍🌈", "x.", ".", "..", "x..",
        "?", " ?", "NA", "nan",
        "NaN", "inf", "-inf", "1", " 1 ", "1.", ".5", ".", "-0", "+7", "1e3", "1E-3", "1e400", "-1e400", "1e-400", "1e99999", "0x1F", "5_000", "1,5",
        "00012",
        "9007199254740993", "123456789012345678901234567890", "1.0", "2.50", "true", "TRUE", " yes", "N", "0", "2024-02-29", "2023-02-29",
        "2024-01-02 03:04",
        "2024-01-02T03:04:05.123456Z", "2024-01-02T03:04:05+02:00", "2024-01-02 03:04:05-14:59", "2024-01-02 24:00", "2024-13-01", "0001-01-01",
        "9999-12-31T23:59:59",
        "2024-1-2", "aaa", "aaaa", "pre-x", "pre-", "x-suf", "'; DROP TABLE t; --", "\"", "\\", "%", "a\u{200B}", "ſ", "K", "ǅ", "ß",
    ]

    static let nastyNumbers: [Double] = [
        .nan, 0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 1.005, 2.675, 1e-5, 1e-4, 12345.678, 999_999.999_5, 1e15, 1e16, 123_456_789_012_345.6,
        9_007_199_254_740_992, 1e300, -1e300,
        1e308, .infinity, -.infinity, .leastNonzeroMagnitude, 1, -999, 999, 17, 100, 1.7e9, 253_402_300_800,
    ]

    static let nastyTimes: [Double] = [
        .nan, 0, -1, -86_400, 86_399.999_999, 951_782_400, 1_709_164_799.5, -62_135_596_800, 253_402_300_799, 1_700_000_000.25,
        -11_676_096_000.000_001,
    ]

    private static func table(seed: UInt64, rows: Int = 400) throws -> Table {
        var random = RandomSource(seed: seed)
        let texts = (0..<rows).map { i -> String? in
            if i < nastyTexts.count { return nastyTexts[i] }
            if random.below(10) == 0 { return nil }
            return (0..<random.below(4)).map { _ in nastyTexts[random.below(nastyTexts.count)] }.joined()
        }
        func numbers(_ values: [Double]) -> [Double] {
            (0..<rows).map { $0 < values.count ? values[$0] : values[random.below(values.count)] * (random.below(3) == 0 ? 1.1 : 1) }
        }
        return try Table([
            Column("t", strings: texts), Column("u", strings: texts.reversed()), Column("x", numbers: numbers(nastyNumbers)),
            Column("i", kind: .integer, numbers: (0..<rows).map { _ in random.below(9) == 0 ? .nan : Double(random.below(2_001) - 1_000) }),
            Column("b", kind: .boolean, numbers: (0..<rows).map { _ in [0, 1, .nan][random.below(3)] }),
            Column(
                "d", kind: .timestamp,
                numbers: (0..<rows).map { $0 < nastyTimes.count ? nastyTimes[$0] : Double(random.below(4_000_000)) * 1000 + 0.5 }),
        ])
    }

    /// Runs the rules both ways and compares value by value, bit by bit.
    private static func compare(_ rules: [RowRule], _ table: Table, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let engine = try Surroundings.engine()
        try engine.execute("SET TimeZone = 'UTC'")
        try engine.append(table, as: "raw")
        let columns = table.columns.map { TypedColumn($0.name, $0.kind) }
        try RowRules(rules).check(over: columns)
        let fitted = try RowRules(rules).fitted(on: "raw", columns: columns, engine: engine)
        let sql = try engine.query("SELECT * FROM (\(fitted.select(from: "raw", columns: columns)))")
        let swift = try fitted.apply(to: table)
        #expect(sql.names == swift.names, sourceLocation: sourceLocation)
        #expect(fitted.columns(after: columns) == swift.columns.map { TypedColumn($0.name, $0.kind) }, sourceLocation: sourceLocation)
        try compareAccount(rules, table, engine, sourceLocation: sourceLocation)
        for (a, b) in zip(sql.columns, swift.columns) {
            let differing = (0..<table.rowCount).filter { !same(a, b, $0) }
            #expect(
                differing.isEmpty,
                "\(rules): \(a.name) \(differing.prefix(3).map { "row \($0) raw \(table.columns.map { $0.category(differing[0]) ?? "-" }) sql \(a.category($0) ?? "missing") swift \(b.category($0) ?? "missing")" })",
                sourceLocation: sourceLocation)
        }
    }

    /// What the rules did, as counted by the engine, is what the values before and after each of them say.
    private static func compareAccount(_ rules: [RowRule], _ table: Table, _ engine: DuckDB, sourceLocation: SourceLocation) throws {
        let columns = table.columns.map { TypedColumn($0.name, $0.kind) }
        let told = try RowRules(rules).fitted(on: "raw", columns: columns, engine: engine).account(from: "raw", columns: columns, engine: engine)
        var (before, counted) = (table, [RuleAccount]())
        for (i, rule) in rules.enumerated() {
            let after = try RowRules(Array(rules.prefix(i + 1))).fitted(on: "raw", columns: columns, engine: engine).apply(to: table)
            var account = RuleAccount(rule: rule.word, columns: rule.namedColumns, changed: 0, emptied: 0, filled: 0)
            for row in 0..<table.rowCount {
                let pairs = zip(before.columns, after.columns)
                let emptied = pairs.contains { !$0.isMissing(row) && $1.isMissing(row) }
                let filled = pairs.contains { $0.isMissing(row) && !$1.isMissing(row) }
                let other = pairs.contains { $0.kind == $1.kind && $0.category(row) != $1.category(row) }
                account.emptied += emptied ? 1 : 0
                account.filled += filled ? 1 : 0
                account.changed += emptied || filled || other ? 1 : 0
            }
            counted.append(account)
            before = after
        }
        #expect(told.filter { $0.changed > 0 } == counted.filter { $0.changed > 0 }, "\(rules)", sourceLocation: sourceLocation)
    }

    private static func same(_ a: Column, _ b: Column, _ row: Int) -> Bool {
        if let x = a.numbers, let y = b.numbers { return x[row].isNaN ? y[row].isNaN : x[row].bitPattern == y[row].bitPattern }
        guard let x = a.text, let y = b.text else { return false }
        return x[row].map { Array($0.utf8) } == y[row].map { Array($0.utf8) }
    }

    static let singleRules: [RowRule] =
        [
            .trim(.all), .lowercase(.all), .lowercase(.named(["u"])), .stripPrefix(column: "t", prefix: "pre-"),
            .stripPrefix(column: "t", prefix: "e"),
            .stripSuffix(column: "t", suffix: "."), .stripSuffix(column: "t", suffix: "\u{301}"), .stripSuffix(column: "t", suffix: "🌈"),
            .map(column: "t", values: [Replacement("a", "b"), Replacement("é", "E"), Replacement("?", "'")]),
            .missing(.all, markers: ["", "?", "NA", "-999", "0"]),
            .missing(.named(["x"]), markers: ["1e3", "17", "1e15"]), .replace(column: "t", from: "aa", to: "a"),
            .replace(column: "t", from: ".", to: ""),
            .replace(column: "u", from: "'", to: "''"), .clip(column: "x", minimum: -0.0, maximum: 99.5),
            .clip(column: "x", minimum: nil, maximum: 0.1),
            .clip(column: "i", minimum: -5, maximum: nil), .impute(column: "t", with: .mostFrequent), .impute(column: "t", with: .constant("a")),
            .impute(column: "i", with: .median), .impute(column: "x", with: .median), .impute(column: "i", with: .mostFrequent),
            .impute(column: "b", with: .mostFrequent),
            .impute(column: "i", with: .mean), .impute(column: "x", with: .mean),
            .impute(column: "x", with: .constant("-1.5")), .dateParts(column: "d", parts: DatePart.allCases),
        ] + ColumnKind.allCases.map { .cast(column: "t", kind: $0) } + ColumnKind.allCases.map { .cast(column: "x", kind: $0) }
        + ColumnKind.allCases.map { .cast(column: "i", kind: $0) }
        + [ColumnKind.number, .integer, .text, .boolean].map { .cast(column: "b", kind: $0) }
        + [ColumnKind.number, .integer, .text, .timestamp].map { .cast(column: "d", kind: $0) }
        + [-2, 0, 1, 2, 5, 15].map { .round(column: "x", digits: $0) }
        + OutlierMethod.allCases.flatMap { method in
            OutlierAction.allCases.flatMap { action in
                [
                    .outliers(column: "x", method: method, factor: method.usualFactor, action: action),
                    .outliers(column: "i", method: method, factor: 0.5, action: action),
                ]
            }
        }

    @Test("Every single rule, on nasty values", arguments: singleRules)
    func single(rule: RowRule) throws { try RowRulesTests.compare([rule], RowRulesTests.table(seed: 1)) }

    @Test("Chains of rules, on random values", arguments: 0..<12)
    func chains(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed) + 100)
        let table = try RowRulesTests.table(seed: UInt64(seed))
        var rules: [RowRule] = []
        for _ in 0..<40 where rules.count < 8 {
            let rule = RowRulesTests.singleRules[random.below(RowRulesTests.singleRules.count)]
            let fits = Surroundings.error { try RowRules(rules + [rule]).check(over: table.columns.map { TypedColumn($0.name, $0.kind) }) } == nil
            if fits { rules.append(rule) }
        }
        try RowRulesTests.compare(rules, table)
    }

    @Test("Small letters, for every character of Unicode")
    func allLetters() throws {
        let scalars = (1...0x10FFFF).compactMap { Unicode.Scalar(UInt32($0)) }
        let table = try Table([Column("t", strings: scalars.map { String($0) })])
        try RowRulesTests.compare([.lowercase(.all)], table)
        try RowRulesTests.compare([.trim(.all)], table)
    }

    @Test("A rule that does not fit is refused with what is there")
    func refusals() throws {
        let columns = [TypedColumn("age", .integer), TypedColumn("name", .text)]
        func message(_ rule: RowRule) -> String {
            Surroundings.error { try RowRules([rule]).check(over: columns) { SourcePlace(file: "martlet.yaml", line: $0 + 5) } }.map { "\($0)" } ?? ""
        }
        #expect(message(.trim(.named(["nam"]))).contains("Did you mean “name”?"))
        #expect(message(.trim(.named(["age"]))).hasPrefix("martlet.yaml:5: The rule “trim” works on text"))
        #expect(message(.clip(column: "name", minimum: 1, maximum: nil)).contains("works on numbers"))
        #expect(message(.impute(column: "name", with: .median)).contains("Use most_frequent"))
        #expect(message(.impute(column: "age", with: .constant("x"))).contains("not a number"))
        #expect(message(.dateParts(column: "age", parts: [.year])).contains("Cast it to timestamp first"))
    }

    @Test("A model is asked with the raw columns that its features are made of")
    func inputs() throws {
        let raw = [TypedColumn("t", .text), TypedColumn("d", .timestamp), TypedColumn("x", .number)]
        let rules = RowRules([.dateParts(column: "d", parts: [.year, .hour])])
        #expect(rules.inputs(for: ["d_hour", "x"], among: raw).map(\.name) == ["d", "x"])
        #expect(rules.inputs(for: ["x", "t"], among: raw).map(\.name) == ["t", "x"])
    }

    @Test("Rules on columns that are not sent are left out, and rules that are not fitted are refused")
    func partial() throws {
        let table = try Table([Column("x", numbers: [1, .nan])])
        let rules = RowRules([.stripSuffix(column: "income", suffix: "."), .impute(column: "x", with: .constant("3"))])
        #expect(try rules.apply(to: table)["x"]?.numbers == [1, 3])
        let error = Surroundings.error { _ = try RowRules([.impute(column: "x", with: .median)]).apply(to: table) }
        #expect(error?.code == .invalidInput)
    }
}
