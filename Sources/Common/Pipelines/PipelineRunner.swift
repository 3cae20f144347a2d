package import Database
internal import Digests
internal import Dispatch
package import Support
internal import Synchronization

/// Runs the steps that are out of date, each as soon as those that it needs have ended, and remembers each as soon as it is done.
package struct PipelineRunner: Sendable {
    /// How steps are run.
    package struct Options: Sendable {
        /// Steps that run even where nothing changed.
        package var forced: Set<String>
        /// How many run at once.
        package var jobs: Int
        /// Whether steps that do not need a failed one still run.
        package var keepsGoing: Bool

        package init(forced: Set<String> = [], jobs: Int = 1, keepsGoing: Bool = false) {
            self.forced = forced
            self.jobs = max(1, jobs)
            self.keepsGoing = keepsGoing
        }
    }

    private let database: any MetadataDatabase
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    /// Runs a pipeline, one step after the other.
    package func run(
        _ steps: [PreparedStep], forced: Set<String>, recorder: any StepRecorder, observer: any PipelineObserver
    ) throws(MartletError) -> [StepResult] {
        try run(steps, Options(forced: forced), recorder: recorder, observer: observer)
    }

    /// Runs a pipeline.
    /// - Parameter steps: in an order in which each stands after those it needs; results come in the same order.
    /// - Throws: what the first step that failed threw, once those beside it have ended.
    package func run(
        _ steps: [PreparedStep], _ options: Options, recorder: any StepRecorder, observer: any PipelineObserver
    ) throws(MartletError) -> [StepResult] {
        let schedule = StepSchedule(steps, options)
        let bell = DispatchSemaphore(value: 0)
        while true {
            switch schedule.next() {
            case .step(let i, let outputs, let isAlone):
                let work: @Sendable () -> Void = {
                    schedule.ended(i, Result { () throws(MartletError) in try runOne(steps[i], outputs, options, recorder, observer) })
                }
                if isAlone {
                    work()
                } else {
                    DispatchQueue.global().async {
                        work()
                        bell.signal()
                    }
                }
            case .wait: bell.wait()
            case .done: return try schedule.results()
            }
        }
    }

    // MARK: What would run

    /// The steps that a run would do, without doing them. A step after one that is out of date counts as out of date.
    package func outOfDate(_ steps: [PreparedStep]) throws(MartletError) -> [String] { try stale(steps).map(\.id) }

    /// The same with reasons.
    package func stale(_ steps: [PreparedStep], forced: Set<String> = []) throws(MartletError) -> [StaleStep] {
        var stale: [StaleStep] = []
        var ids: Set<String> = []
        var outputs: [String: JSONValue] = [:]
        for step in steps {
            let reasons: [String]
            if let before = step.needs.first(where: ids.contains) {
                reasons = ["it follows \(before)"]
            } else if forced.contains(step.id) {
                reasons = ["it was asked for"]
            } else {
                switch try judged(step, outputs) {
                case .current(_, let output):
                    outputs[step.id] = output
                    continue
                case .stale(let why, _, _): reasons = why
                }
            }
            stale.append(StaleStep(id: step.id, reasons: reasons))
            ids.insert(step.id)
        }
        return stale
    }

    private enum Judgement {
        case current(RunID, output: JSONValue)
        case stale(reasons: [String], inputs: JSONValue, fingerprint: String)
    }

    private func judged(_ step: PreparedStep, _ outputs: [String: JSONValue]) throws(MartletError) -> Judgement {
        switch step.memory {
        case .own(let state):
            switch try state() {
            case .current(let output): return .current(RunID(""), output: output)
            case .stale(let reasons, let inputs): return .stale(reasons: reasons, inputs: inputs, fingerprint: "")
            }
        case .fingerprint(let inputs, let isIntact):
            let inputs = try inputs()
            let fingerprint = fingerprint(step, inputs: inputs, outputs: outputs)
            let row = try database.read { try $0.row("SELECT * FROM step_state WHERE step = ?", [SQLValue(step.id)]) }
            guard let row, let run = row.text("run"), let output = row.text("output").flatMap({ try? JSONValue(parsing: $0) }) else {
                return .stale(reasons: ["it has never run"], inputs: inputs, fingerprint: fingerprint)
            }
            if row.text("fingerprint") != fingerprint { return .stale(reasons: ["what it reads changed"], inputs: inputs, fingerprint: fingerprint) }
            guard isIntact(output) else { return .stale(reasons: ["what it left is gone or changed"], inputs: inputs, fingerprint: fingerprint) }
            return .current(RunID(run), output: output)
        }
    }

    private func fingerprint(_ step: PreparedStep, inputs: JSONValue, outputs: [String: JSONValue]) -> String {
        let upstream = JSONValue.object(step.needs.sorted().map { JSONValue.Member($0, outputs[$0] ?? .null) })
        return Digest(of: ([inputs, upstream] as JSONValue).compact).rawValue
    }

    // MARK: One step

    private func runOne(
        _ step: PreparedStep, _ outputs: [String: JSONValue], _ options: Options, _ recorder: any StepRecorder, _ observer: any PipelineObserver
    ) throws(MartletError) -> StepResult {
        let isForced = options.forced.contains(step.id)
        let (inputs, fingerprint): (JSONValue, String)
        switch try judged(step, outputs) {
        case .current(let run, let output):
            guard isForced else {
                let result = StepResult(id: step.id, run: run, isCached: true, output: output, seconds: 0)
                observer.stepEnds(result)
                return result
            }
            (inputs, fingerprint) = try read(step, outputs)
        case .stale(_, let read, let text): (inputs, fingerprint) = (read, text)
        }
        observer.stepBegins(step.id)
        let began = monotonicSeconds()
        let run = try recorder.begin(step: step.id, inputs: inputs)
        let context = StepContext(run: run, isForced: isForced, outputs: outputs) { observer.step(step.id, progress: $0, share: $1) }
        let output: JSONValue
        do { output = try step.execute(context) } catch {
            // What broke the step is what the user must read; a run whose end could not be recorded is found at the next start.
            try? recorder.fail(run, error)
            throw error
        }
        try remember(step, fingerprint, run, output, recorder)
        let result = StepResult(id: step.id, run: run, isCached: false, output: output, seconds: monotonicSeconds() - began)
        observer.stepEnds(result)
        return result
    }

    /// What a step reads that runs although nothing changed.
    private func read(_ step: PreparedStep, _ outputs: [String: JSONValue]) throws(MartletError) -> (JSONValue, String) {
        guard case .fingerprint(let inputs, _) = step.memory else { return (.object([]), "") }
        let read = try inputs()
        return (read, fingerprint(step, inputs: read, outputs: outputs))
    }

    private func remember(
        _ step: PreparedStep, _ fingerprint: String, _ run: RunID, _ output: JSONValue, _ recorder: any StepRecorder
    ) throws(MartletError) {
        try database.write { session in
            if case .fingerprint = step.memory {
                try session.execute(
                    "INSERT INTO step_state (step, fingerprint, run, output, finished) VALUES (?, ?, ?, ?, ?) ON CONFLICT (step) DO UPDATE SET "
                        + "fingerprint = excluded.fingerprint, run = excluded.run, output = excluded.output, finished = excluded.finished",
                    [SQLValue(step.id), SQLValue(fingerprint), SQLValue(run), SQLValue(output.compact), SQLValue(clock.now())])
            }
            try recorder.end(run, step: step.id, output: output, in: session)
        }
    }
}
