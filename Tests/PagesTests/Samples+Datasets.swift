import Pages

extension Samples {
    static let datasets = [
        DatasetSummaryView("loans", versions: 5, newest: 5, rows: 48_842, columns: 7, created: now, passed: 24, failed: 1),
        DatasetSummaryView("<old>", versions: 1, newest: 1, rows: 1, columns: 1, created: now, passed: 0, failed: 0),
    ]

    static let datasetComparison = DatasetComparisonView(
        first: .init("loans@v4", rows: 40_000, own: ["<branch>"]), second: .init("loans@v5", rows: 48_842, own: ["note", "same"]),
        columns: [
            .init(
                "amount", kind: "number", shift: 0.412, isShifted: true, pValue: 1e-30,
                figures: [.init("ks", "0.4120"), .init("jensen shannon", "0.3110"), .init("psi", "0.8020")],
                histogram: .init(edges: (0...10).map { Double($0) * 4000 }, reference: hump(10, 3, 1.6), current: hump(10, 6, 1.8))),
            .init(
                "purpose", kind: "text", shift: 0.04, isShifted: false, pValue: 0.3, figures: [.init("total variation", "0.0400")],
                histogram: .init(categories: ["car", "home", "(other)"], reference: [0.5, 0.3, 0.2], current: [0.46, 0.34, 0.2])),
            .init("remark", kind: "text", shift: nil, isShifted: false, note: "free text, not compared"),
        ])

    /// Rows as points: numbers against moments, coloured by numbers, a drawing for each purpose.
    static var scatter: ScatterView {
        var (moments, amounts, late, purposes) = ([Double](), [Double](), [Double](), [String?]())
        for row in 0..<240 {
            let day = Double(row * 37 % 240)
            moments.append(row % 40 == 7 ? Double.nan : 1_735_689_600 + day * 86_400)
            amounts.append(500 + Double(row * 61 % 240) * 120)
            late.append(Double(row * 13 % 240))
            purposes.append(row % 9 == 0 ? nil : ["car", "home", "<b>debt</b>"][row % 3])
        }
        return ScatterView(
            "loans", version: 5, rows: 48_842, sampled: 240, columns: ["amount", "applied", "<purpose>", "late"],
            x: ScatterView.Axis("applied", .moments(moments)), y: ScatterView.Axis("amount", .numbers(amounts)),
            colour: ScatterView.Axis("late", .numbers(late)), facet: ScatterView.Axis("<purpose>", .texts(purposes)))
    }

    static var dataset: DatasetVersionView {
        var view = DatasetVersionView(
            "loans", version: 5, versions: [1, 2, 3, 4, 5], created: time("2026-06-14T09:21:00Z"), digest: "9f2c61d0a7", rows: 48_842,
            run: "/experiments/1/runs/019b2f4c")
        view.facts = [.init("train rows", "29,305"), .init("test rows", "9,768"), .init("without a target", "3 rows")]
        view.sources = [.init("loans.csv", bytes: 5_200_113, digest: "1d77e0c2b9")]
        view.writers = [.init("loans.csv", job: "airflow/nightly.<load>", state: "complete", at: time("2026-06-14T03:00:00Z"))]
        view.notes = ["The column <id> tells rows apart and is not used."]
        view.expectations = [
            .init("column values to not be null", columns: ["amount"], severity: "critical", holds: true, found: "all of 48,842 rows"),
            .init(
                "column values to be in set", columns: ["purpose"], arguments: [.init("value set", "car, home, debt"), .init("mostly", "0.99")],
                severity: "warning", holds: false, found: "not in 12 of 48,842 rows (0.02 %)", examples: ["wedding", "<other>"]),
        ]
        view.anomalies = [
            .init("SCHEMA_NEW_COLUMN", column: "gain", sentence: "The schema does not name this column."),
            .init("DATASET_LOW_NUM_EXAMPLES", column: nil, sentence: "There are 48842 rows, fewer than 50000."),
        ]
        view.unmet = [.init(row: 17, reason: "purpose: expect_column_values_to_be_in_set", values: [.init("purpose", "<other>")])]
        view.unmetCount = 12
        view.rejectedCount = 2
        view.cleaning = [
            .init("trim", columns: [], changed: 32_561, emptied: 3, filled: 0),
            .init("impute", columns: ["age", "in<come>"], changed: 12, emptied: 0, filled: 12),
        ]
        view.rejected = [
            .init(file: "loans.csv", line: 2_041, column: 3, reason: "“12,5” is no number", text: "a1,48,12,5,home"),
            .init(file: "loans.csv", line: 9_120, reason: "the row has 3 columns; the table has 7", text: "a2,<b>,home"),
        ]
        view.tableRules = [
            .init("deduplicate", columns: ["id"], rowsBefore: 48_900, rowsAfter: 48_858),
            .init("join", columns: ["z<ip>"], rowsBefore: 48_858, rowsAfter: 48_858, unmatched: 16, added: ["region", "<wealth>"]),
        ]
        view.leftOut = .init(
            count: 42, columns: ["id", "purpose"],
            rows: [("deduplicate", "agrees in id with row 7", ["12", "<car>"]), ("cast", "“amount” is no number", ["13", nil])])
        view.columns = columns
        view.sampledRows = 50_012
        view.duplicateRows = 12
        view.associations = [
            .init("amount", "gain", "pearson", 0.31), .init("amount", "applied", "pearson", -0.92), .init("gain", "applied", "pearson", 0.02),
            .init("amount", "gain", "spearman", 0.44), .init("purpose", "late", "cramers_v", 0.2),
        ]
        view.missingPatterns = [.init(["note"], 44_000), .init([], 4_000), .init(["gain", "note"], 842)]
        return view
    }

