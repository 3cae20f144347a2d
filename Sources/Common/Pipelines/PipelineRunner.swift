package import Database
internal import Digests
package import Support

/// A step made ready to run by the phase that knows how.
package struct PreparedStep: Sendable {
    package var id: String
    package var needs: [String]
    /// What it reads apart from the outputs of the steps it needs: parameters, file digests, its own version. Computed without doing work.
    package var inputs: @Sendable () throws(MartletError) -> JSONValue
    /// Whether what an earlier run left behind is still there.
    package var isIntact: @Sendable (_ output: JSONValue) -> Bool
    /// Does the work and records it. The output is what later steps read; it is remembered with the fingerprint, in one transaction with
    /// what `execute` hands to `StepContext.record`.
    package var execute: @Sendable (StepContext) throws(MartletError) -> JSONValue

    package init(
        id: String, needs: [String], inputs: @escaping @Sendable () throws(MartletError) -> JSONValue,
        isIntact: @escaping @Sendable (JSONValue) -> Bool, execute: @escaping @Sendable (StepContext) throws(MartletError) -> JSONValue
    ) {
        self.id = id
        self.needs = needs
        self.inputs = inputs
        self.isIntact = isIntact
        self.execute = execute
    }
}

/// What a running step is given.
package struct StepContext: Sendable {
    package var run: RunID
    /// The outputs of the steps before, by step.
    package var outputs: [String: JSONValue]
    /// Tells how far it is: a sentence and, where known, the share done.
    package var progress: @Sendable (String, Double?) -> Void
}

/// What happened to one step.
package struct StepResult: Sendable, Equatable {
    package var id: String
    /// The run that made the output: this one's, or an earlier one's where nothing had changed.
    package var run: RunID
    package var isCached: Bool
    package var output: JSONValue
    package var seconds: Double
}

/// Told by the runner as a pipeline proceeds. The default does nothing.
package protocol PipelineObserver: Sendable {
    func stepBegins(_ id: String)
    func step(_ id: String, progress: String, share: Double?)
    func stepEnds(_ result: StepResult)
}

/// The record of step runs; implemented by the phase that owns runs.
package protocol StepRecorder: Sendable {
    func begin(step: String, inputs: JSONValue) throws(MartletError) -> RunID
    func end(_ run: RunID, step: String, output: JSONValue, in session: SQLSession) throws
    func fail(_ run: RunID, _ error: MartletError) throws(MartletError)
}

/// Runs the steps that are out of date, in order, and remembers each as soon as it is done.
package struct PipelineRunner: Sendable {
    private let database: any MetadataDatabase
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    /// Runs a pipeline.
    /// - Parameters:
    ///   - steps: in an order in which each stands after those it needs.
    ///   - forced: steps that run even where nothing changed.
    package func run(
        _ steps: [PreparedStep], forced: Set<String>, recorder: any StepRecorder, observer: any PipelineObserver
    ) throws(MartletError) -> [StepResult] {
        var results: [StepResult] = []
        for step in steps {
            var outputs: [String: JSONValue] = [:]
            for result in results { outputs[result.id] = result.output }
            results.append(try runOne(step, outputs: outputs, force: forced.contains(step.id), recorder: recorder, observer: observer))
        }
        return results
    }

    /// The steps that a run would do, without doing them. A step after one that is out of date counts as out of date.
    package func outOfDate(_ steps: [PreparedStep]) throws(MartletError) -> [String] {
        var stale: [String] = []
        var outputs: [String: JSONValue] = [:]
        for step in steps {
            if step.needs.contains(where: stale.contains) {
                stale.append(step.id)
            } else if let known = try remembered(step, fingerprint: fingerprint(step, inputs: step.inputs(), outputs: outputs)) {
                outputs[step.id] = known.output
            } else {
                stale.append(step.id)
            }
        }
        return stale
    }

    private func runOne(
        _ step: PreparedStep, outputs: [String: JSONValue], force: Bool, recorder: any StepRecorder, observer: any PipelineObserver
    ) throws(MartletError) -> StepResult {
        let inputs = try step.inputs()
        let fingerprint = fingerprint(step, inputs: inputs, outputs: outputs)
        if !force, let known = try remembered(step, fingerprint: fingerprint) {
            let result = StepResult(id: step.id, run: known.run, isCached: true, output: known.output, seconds: 0)
            observer.stepEnds(result)
            return result
        }
        observer.stepBegins(step.id)
        let began = monotonicSeconds()
        let run = try recorder.begin(step: step.id, inputs: inputs)
        let context = StepContext(run: run, outputs: outputs) { observer.step(step.id, progress: $0, share: $1) }
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

    private func fingerprint(_ step: PreparedStep, inputs: JSONValue, outputs: [String: JSONValue]) -> String {
        let upstream = JSONValue.object(step.needs.sorted().map { JSONValue.Member($0, outputs[$0] ?? .null) })
        return Digest(of: ([inputs, upstream] as JSONValue).compact).rawValue
    }

    private func remembered(_ step: PreparedStep, fingerprint: String) throws(MartletError) -> (run: RunID, output: JSONValue)? {
        let row = try database.read { try $0.row("SELECT * FROM step_state WHERE step = ?", [SQLValue(step.id)]) }
        guard let row, row.text("fingerprint") == fingerprint, let run = row.text("run"), let text = row.text("output"),
            let output = try? JSONValue(parsing: text), step.isIntact(output)
        else { return nil }
        return (RunID(run), output)
    }

    private func remember(
        _ step: PreparedStep, _ fingerprint: String, _ run: RunID, _ output: JSONValue, _ recorder: any StepRecorder
    ) throws(MartletError) {
        try database.write { session in
            try session.execute(
                "INSERT INTO step_state (step, fingerprint, run, output, finished) VALUES (?, ?, ?, ?, ?) ON CONFLICT (step) DO UPDATE SET "
                    + "fingerprint = excluded.fingerprint, run = excluded.run, output = excluded.output, finished = excluded.finished",
                [SQLValue(step.id), SQLValue(fingerprint), SQLValue(run), SQLValue(output.compact), SQLValue(clock.now())])
            try recorder.end(run, step: step.id, output: output, in: session)
        }
    }
}
