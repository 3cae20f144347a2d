import Pages
import Support
import Tables

/// Fixed views: what the golden pages are rendered from.
enum Samples {
    static func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(microseconds: 0) }

    static let now = time("2026-09-01T06:00:00Z")

    static let incidents = [
        IncidentView(
            id: 12, state: .firing, severity: .critical, kind: "objective", title: "objective live", endpoint: "loans", cause: "live",
            summary: "auc: 0.62 misses 0.7 <by 0.08>.", opened: time("2026-08-30T04:00:00Z"), seen: now, count: 50),
        IncidentView(
            id: 11, state: .cleared, severity: .warning, kind: "drift", title: "drift of the inputs", endpoint: "loans", cause: "inputs",
            summary: "No column drifts over 900 rows.", opened: time("2026-08-01T04:00:00Z"), seen: time("2026-08-02T04:00:00Z"), count: 2,
            cleared: time("2026-08-03T04:00:00Z"), acknowledgedBy: "ann"),
        IncidentView(
            id: 3, state: .closed, severity: .warning, kind: "monitor", title: "the monitor “check” fails", endpoint: "loans", cause: "check",
            summary: "The disk is full.", opened: time("2026-07-01T04:00:00Z"), seen: time("2026-07-01T04:00:00Z"), count: 1, closedBy: "ann"),
    ]

    static let incident = IncidentDetailView(
        incidents[0],
        timeline: [
            .init(time("2026-08-30T04:00:00Z"), "opened", by: "martlet", reason: "auc: 0.66 misses 0.7."),
            .init(time("2026-08-30T09:12:07Z"), "acknowledged", by: "ann <ann@example.org>", reason: "The new branch of 30 August."),
        ])

    static let home = HomeView(
        project: "loans", outcome: "Pay out nine of ten good loans within a minute, and lose at most 3 % of what is lent.", asOf: now,
        phases: [
            .init(.plan, .done, "6 objectives, confirmed by owner@example.org", link: "/#objectives"),
            .init(.data, .done, "48,842 rows, 24 of 25 expectations hold", link: "/#dataset"),
            .init(.train, .done, "3 models compared, trees lead", link: "/#run"),
            .init(.register, .done, "loans v3 is champion", link: "/#champion"),
            .init(.serve, .done, "12,930 rows answered, p99 4.1 ms", link: "/endpoints/loans"),
            .init(.watch, .attention, "2 of 11 columns drifted", link: "/endpoints/loans#drift"),
            .init(.feedback, .failed, "AUC in production fell below 0.90", link: "/endpoints/loans#quality"),
        ],
        objectives: objectives,
        tests: [
            .init(
                id: "tests:checks", sentence: "The tests of the step “checks” pass", verdict: .red, judgedAt: time("2026-06-14T09:22:00Z"),
                reason: "model:loans@v4, which is not the champion: 1 of 12 tests of tests.xml failed: checks.test_<rate>.")
        ],
        champion: .init(
            model: "loans", version: 3, since: time("2026-06-14T09:30:00Z"), by: "validator@example.org",
            reason: "All 5 gates held; AUC 0.012 above version 2 (0.007 to 0.017).",
            facts: [.init("kind", "LightGBM, 214 trees"), .init("size", "412 kB"), .init("one row", "9.4 µs")]),
        dataset: .init(
            name: "loans", version: "v5", rows: 48_842, columns: 15, created: time("2026-06-14T09:21:00Z"), passed: 24, failed: 1,
            failures: ["purpose: 12 of 48,842 rows hold values that are not in the set (0.02 %)"]),
        run: .init(
            id: "019b2f4c", state: .finished, started: time("2026-06-14T09:21:00Z"), seconds: 41.72,
            steps: [
                .init("data", .finished, seconds: 2.31), .init("baseline", .finished, cached: true), .init("trees", .finished, seconds: 31.4),
                .init("forest", .failed, seconds: 4.02), .init("evaluate", .finished, seconds: 3.99),
            ]),
        events: [
            .init(time: time("2026-09-01T05:00:00Z"), sentence: "The objective live turned red: AUC 0.871 (0.853 to 0.888) over 30 days."),
            .init(time: time("2026-08-12T05:00:00Z"), sentence: "Drift found in rate and purpose.", link: "/endpoints/loans#drift"),
            .init(time: time("2026-06-14T09:30:00Z"), sentence: "validator@example.org promoted loans v3 to champion.", link: "/#champion"),
        ],
        next: [
            .init("martlet run", because: "2,412 new labels have arrived since the champion was trained."),
            .init("martlet check live", because: "The objective live is red."),
        ])

    static let objectives: [ObjectiveView] = [
        .init(
            id: "ranking", sentence: "AUC on the test set is at least 0.92", metric: "auc", on: "test", bound: 0.92, judge: .lowerBound,
            value: 0.9312,
            interval: .init(0.9265, 0.9358), verdict: .green, measuredAt: time("2026-06-14T09:22:00Z"), reason: "The lower end 0.9265 is above 0.92."),
        .init(
            id: "gain", sentence: "AUC on the test set is at least 0.01 above the baseline", metric: "auc", on: "test", bound: 0.01,
            judge: .lowerBound,
            value: 0.0241, interval: .init(0.0189, 0.0296), verdict: .green, measuredAt: time("2026-06-14T09:22:00Z")),
        .init(
            id: "fair", sentence: "The gap in true-positive rate between groups of sex is at most 0.10", metric: "equal_opportunity_difference",
            on: "test", direction: .atMost, bound: 0.1, judge: .upperBound, value: 0.092, interval: .init(0.061, 0.124), verdict: .red,
            measuredAt: time("2026-06-14T09:22:00Z"),
            reason: "The upper end 0.124 is above 0.10. Dropping sex changes little: the other columns predict it with AUC 0.94."),
        .init(
            id: "fast", sentence: "The 99th percentile of answers takes at most 50 ms", metric: "p99_ms", on: "production", direction: .atMost,
            bound: 50,
            value: 4.1, verdict: .green, measuredAt: now),
        .init(
            id: "live", sentence: "AUC in production over 30 days is at least 0.90", metric: "auc", on: "production", bound: 0.9, value: 0.871,
            interval: .init(0.853, 0.888), verdict: .red, measuredAt: now, reason: "1,204 labels; two columns drifted in August."),
        .init(
            id: "no-worse", sentence: "AUC on the test set is at most 0.005 below the champion", metric: "auc", on: "test", bound: nil,
            judge: .lowerBound,
            verdict: .yellow, reason: "There is no earlier champion to compare with."),
    ]

    static let signature = Signature(
        inputs: [
            .init("amount", kind: .number, mayBeMissing: false, minimum: 500, maximum: 40_000),
            .init("term", kind: .integer, mayBeMissing: false, minimum: 12, maximum: 84),
            .init("income", kind: .number, mayBeMissing: true, minimum: 0, maximum: 214_000),
            .init("purpose", kind: .text, mayBeMissing: false, categories: ["car", "home", "debt", "wedding"]),
            .init("employed_years", kind: .integer, mayBeMissing: true, minimum: 0, maximum: 48),
            .init("owns_home", kind: .boolean, mayBeMissing: true),
            .init("applied", kind: .timestamp, mayBeMissing: false, minimum: 1_767_225_600, maximum: 1_788_220_800),
            .init("note", kind: .text, mayBeMissing: true),
        ],
        answer: .binary(negative: "declined", positive: "granted", threshold: 0.62))

    static let summary = EndpointSummaryView(name: "loans", model: "loans", alias: "champion", version: 3, signature: signature, key: "application")

    static let endpoint = EndpointView(
        endpoint: summary, address: "http://127.0.0.1:8080",
        traffic: .init(
            since: time("2026-06-14T09:30:00Z"), requests: 11_204, rows: 12_930, requestsPerSecond: 0.0164, errorRate: 0.0021, p50Milliseconds: 0.41,
            p95Milliseconds: 1.9, p99Milliseconds: 4.1, lostLogRows: 3),
        days: (0..<79).map { day in
            let weekend = day % 7 == 6 || day % 7 == 0
            return DayView(String(time("2026-06-14").advanced(bySeconds: Double(day) * 86_400).date), (weekend ? 61 : 187) + day * 37 % 53)
        },
        scores: .init(version: 3, histogram: .init(edges: (0...20).map { Double($0) / 20 }, reference: hump(20, 13, 5), current: hump(20, 9, 5))),
        drift: .init(
            from: time("2026-08-02T00:00:00Z"), to: now, rows: 4_820, reference: "training data of model:loans@v3",
            columns: [
                .init(
                    name: "amount", method: "psi", statistic: 0.031, threshold: 0.1, drifted: false,
                    histogram: .init(edges: (0...10).map { Double($0) * 4000 }, reference: hump(10, 3, 2), current: hump(10, 3.2, 2.1))),
                .init(
                    name: "rate", method: "ks", statistic: 0.214, threshold: 0.05, pValue: 3.1e-18, drifted: true,
                    histogram: .init(edges: (0...10).map { Double($0) + 1 }, reference: hump(10, 3, 1.6), current: hump(10, 6, 1.8))),
                .init(
                    name: "purpose", method: "jensen_shannon", statistic: 0.183, threshold: 0.1, drifted: true,
                    histogram: .init(
                        categories: ["car", "home", "debt", "wedding"], reference: [0.41, 0.3, 0.2, 0.09], current: [0.21, 0.24, 0.49, 0.06])),
                .init(
                    name: "owns_home", method: "chi_square", statistic: 1.92, threshold: 0.05, pValue: 0.166, drifted: false,
                    histogram: .init(categories: ["false", "true"], reference: [0.62, 0.38], current: [0.6, 0.4])),
            ], notKept: ["email", "name"]),
        quality: [
            .init(metric: "auc", bound: 0.9, windows: windows([0.934, 0.929, 0.931, 0.922, 0.917, 0.895, 0.871], spread: 0.016)),
            .init(metric: "brier", windows: windows([0.081, 0.083, 0.08, 0.088, 0.09, 0.102, 0.117], spread: 0.006)),
        ],
        recent: [
            .init(id: "0199a0b1c2d37e4f8a6b5c4d3e2f1a0b", time: time("2026-09-01T05:58:21Z"), label: "declined", score: 0.3127),
            .init(id: "0199a0b1c2d27e4f8a6b5c4d3e2f1a0a", time: time("2026-09-01T05:57:03Z"), label: "granted", score: 0.8841),
        ],
        versions: [
            .init(version: 3, role: "champion", share: 0.9, requests: 10_080, failed: 0, p50Milliseconds: 0.4, p99Milliseconds: 3.9),
            .init(version: 4, role: "canary", share: 0.1, requests: 1_124, failed: 23, p50Milliseconds: 0.5, p99Milliseconds: 5.2),
            .init(
                version: 5, role: "shadow", requests: 0, failed: 0, p50Milliseconds: 0.6, p99Milliseconds: 6.1, comparedRows: 4_120,
                disagreement: 0.031,
                meanDifference: 0.0182, dropped: 12),
        ],
        history: [
            .init(
                time: time("2026-09-01T05:00:00Z"), what: "champion v3, canary v4 10 % by application", by: "vera", reason: "learnt from newer data"),
            .init(time: time("2026-06-14T09:30:00Z"), what: "champion v3", by: "olga", reason: "gate passed"),
        ], live: live,
        guards: [.init("range", warned: 41, refused: 0), .init("category", warned: 0, refused: 7), .init("missing", warned: 0, refused: 0)])

    /// Twelve slots, one of them without requests.
    static let live = LiveView(
        slots: (0..<12).map { slot in
            let rate = slot == 5 ? 0 : 80 + Double(slot * 37 % 23)
            return .init(
                time: now.advanced(bySeconds: Double(slot) * 2 - 24), requestsPerSecond: rate,
                p50Milliseconds: rate > 0 ? 0.4 + Double(slot) / 40 : nil,
                p99Milliseconds: rate > 0 ? 3 + Double(slot % 4) : nil, failedPerSecond: slot == 8 ? 1.5 : 0, refusedPerSecond: slot == 3 ? 0.5 : 0,
                turnedAwayPerSecond: slot > 9 ? 2 : 0, waiting: slot > 8 ? 14 : 0,
                versions: rate > 0 ? [.init(3, requestsPerSecond: rate * 0.9), .init(4, requestsPerSecond: rate * 0.1)] : [])
        })

    /// Shares of bins in the shape of a bell.
    static func hump(_ count: Int, _ middle: Double, _ width: Double) -> [Double] {
        let raw = (0..<count).map { bin -> Double in
            let distance = (Double(bin) + 0.5 - middle) / width
            return 1 / (1 + distance * distance * distance * distance)
        }
        let total = raw.reduce(0, +)
        return raw.map { $0 / total }
    }

    static func windows(_ values: [Double], spread: Double) -> [QualityView.Window] {
        values.enumerated().map { i, value in
            let from = time("2026-06-14").advanced(bySeconds: Double(i) * 11 * 86_400)
            return .init(
                from: from, to: from.advanced(bySeconds: 11 * 86_400), value: value, interval: .init(value - spread, value + spread))
        }
    }

    static let why = WhyView(
        prediction: .init(id: "0199a0b1c2d37e4f8a6b5c4d3e2f1a0b", time: time("2026-09-01T05:58:21.482Z"), label: "declined", score: 0.3127),
        endpoint: "loans", key: "A-20931",
        inputs: [
            .init("amount", "18,500"), .init("term", "48"), .init("income", "31,200"), .init("purpose", "debt"), .init("employed_years", "missing"),
            .init("owns_home", "false"),
        ],
        nodes: [
            .init(
                "prediction:0199a0b1c2d37e4f8a6b5c4d3e2f1a0b", kind: "prediction", title: "declined, 0.3127",
                facts: [.init("key", "A-20931"), .init("took", "0.41 ms")], time: time("2026-09-01T05:58:21Z")),
            .init("endpoint:loans", kind: "endpoint", title: "loans", facts: [.init("traffic", "100 % to champion")], link: "/endpoints/loans"),
            .init(
                "model:loans@v3", kind: "model", title: "loans v3, champion since June",
                facts: [.init("kind", "LightGBM"), .init("threshold", "0.62"), .init("digest", "sha256:9f2c61d0a7")],
                time: time("2026-06-14T09:29:00Z")),
            .init(
                "check:gate-3", kind: "gate", title: "5 of 5 checks held",
                facts: [.init("ranking", "0.9312 (0.9265 – 0.9358)"), .init("gain", "0.0241 (0.0189 – 0.0296)")], time: time("2026-06-14T09:29:00Z")),
            .init(
                "check:approval-3", kind: "approval", title: "validator@example.org",
                missing: "No approval was asked for: the charter names no approver."),
            .init(
                "run:019b2f4c", kind: "run", title: "trees",
                facts: [.init("learning_rate", "0.06"), .init("num_leaves", "31"), .init("seed", "7")], time: time("2026-06-14T09:21:00Z")),
            .init(
                "run:commit-4e1d", kind: "commit", title: "4e1d0c9 loans: add term", facts: [.init("tree", "clean")],
                time: time("2026-06-13T16:02:00Z")),
            .init(
                "dataset:loans@v5", kind: "dataset", title: "loans v5", facts: [.init("rows", "48,842"), .init("expectations", "24 of 25 held")],
                time: time("2026-06-14T09:21:00Z")),
            .init("source:loans.csv", kind: "source", title: "loans.csv", facts: [.init("digest", "sha256:1d77e0c2b9"), .init("size", "5.2 MB")]),
            .init("objective:ranking", kind: "objective", title: "AUC on the test set is at least 0.92", facts: [.init("line", "martlet.yaml:9")]),
            .init(
                "charter:loans", kind: "charter", title: "Pay out nine of ten good loans", facts: [.init("confirmed by", "owner@example.org")],
                time: time("2026-01-08T10:00:00Z")),
        ],
        edges: [
            .init("prediction:0199a0b1c2d37e4f8a6b5c4d3e2f1a0b", "endpoint:loans", "asked at"),
            .init("prediction:0199a0b1c2d37e4f8a6b5c4d3e2f1a0b", "model:loans@v3", "answered by"),
            .init("endpoint:loans", "model:loans@v3", "routes to"),
            .init("model:loans@v3", "check:gate-3", "let through by"), .init("model:loans@v3", "check:approval-3", "approved by"),
            .init("model:loans@v3", "run:019b2f4c", "trained in"), .init("run:019b2f4c", "run:commit-4e1d", "with code"),
            .init("run:019b2f4c", "dataset:loans@v5", "learnt from"), .init("dataset:loans@v5", "source:loans.csv", "read from"),
            .init("check:gate-3", "objective:ranking", "holds"), .init("check:gate-3", "dataset:loans@v5", "measured on"),
            .init("objective:ranking", "charter:loans", "line of"),
        ],
        explanation: .init(
            method: "shapley_sampling", scale: "probability", output: "declined", base: 0.214, score: 0.3127,
            contributions: [
                .init(column: "amount", value: 0.1402, error: 0.0031), .init(column: "income", value: -0.0611, error: 0.0022),
                .init(column: "purpose", value: 0.0196, error: 0.0009), .init(column: "term", value: 0, error: 0),
            ]))

    static let approvals = ApprovalsView(
        signer: "Vera <Validator>", maySign: true,
        waiting: [.init("martlet approval review 1 --note TEXT", because: "olga let it through without approval by validator: fire & flood")],
        requests: [
            .init(
                id: 2, subject: "model:loans@v3", model: "loans", alias: "champion", state: .open, by: "max", at: now, note: "before Friday, please",
                missing: "model:loans@v3 waits for approval by validator.",
                report: [.init("auc on test", "0.9312 (0.9265 to 0.9358)"), .init("log_loss on test", "0.2711")],
                covers: [.init("goal", "Lend with care."), .init("charter", "1d77e0c2b9"), .init("model", "9f2c61d0a7")],
                gate: [.init("ranking", .green, "auc: 0.9312 reaches 0.92."), .init("gain", .yellow, "There are too few rows.")], answers: [],
                mayAnswer: true),
            .init(
                id: 1, subject: "model:loans@v2", model: "loans", alias: "champion", state: .rejected, by: "carl", at: now, note: "", report: [],
                covers: [], gate: [],
                answers: [
                    .init(
                        name: "Vito", isYes: false, meaning: "I reject this version for champion", at: now, reason: "too coarse", proof: "password"),
                    .init(
                        name: "Vera", isYes: true, meaning: "I approve this version for champion", at: now, reason: "",
                        proof: "not authenticated by Martlet", withdrawn: "taken back on 2026-09-01: a mistake"),
                ], mayAnswer: false),
        ])

    static let history = ModelHistoryView(
        model: "loans",
        moves: [
            .init(alias: "champion", version: 2, at: now, by: "max", reason: "worse in production", isRollback: true),
            .init(alias: "champion", version: 3, at: time("2026-08-01T06:00:00Z"), by: "max", reason: "All 5 checks hold.", isRollback: false),
            .init(alias: "candidate", version: nil, at: time("2026-07-01T06:00:00Z"), by: "ann", reason: "done", isRollback: false),
        ])

    static let trackingHome = HomeView(
        project: "tracking", asOf: now,
        next: [.init("martlet init DATA --target COLUMN", because: "add a table, so that the project trains and serves a model of its own")],
        tracking: .init(experiments: 3, runs: 1000, hasMoreRuns: true, models: ["churn", "<b>loans</b>"], address: "http://127.0.0.1:8080"))

    static let emptyHome = HomeView(project: "new", asOf: now, next: [.init("martlet run", because: "Nothing has run yet.")])

    static let emptyEndpoint = EndpointView(endpoint: summary, address: "http://127.0.0.1:8080")

    static let attempt = TryAttempt(
        request: TryRequest(endpoint: summary, values: ["18500", "48", "", "debt", "3", "true", "2026-03-01", ""]),
        result: .success([
            "model_name": "loans", "model_version": "3",
            "outputs": [
                ["name": "label", "shape": [1], "datatype": "BYTES", "data": ["granted"]],
                ["name": "probability", "shape": [1], "datatype": "FP64", "data": [0.71234567]],
                ["name": "prediction_id", "shape": [1], "datatype": "BYTES", "data": ["0199a0b1c2d37e4f8a6b5c4d3e2f1a0c"]],
            ],
        ]))

    static let audit = AuditView(
        events: [
            .init(
                13, at: now, actor: "ann", kind: "model.promoted", subject: "model:loans@v3", via: "session", summary: "All 5 checks hold.",
                body: ["reason": "All 5 checks hold.", "via": "session"], hash: "9f2c61"),
            .init(12, at: now, actor: "martlet", kind: "model.registered", subject: "model:loans@v3"),
        ], older: 12)

    static let predictions = PredictionsView(
        endpoint: "loans",
        rows: [
            .init(
                PredictionView(id: "0199a0b1c2d34e5f8a9b0c1d2e3f4a5b", time: now, label: "approved", score: 0.8125), version: 3, key: "person-7",
                milliseconds: 0.412, outlier: 0.9991, inputs: [.init("income", "42.5"), .init("city", "hmac:9f2c61")], withheld: ["city", "email"]),
            .init(
                PredictionView(id: "0199a0b1c2d34e5f8a9b0c1d2e3f4a5a", time: now, label: "declined", score: 0.1), version: 2, milliseconds: 12.5,
                inputs: [.init("income", "12"), .init("city", "Bern")]),
        ], older: "0199a0b1c2d34e5f8a9b0c1d2e3f4a5a", examined: 20_000_000, stoppedAt: now.advanced(bySeconds: -86_400),
        notes: ["“city” was not kept as it came for part of the time: nothing of that part is found by it."])

    static let tokens = TokensView(
        tokens: [
            .init(
                name: "ci", owner: "ann", scopes: ["prediction.create", "project.read"], made: now, expires: now.advanced(bySeconds: 86_400),
                hint: "mlt_9f2c", via: "session",
                leases: [.init(hint: "mlt_77aa", made: now, expires: now.advanced(bySeconds: 3600), isRevoked: false)]),
            .init(name: "till", owner: "billing", scopes: nil, made: now, expires: nil, hint: "mlt_0011", via: "folder"),
            .init(name: "old", owner: "max", scopes: [], made: now, expires: nil, revoked: now, state: .revoked, hint: "mlt_2233"),
        ], isEverybodys: true, grantable: ["prediction.create", "project.read"], isInSession: true)
}
