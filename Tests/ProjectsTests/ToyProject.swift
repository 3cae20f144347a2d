import EngineLibraries
import Foundation
import Pipelines
import Projects
import Serving
import Support
import Tables
import TestSupport

/// A small project of made-up rows in a folder of its own, with a clock that a test moves.
struct ToyProject {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let engines = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)
    /// Whether the engines of a run without boosted trees are there.
    static let canRun = engines.path(of: .duckdb) != nil && engines.path(of: .onnxruntime) != nil

    let folder: TemporaryFolder
    let clock = ManualClock(Timestamp(seconds: 1_795_000_020))

    init() throws {
        folder = try TemporaryFolder()
        try write(rows: 0..<1000)
        try write(settings: "")
    }

    /// Rows whose y follows x, with noise; equal numbers make equal rows.
    func write(rows: Range<Int>) throws {
        let lines = rows.map { i in
            let (x, noise) = (i * 7919 % 1009, i * 104_729 % 997)
            return "r\(i),\(x),\(i % 10 == 0 ? "" : "t\(i % 5)"),\(x + noise > 1003 ? "yes" : "no")\n"
        }
        try folder.write("rows.csv", "id,x,town,y\n" + lines.joined())
    }

    /// Writes `martlet.yaml`.
    /// - Parameters:
    ///   - objectives: lines of the charter.
    ///   - columns: of the data section.
    ///   - clean: the row rules.
    ///   - seed: of the random split.
    ///   - steps: lines of the pipeline besides the two models.
    func write(
        settings objectives: String, columns: String = "{id: {use: false, key: true}}", clean: String = "[]", seed: Int = 7, steps: String = ""
    ) throws {
        try folder.write(
            "martlet.yaml",
            """
            martlet: 1
            project: toy
            charter:
              problem: {type: binary, target: y, positive: "yes"}
              outcome: "a toy"
              objectives:
                - {id: gain, metric: auc, on: test, versus: baseline, min_gain: 0.01}
                \(objectives)
            data:
              source: {train: rows.csv}
              columns: \(columns)
              clean: \(clean)
              split: {validation: 0.2, test: 0.2, seed: \(seed)}
            pipeline:
              - {id: baseline, uses: train/majority}
              - {id: linear, uses: train/logistic}
              \(steps)
            serving: {model: toy@champion}

            """)
    }

    /// The project as it stands in the folder now.
    func open() throws -> Project { try Project(root: folder.path, clock: clock, engines: ToyProject.engines, actor: "test") }

    @discardableResult
    func run() throws -> RunOutcome {
        clock.advance(to: clock.now().advanced(bySeconds: 60))
        return try open().run(step: nil, force: false, observer: QuietObserver())
    }

    /// The prediction log of the project's endpoint, for writing.
    func log() throws -> PredictionLog { try PredictionLog(folder: open().predictionsFolder, endpoint: "toy", options: .init(), clock: clock) }
}

/// Says nothing.
struct QuietObserver: PipelineObserver {
    func stepBegins(_ id: String) {}
    func step(_ id: String, progress: String, share: Double?) {}
    func stepEnds(_ result: StepResult) {}
}
