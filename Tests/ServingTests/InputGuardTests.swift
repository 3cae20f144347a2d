import Serving
import Settings
import Support
import Tables
import TestSupport
import Testing

@Suite("Inputs held against training")
struct InputGuardTests {
    private let rows = 2000
    private let training: Table
    private let columns: [GuardedColumn]

    init() throws {
        let towns = (0..<2000).map { $0 % 10 == 0 ? "Bern" : $0 % 3 == 0 ? "Ulm" : "Genf" }
        training = try Table([
            Column("age", numbers: InputGuardTests.normal(2000, mean: 40, spread: 8, seed: 1)),
            Column("income", numbers: InputGuardTests.normal(2000, mean: 0, spread: 1, seed: 2).enumerated().map { $0 % 20 == 0 ? .nan : $1 }),
            Column("member", kind: .boolean, numbers: (0..<2000).map { $0 % 50 == 0 ? 1 : 0 }), Column("town", strings: towns),
            Column("name", strings: (0..<2000).map { "person \($0)" }),
            Column("seen", kind: .timestamp, numbers: (0..<2000).map { 1_700_000_000 + Double($0) }),
        ])
        columns = training.columns.map { column in
            let numbers = (column.numbers ?? []).filter { !$0.isNaN }
            let range = column.kind == .timestamp ? nil : numbers.min().flatMap { low in numbers.max().map { low...$0 } }
            let texts = column.text.map { text in Dictionary(text.codes.map { (text.dictionary[Int($0)], 1) }, uniquingKeysWith: +) }
            return GuardedColumn(column.name, kind: column.kind, rows: 2000, missing: column.missingCount, range: range, categories: texts)
        }
    }