    private static let amounts = [
        120, 3_800, 9_000, 8_200, 6_400, 3_200, 2_133, 1_600, 1_280, 1_066, 914, 800, 711, 640, 581, 533, 492, 457, 426, 400,
    ]

    private static let columns: [ColumnProfileView] = [
        .init(
            "amount", kind: "number", role: "feature", count: 48_842, missing: 0, distinct: 11_204, distinctIsExact: false,
            numbers: .init(
                minimum: 500, median: 9_250, maximum: 40_000, mean: 11_304.2, deviation: 6_101.7, zeros: 0,
                edges: (0...20).map { Double($0) * 2_000 },
                counts: amounts),
            facts: [.init("quantile 5 %", "1,900"), .init("skewness", "1.204")]),
        .init(
            "gain", kind: "integer", role: "feature", count: 48_000, missing: 842, distinct: 119,
            numbers: .init(
                minimum: 0, median: 0, maximum: 99_999, mean: 1_079.1, deviation: 7_452, zeros: 44_807, edges: [0, 50_000, 99_999],
                counts: [47_756, 244]),
            top: [.init("0", 44_807), .init("15024", 513)],
            alerts: ["93.3 % of the values are “0”.", "Few values lie far above the rest (skewness 11.9)."]),
        .init(
            "applied", kind: "timestamp", role: "time", count: 48_842, missing: 0, distinct: 365,
            numbers: .init(
                minimum: 1_735_689_600, median: 1_751_000_000, maximum: 1_767_139_200, mean: 1_751_400_000, deviation: 9_000_000, zeros: 0,
                edges: [1_735_689_600, 1_751_400_000, 1_767_139_200], counts: [24_000, 24_842])),
        .init(
            "same", kind: "number", role: "ignored", count: 48_842, missing: 0, distinct: 1,
            numbers: .init(minimum: 7, median: 7, maximum: 7, mean: 7, deviation: 0, zeros: 0), top: [.init("7", 48_842)],
            alerts: ["Every value that is there is “7”."]),
        .init(
            "purpose", kind: "text", role: "feature", count: 48_800, missing: 42, distinct: 5, meanLength: 4.21,
            top: [.init("car", 20_000), .init("home", 14_000), .init("debt", 14_000), .init("wedding", 790), .init("<other>", 10)],
            facts: [.init("length", "3 to 7")]),
        .init(
            "note", kind: "text", role: "feature", count: 4_000, missing: 44_842, distinct: 3_990, distinctIsExact: false, meanLength: 61.5,
            top: [.init("none", 11)], alerts: ["91.8 % of the values are missing."]),
        .init(
            "late", kind: "boolean", role: "target", count: 48_842, missing: 0, distinct: 2, top: [.init("false", 40_000), .init("true", 8_842)]),
    ]
}
