import Data
import Objects
import Pipelines
import Planning
import Projects
import Registry
import Support
import Tables
import TestSupport
import Testing

@Suite("The comparison with the champion", .enabled(if: ToyProject.canRun, "DuckDB or ONNX Runtime is not installed; run “make setup”."))
struct FairComparisonTests {
    private static let noWorse = "- {id: no-worse, metric: auc, on: test, versus: champion, max_loss: 0.5}"

    /// The identifiers in the parts of a dataset version.
    private func ids(_ toy: ToyProject, _ version: Int, _ splits: [String]) throws -> Set<String> {
        let project = try toy.open()
        let dataset = try project.datasets.version("toy", version)
        var ids: Set<String> = []
        for part in splits.compactMap(dataset.part) {
            let column = try PreparedFile.load(project.objects.path(part.digest), columns: ["id"], engine: project.openDuckDB()).columns[0]
            ids.formUnion((0..<column.count).compactMap { column.category($0) })
        }
        return ids
    }

    private func noWorse(_ outcome: RunOutcome) throws -> CheckResult {
        try #require(outcome.gate?.checks.first { $0.objective == "no-worse" })
    }

    @Test(
        "Rows that the champion has learnt from are left out, known by their key or by their content, and the reason counts them",
        arguments: ["{id: {use: false, key: true}}", "{id: {use: false}}"])
    func leftOut(_ columns: String) throws {
        let toy = try ToyProject()
        try toy.write(settings: FairComparisonTests.noWorse, columns: columns)
        #expect(try noWorse(toy.run()).reason == "There is no champion to compare with yet.")
        try toy.write(rows: 0..<1300)
        let outcome = try toy.run()
        let seen = try ids(toy, 2, ["test"]).intersection(ids(toy, 1, ["train", "validation"])).count
        #expect(seen > 100 && seen < 210)
        let check = try noWorse(outcome)
        #expect(check.verdict == .green && check.measurement != nil)
        #expect(check.reason.hasSuffix("Left out: the champion has learnt from \(seen) of the 260 rows."), "\(check.reason)")
        #expect(try toy.open().models.versions(of: "toy").count == 2)
    }

    @Test("A row is known also where a rule fills its missing values with what each version learnt")
    func filled() throws {
        let toy = try ToyProject()
        try toy.write(
            settings: FairComparisonTests.noWorse, columns: "{id: {use: false}}", clean: "[{impute: {town: most_frequent}}]")
        try toy.write(rows: 0..<700)
        try toy.run()
        try toy.write(rows: 0..<1000)
        let outcome = try toy.run()
        let seen = try ids(toy, 2, ["test"]).intersection(ids(toy, 1, ["train", "validation"])).count
        #expect(try noWorse(outcome).reason.hasSuffix("Left out: the champion has learnt from \(seen) of the 200 rows."))
    }

    @Test("Where nearly all rows were learnt from, no comparison is fair: the check is yellow and says what to do")
    func unfair() throws {
        let toy = try ToyProject()
        try toy.write(settings: FairComparisonTests.noWorse)
        try toy.run()
        try toy.write(settings: FairComparisonTests.noWorse, seed: 8)
        let outcome = try toy.run()
        let seen = try ids(toy, 2, ["test"]).intersection(ids(toy, 1, ["train", "validation"])).count
        #expect(200 - seen < 50)
        let check = try noWorse(outcome)
        #expect(check.verdict == .yellow && check.measurement == nil)
        #expect(
            check.reason
                == "No fair comparison with the champion is possible: the champion has learnt from \(seen) of the 200 rows, and \(200 - seen) are too few. Set rows aside that no version learns from: a test file (data.source.test), or a split by time."
        )
        #expect(outcome.gate?.passed == true)
    }

    @Test("Data that is split as before is compared on every row, without a word")
    func sameSplit() throws {
        let toy = try ToyProject()
        try toy.write(settings: FairComparisonTests.noWorse)
        try toy.run()
        let outcome = try toy.open().run(step: nil, force: true, observer: QuietObserver())
        let check = try noWorse(outcome)
        #expect(check.verdict == .green && check.reason == "auc: 0 holds against a loss of at most 0.5 against the champion.")
    }
}