    private static func normal(_ count: Int, mean: Double, spread: Double, seed: UInt64) -> [Double] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in mean + spread * ((0..<12).reduce(0) { sum, _ in sum + random.unit() } - 6) }
    }

    private func table(
        age: [Double], income: [Double]? = nil, member: [Double]? = nil, town: [String?]? = nil
    ) throws -> Table {
        try Table([
            Column("age", numbers: age), Column("income", numbers: income ?? age.map { _ in 0 }),
            Column("member", kind: .boolean, numbers: member ?? age.map { _ in 0 }), Column("town", strings: town ?? age.map { _ in "Genf" }),
            Column("name", strings: age.map { _ in "somebody new" }), Column("seen", kind: .timestamp, numbers: age.map { _ in 1_900_000_000 }),
        ])
    }

    @Test("What is out of range, unknown or missing is told by column and row; names and later times are not")
    func findings() throws {
        let asked = try table(
            age: [40, 200, .nan, 41], income: [0, .nan, 0, -40], member: [1, 0, 0, 0], town: ["Bern", "Ulm", nil, "Rom"])
        let found = try #require(InputGuard(columns, sample: training).check(asked))
        let told = found.findings.map { "\($0.kind.rawValue) \($0.row)" }.sorted()
        #expect(told == ["category 3", "missing 2", "missing 2", "range 1", "range 3"])
        #expect(found.scores.count == 4 && found.scores[1] > 0.99 && found.scores[3] > 0.99 && found.scores[0] < 0.999)
    }

    @Test("Rows like those of training reach a score as rarely as it says")
    func calibration() throws {
        let guarding = InputGuard(columns, sample: training)
        let count = 20_000
        let fresh = try Table([
            Column("age", numbers: Self.normal(count, mean: 40, spread: 8, seed: 11)),
            Column("income", numbers: Self.normal(count, mean: 0, spread: 1, seed: 12).enumerated().map { $0 % 20 == 0 ? .nan : $1 }),
            Column("member", kind: .boolean, numbers: (0..<count).map { $0 % 50 == 0 ? 1 : 0 }),
            Column("town", strings: (0..<count).map { $0 % 10 == 0 ? "Bern" : $0 % 3 == 0 ? "Ulm" : "Genf" }),
            Column("name", strings: (0..<count).map { "person \($0)" }), Column("seen", kind: .timestamp, numbers: (0..<count).map(Double.init)),
        ])
        let scores = try #require(guarding.check(fresh)).scores
        for level in [0.5, 0.9, 0.99] {
            let share = Double(scores.count { $0 >= level }) / Double(count)
            #expect(share < (1 - level) * 1.25 + 0.002 && share > (1 - level) * 0.7 - 0.002, "\(level): \(share)")
        }
        #expect(scores.allSatisfy { $0 >= 0 && $0 < 1 })
    }

    @Test("The farther out a value is, the higher is the score, up to what so many training rows can tell")
    func order() throws {
        let guarding = InputGuard(columns, sample: training)
        let scores = try #require(guarding.check(try table(age: [40, 50, 56, 62, 90, 1e300], income: [0, 0, 0, 0, 9, 1e300]))).scores
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 <= $1 } && scores[0] < 0.6 && scores[4] > 0.99)
        #expect(scores[5] <= 1 - 1.0 / 2001)
    }

    @Test("Columns of one value, of no value and of few rows are looked at without harm")
    func degenerate() throws {
        let sample = try Table([
            Column("one", numbers: [3, 3, 3]), Column("none", numbers: [.nan, .nan, .nan]), Column("text", strings: [nil, "", "a"]),
        ])
        let columns = [
            GuardedColumn("one", kind: .number, rows: 3, missing: 0, range: 3...3), GuardedColumn("none", kind: .number, rows: 3, missing: 3),
            GuardedColumn("text", kind: .text, rows: 3, missing: 2, categories: ["a": 1]),
        ]
        let guarding = InputGuard(columns, sample: sample)
        let asked = try Table([
            Column("one", numbers: [3, 4, .nan]), Column("none", numbers: [1, .nan, 0]), Column("text", strings: ["b", "a", ""]),
        ])
        let found = try #require(guarding.check(asked))
        #expect(found.findings.map { "\($0.kind.rawValue) \($0.row)" } == ["range 1"])
        #expect(found.scores.allSatisfy { $0 >= 0 && $0 <= 0.75 })
        #expect(guarding.check(try Table([Column("one", numbers: [3])])) == nil, "Other columns are not looked at.")
    }

    // MARK: - At an endpoint

    private struct Guarded: ServedModel {
        var model = FakeModel()
        let guarding: InputGuard
        var name: String { model.name }
        var version: Int { model.version }
        var digest: String { model.digest }
        var signature: Signature { model.signature }
        func answer(_ table: Table) throws(MartletError) -> Answers { try model.answer(table) }
        func inspected(_ table: Table) -> (looked: Table, found: InputFindings)? { guarding.check(table).map { (table, $0) } }
    }

    /// An endpoint whose model saw ages from 20 to 60 and the town of Ulm.
    private func endpoint(_ guards: String) throws -> Endpoint {
        let names = FakeModel.contract.inputs
        let columns = names.map { field in
            switch field.name {
            case "age": GuardedColumn("age", kind: .number, rows: 100, missing: 0, range: 20...60)
            case "town": GuardedColumn("town", kind: .text, rows: 100, missing: 0, categories: ["Ulm": 100])
            default: GuardedColumn(field.name, kind: field.kind, rows: 100, missing: 50)
            }
        }
        let sample = try Table(names.map { $0.kind == .text ? Column($0.name, strings: ["Ulm"]) : Column($0.name, kind: $0.kind, numbers: [40]) })
        var plan = EndpointPlan(endpoint: "income", model: "income")
        plan.guards = try GuardPlan(SettingsNode(yaml: guards, file: "martlet.yaml"))
        let clock = ManualClock(noon)
        return Endpoint(
            plan: plan, provider: FakeProvider(Guarded(guarding: InputGuard(columns, sample: sample))), log: nil, pool: WorkPool(),
            identifiers: IdentifierSource(clock: clock, seed: 1), clock: clock)
    }

    private func inputs(age: Double, town: String?) -> [Tensor] {
        var inputs = validInputs()
        inputs[0].values = .numbers([age])
        inputs[3].values = .text([town])
        return inputs
    }

    @Test("What is unlike training is told with the answer, and counted") func warns() async throws {
        let endpoint = try endpoint("{range: warn}")
        let usual = try await endpoint.infer(InferenceRequest(inputs: inputs(age: 40, town: "Ulm")))
        #expect(usual.findings?.warnings == [] && usual.findings?.headers.map(\.name) == ["Martlet-Outlier-Score"])
        let found = try #require(try await endpoint.infer(InferenceRequest(inputs: inputs(age: 212, town: "Zürich"))).findings)
        #expect(found.warnings == ["age is 212; in training it was from 20 to 60", "town is “Zürich”, which training did not know"])
        let header = try #require(found.headers.last)
        #expect(header.name == "Martlet-Input-Warnings" && header.value.contains("\"Z%C3%BCrich\""))
        #expect(header.value.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        let missing = try await endpoint.infer(InferenceRequest(inputs: inputs(age: 40, town: nil))).findings
        #expect(missing?.warnings == ["town is missing; in training it never was"])
        #expect(endpoint.guardCounts.warned == [.range: 1, .category: 1, .missing: 1] && endpoint.guardCounts.refused == [:])
    }

    @Test("What the settings refuse never reaches the model, and the refusal names the column and the way out") func refuses() async throws {
        let endpoint = try endpoint("{range: refuse, categories: off}")
        let failure = await #expect(throws: MartletError.self) {
            try await endpoint.infer(InferenceRequest(inputs: inputs(age: 212, town: "Zürich")))
        }
        #expect(failure?.code == .invalidInput)
        #expect(
            failure?.message.contains("age is 212; in training it was from 20 to 60") == true
                && failure?.message.contains("serving.guards.range") == true)
        #expect(endpoint.figures().rows == 0 && endpoint.guardCounts.refused == [.range: 1])
        #expect(try await endpoint.infer(InferenceRequest(inputs: inputs(age: 40, town: "Zürich"))).findings?.warnings == [])
    }

    @Test("A request of many rows tells five findings and how many more there are") func bounded() async throws {
        let endpoint = try endpoint("{range: warn}")
        var inputs = validInputs(rows: 100)
        inputs[0].values = .numbers(Array(repeating: 99, count: 100))
        let found = try #require(try await endpoint.infer(InferenceRequest(inputs: inputs)).findings)
        #expect(found.warnings.count == 6 && found.warnings.last == "and 95 more" && found.warnings[1].contains("in row 1;"))
    }

    @Test("Guards that are off look at nothing") func off() async throws {
        let endpoint = try endpoint("off")
        #expect(try await endpoint.infer(InferenceRequest(inputs: inputs(age: 212, town: "Zürich"))).findings == nil)
    }

    @Test("The settings are read with their line, and anything else is refused") func settings() throws {
        func plan(_ text: String) throws -> GuardPlan { try GuardPlan(SettingsNode(yaml: text, file: "martlet.yaml")) }
        let read = try plan("{range: refuse, categories: off, missing: warn, outlier: {warn: 0.99, refuse: 0.9999}}")
        #expect(read.range == .refuse && read.categories == .off && read.outlierWarning == 0.99 && read.outlierRefusal == 0.9999)
        #expect(try plan("{outlier: off}").outlierWarning > 1 && plan("{}") == GuardPlan() && plan("off").isOn == false)
        for wrong in ["{ranges: warn}", "{range: loud}", "{outlier: {warn: 2}}", "{outlier: warn}", "maybe", "[range]"] {
            #expect(throws: MartletError.self, "\(wrong)") { try plan(wrong) }
        }
    }
}
