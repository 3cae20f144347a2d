import EngineLibraries
import Foundation
import Monitoring
import Pipelines
import Planning
import Projects
import Support
import TestSupport
import Testing

/// The lifecycle on data as it was published, dirt included. Skipped where the files are absent.
@Suite("Real data, straight from init")
struct RealDataTests {
    @Test(
        "adult: both models reach what is known of them, and leaving sex out is shown to hide little", .enabled(if: RealData.has("adult-train.csv")))
    func adult() throws {
        let columns =
            "age,workclass,fnlwgt,education,education_num,marital_status,occupation,relationship,race,sex,capital_gain,capital_loss,"
            + "hours_per_week,native_country,income"
        let lifecycle = try Lifecycle(data: "adult-train.csv", test: "adult-test.csv", target: "income", columns: columns)
        let outcome = try lifecycle.run()
        let gate = try #require(outcome.gate)
        let facts = try lifecycle.project.show("model:\(lifecycle.project.file.model)@champion")
        let auc = try #require(facts["metrics"]["test"]["auc"]["value"].double)
        #expect(auc >= 0.925, "the trees reach \(auc) on the test file")
        #expect(facts["metrics"]["test"]["auc"]["interval"]["lower"].double.map { $0 < auc } == true)
        let linear = try #require(outcome.leaderboard?.rows.first { $0.step == "linear" })
        #expect(linear.measurement.value >= 0.90)
        #expect(gate.passed && gate.findings.contains { $0.contains("“sex”") && $0.contains("can hardly change the gaps") })
        #expect(facts["test_openings"].int == 1)
        #expect(try lifecycle.run().isUnchanged)
    }

    @Test("pollution: a regression over time whose missing targets are reported", .enabled(if: RealData.has("pollution.csv")))
    func pollution() throws {
        let lifecycle = try Lifecycle(data: "pollution.csv", target: "pm2.5")
        let outcome = try lifecycle.run()
        #expect(outcome.gate?.passed == true)
        #expect(outcome.notes.contains { $0.contains("2067 rows have no value of “pm2.5”") })
    }

    @Test(
        "winequality: classes of five rows are learnt, and red against white every column drifts", .enabled(if: RealData.has("winequality-white.csv"))
    )
    func wine() throws {
        let columns =
            "fixed_acidity,volatile_acidity,citric_acid,residual_sugar,chlorides,free_sulfur_dioxide,total_sulfur_dioxide,density,pH,"
            + "sulphates,alcohol,quality"
        let lifecycle = try Lifecycle(data: "winequality-white.csv", target: "quality", columns: columns)
        #expect(try lifecycle.run().gate?.passed == true)
        let drift = try lifecycle.project.drift(since: "30d", data: RealData.path("winequality-red.csv"))
        #expect(drift.columns.count == 11 && drift.drifted.count == 11)
    }
}

/// A project made from a real file in a folder of its own.
private struct Lifecycle {
    let folder: TemporaryFolder
    let project: Project

    init(data: String, test: String? = nil, target: String, columns: String = "") throws {
        folder = try TemporaryFolder()
        let engines = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: RealData.root, projectDirectory: nil)
        let request = ProjectTemplate.Request(
            folder: folder.path("project"), data: [RealData.path(data)], target: target, test: test.map { [RealData.path($0)] } ?? [],
            columns: columns.split(separator: ",").map(String.init))
        _ = try ProjectTemplate.make(request, engines: engines)
        project = try Project(root: folder.path("project"), clock: SystemClock(), engines: engines, actor: "test")
    }

    func run() throws -> RunOutcome { try project.run(step: nil, force: false, observer: QuietObserver()) }
}

/// Where the published data sets lie: `MARTLET_DATA`, or beside the package.
private enum RealData {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = ProcessInfo.processInfo.environment["MARTLET_DATA"] ?? "\(root)/../shared/data"

    static func path(_ name: String) -> String { "\(folder)/\(name)" }
    static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
