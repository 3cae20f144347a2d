import Demo
import EngineLibraries
import Foundation
import Monitoring
import Objects
import Pipelines
import Planning
import Projects
import Registry
import Serving
import Support
import Tables

/// Eight months of a lender's model, played with a clock that is moved by hand.
struct TimeLapse {
    let folder: String
    let generator: LoanGenerator
    let console: Console
    let clock = ManualClock(LoanGenerator.start(ofMonth: 0))

    init(folder: String, seed: UInt64, console: Console) {
        self.folder = folder
        generator = LoanGenerator(seed: seed)
        self.console = console
    }

    static func engines(_ folder: String) -> EngineLocator {
        EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: GlobalOptions.programDirectory, projectDirectory: folder)
    }

    /// Plays all months and prints the ledger.
    /// - Returns: a prediction worth explaining.
    func play() async throws -> String {
        try prepareFolder()
        var ledger = Ledger()
        var months: [LoanMonth] = []
        for index in 0..<LoanGenerator.months { months.append(try generator.month(index)) }
        // The first champion learns from what is known when the third month ends.
        let trainingMonths = 3
        clock.advance(to: LoanGenerator.start(ofMonth: trainingMonths))
        try write(labelled: months.prefix(trainingMonths))
        let project = try Project(root: folder, clock: clock, engines: Self.engines(folder), actor: "demo")
        say("three months of applications: the first champion is trained")
        ledger.readInspection(try inspect())
        let first = try train(project)
        try project.confirmCharter()
        try ledger.readTraining(first, project: project)
        let traffic = try LoanTraffic(project: project, clock: clock)
        for month in months.dropFirst(trainingMonths) {
            try await live(month, all: months, project: project, traffic: traffic, ledger: &ledger)
        }
        traffic.close()
        ledger.readDelays(try delays(project, months))
        let declined = try explain(project)
        ledger.print(to: console)
        console.line("The project lies in \(folder).")
        return declined
    }

    // MARK: - One month

    private func live(
        _ month: LoanMonth, all months: [LoanMonth], project: Project, traffic: LoanTraffic, ledger: inout Ledger
    ) async throws {
        try await traffic.answer(month)
        clock.advance(to: LoanGenerator.start(ofMonth: month.index + 1))
        let labels = try bringLabels(months, project: project, until: clock.now())
        let drift = try project.drift(since: "31d", data: nil)
        ledger.readDrift(drift, month: month.index)
        let outcome = try await project.check(nil)
        let live = outcome.results.first { $0.objective == "live" }
        say(
            "\(month.table.rowCount) applications answered, \(labels) labels came in; "
                + (drift.drifted.isEmpty ? "no column drifted" : "drifted: \(drift.drifted.map(\.name).joined(separator: ", "))")
                + (live?.measurement.map { "; AUC in production \(Objective.text($0.value))" } ?? ""), at: month.index)
        // A verdict that stands from an earlier month, because too few labels have come in for the new champion, is no new reason to retrain.
        guard let live, live.verdict == .red, live.measurement != nil else { return }
        console.line("  \(console.mark(.red)) live: \(live.reason)")
        ledger.readDecline(live.reason, month: month.index)
        try await retrain(after: month, all: months, project: project, traffic: traffic, ledger: &ledger)
    }

    /// First in haste, on the few labels that came in first after the shift; then on all that is known.
    private func retrain(
        after month: LoanMonth, all months: [LoanMonth], project: Project, traffic: LoanTraffic, ledger: inout Ledger
    ) async throws {
        if !ledger.hasRefused {
            let shifted = months[LoanGenerator.shiftMonth]
            let first = try earliest(200, of: shifted)
            try write(labelled: [first])
            console.line("  retraining in haste, on the first 200 labels after the shift")
            let hasty = try train(project)
            let columns = try project.models.version(project.file.model, "champion").details.request.inputs.map(\.name)
            let sample = try DriftReport(
                reference: shifted.table.selecting(columns), named: "the month's applications", current: first.table.selecting(columns))
            ledger.readHaste(hasty, sample: sample)
        }
        try write(labelled: months.prefix(month.index + 1).suffix(4))
        console.line("  retraining on everything that is known of the last four months")
        _ = try train(project)
        try await traffic.pickUpPromotion()
    }

    private func earliest(_ count: Int, of month: LoanMonth) throws -> LoanMonth {
        let order = month.labels.indices.sorted { month.labels[$0].knownAt < month.labels[$1].knownAt }.prefix(count).sorted()
        return LoanMonth(index: month.index, table: month.table.rows(order), labels: order.map { month.labels[$0] })
    }

    private func train(_ project: Project) throws -> RunOutcome {
        let outcome = try project.run(step: nil, force: false, observer: SilentObserver())
        guard let gate = outcome.gate else { return outcome }
        console.line(
            "    \(console.mark(gate.passed ? .green : .red)) \(gate.passed ? "\(gate.version) is champion" : "the gate refuses \(gate.version)")")
        for check in gate.checks where !gate.passed && check.verdict == .red { console.line("      \(check.objective): \(check.reason)") }
        return outcome
    }

    private func bringLabels(_ months: [LoanMonth], project: Project, until moment: Timestamp) throws -> Int {
        let known = months.flatMap(\.labels).filter { $0.knownAt <= moment && $0.knownAt > LoanGenerator.start(ofMonth: 3) }
        let labels = known.map { Label(subject: .key($0.key), value: $0.outcome, known: $0.knownAt) }
        return try project.labels.add(labels, endpoint: project.file.serving.endpoint, source: "back office").added
    }

    /// Days from the answers in the log to the moments at which their labels became known.
    private func delays(_ project: Project, _ months: [LoanMonth]) throws -> [Double] {
        let known = Dictionary(months.flatMap(\.labels).map { ($0.key, $0.knownAt) }, uniquingKeysWith: { first, _ in first })
        var days: [Double] = []
        try project.predictionLog().scan(columns: []) { block throws(MartletError) in
            for row in 0..<block.rowCount {
                guard let key = block.keys?[row], let at = known[key], at <= clock.now() else { continue }
                days.append((at.seconds - block.times[row].seconds) / 86_400)
            }
        }
        return days
    }

    // MARK: - Files and words

    /// What `martlet init` would say of the first table.
    private func inspect() throws -> JSONValue {
        let request = ProjectTemplate.Request(folder: folder, data: ["\(folder)/applications.csv"], target: LoanGenerator.target)
        return try ProjectTemplate.findings(request, engines: Self.engines(folder))
    }

    /// The folder may hold an earlier demonstration, and nothing else.
    private func prepareFolder() throws {
        let manager = FileManager.default
        let there = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
        guard there.isEmpty || manager.fileExists(atPath: "\(folder)/\(DemoFiles.marker)") else {
            throw MartletError(.alreadyExists, "\(folder) holds files that are no demonstration. Choose another folder with --directory.")
        }
        for name in there { try manager.removeItem(atPath: "\(folder)/\(name)") }
        try makeFolder(folder)
        try replaceFile("\(folder)/\(DemoFiles.marker)", with: Array("A demonstration; martlet demo replaces what lies here.\n".utf8))
        try replaceFile("\(folder)/\(ProjectFile.name)", with: Array(DemoFiles.settings.utf8))
    }

    private func write(labelled months: some Sequence<LoanMonth>) throws {
        var text = ""
        for (i, month) in months.enumerated() { text += try month.labelled(by: clock.now()).commaSeparated(header: i == 0) }
        try replaceFile("\(folder)/applications.csv", with: Array(text.utf8))
    }

    private func say(_ sentence: String, at month: Int? = nil) {
        let name = month.map { LoanGenerator.start(ofMonth: $0).date.prefix(7) } ?? LoanGenerator.start(ofMonth: 0).date.prefix(7)
        console.line("\(console.paint(String(name), .bold))  \(sentence)")
    }

    /// Explains one loan that was declined.
    private func explain(_ project: Project) throws -> String {
        var declined: String?
        try project.predictionLog().scan(columns: [], keys: false) { block throws(MartletError) in
            guard declined == nil, let row = block.answers.scores.indices.first(where: { block.answers.scores[$0] >= 0.5 }) else { return }
            declined = block.ids[row].description
        }
        guard let declined else { throw MartletError(.defect, "No loan was declined in the demonstration.") }
        let why = try project.why("prediction:\(declined)")
        console.line()
        console.line(console.paint("why was this loan declined?", .bold))
        for link in why.links { console.line("  \(link.title)" + (link.facts.first.map { "  \($0.name): \($0.value.prefix(70))" } ?? "")) }
        console.line()
        return declined
    }
}

/// Says nothing.
struct SilentObserver: PipelineObserver {
    func stepBegins(_ id: String) {}
    func step(_ id: String, progress: String, share: Double?) {}
    func stepEnds(_ result: StepResult) {}
}
