import Database
import Planning
import Support
import TestSupport
import Testing

@Suite("The record of checks")
struct CheckResultsTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let results: CheckResults

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        results = CheckResults(database: database)
    }

    private func result(_ objective: String, _ subject: String, _ verdict: Verdict, _ value: Double? = nil, at second: Double = 0) -> CheckResult {
        let measurement = value.map { Measurement(value: $0, lower: $0 - 1, upper: nil) }
        return CheckResult(
            objective: objective, subject: subject, at: Timestamp(seconds: second), verdict: verdict, measurement: measurement,
            reason: "“\(objective)”")
    }

    @Test("The newest result of each objective is found, over all subjects or of one")
    func latest() throws {
        let first = [result("a", "model:m@v1", .red, 0.5), result("b", "model:m@v1", .yellow)]
        let second = [result("a", "model:m@v2", .green, 0.9, at: 1)]
        try database.write { try results.add(first, in: $0) }
        try database.write { try results.add(second, in: $0) }
        #expect(try results.latest() == ["a": second[0], "b": first[1]])
        #expect(try results.latest(subject: "model:m@v1") == ["a": first[0], "b": first[1]])
        #expect(try results.latest(subject: "model:m@v9") == [:])
        #expect(try results.history(subject: "model:m@v1") == first)
    }

    @Test("The last measured result of an objective is found behind later ones without a value")
    func lastMeasured() throws {
        let measured = result("live", "endpoint:m", .red, 0.5)
        let later = [result("live", "endpoint:m", .red, at: 1), result("live", "endpoint:other", .green, 0.9, at: 2)]
        try database.write { try results.add([measured] + later, in: $0) }
        #expect(try results.lastMeasured("live", subject: "endpoint:m") == measured)
        #expect(try results.lastMeasured("fast", subject: "endpoint:m") == nil)
    }

    @Test("Results of a write that failed are not there")
    func transaction() throws {
        #expect(throws: MartletError.self) {
            try database.write { session in
                try results.add([result("a", "model:m@v1", .green)], in: session)
                throw MartletError(.refused, "No.")
            }
        }
        #expect(try results.latest() == [:])
    }

    @Test("A value that is no number comes back as not measured")
    func undefined() throws {
        try database.write { try results.add([result("a", "model:m@v1", .red, .nan)], in: $0) }
        #expect(try results.latest()["a"]?.measurement == nil)
    }

    @Test("A charter is confirmed by its digest; another charter is not, and the latest word counts")
    func confirmation() throws {
        #expect(try results.confirmation(of: "d1") == nil)
        try database.write { try results.confirm(charter: "d1", at: Timestamp(seconds: 1), actor: "ann", in: $0) }
        try database.write { try results.confirm(charter: "d1", at: Timestamp(seconds: 2), actor: "bob", in: $0) }
        let confirmation = try results.confirmation(of: "d1")
        #expect(confirmation?.actor == "bob" && confirmation?.at == Timestamp(seconds: 2))
        #expect(try results.confirmation(of: "d2") == nil)
    }
}
