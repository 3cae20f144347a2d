package import Database
package import Support

/// A step made ready to run by the phase that knows how.
package struct PreparedStep: Sendable {
    /// How it is told whether a step is out of date.
    package enum Memory: Sendable {
        /// By the fingerprint of what it reads, which is remembered here with its output.
        /// - inputs: what it reads apart from the outputs of the steps it needs: parameters, file digests, its own version. Computed without doing work.
        /// - isIntact: whether what an earlier run left behind is still there.
        case fingerprint(
            inputs: @Sendable () throws(MartletError) -> JSONValue, isIntact: @Sendable (_ output: JSONValue) -> Bool)
        /// By the step itself, which remembers elsewhere. Asked once all that it needs is up to date.
        case own(@Sendable () throws(MartletError) -> StepState)
    }

    package var id: String
    package var needs: [String]
    package var memory: Memory
    /// Whether it uses all processors by itself, so that no other step should run beside it.
    package var usesAllProcessors: Bool
    /// Does the work and records it. The output is what later steps read; it is remembered with the fingerprint, in one transaction with
    /// what `execute` hands to `StepContext.record`.
    package var execute: @Sendable (StepContext) throws(MartletError) -> JSONValue

    /// A step that is remembered by the fingerprint of what it reads.
    package init(
        id: String, needs: [String], inputs: @escaping @Sendable () throws(MartletError) -> JSONValue,
        isIntact: @escaping @Sendable (JSONValue) -> Bool, execute: @escaping @Sendable (StepContext) throws(MartletError) -> JSONValue
    ) {
        self.id = id
        self.needs = needs
        memory = .fingerprint(inputs: inputs, isIntact: isIntact)
        usesAllProcessors = true
        self.execute = execute
    }

    /// A step that remembers by itself.
    package init(
        id: String, needs: [String], state: @escaping @Sendable () throws(MartletError) -> StepState,
        execute: @escaping @Sendable (StepContext) throws(MartletError) -> JSONValue
    ) {
        self.id = id
        self.needs = needs
        memory = .own(state)
        usesAllProcessors = false
        self.execute = execute
    }
}

/// Whether a step that remembers by itself is up to date.
package enum StepState: Sendable {
    /// It is, with what it left.
    case current(output: JSONValue)
    /// It is not, for these reasons: parts of sentences such as “its command changed”. With what it reads, for the record of its run.
    case stale(reasons: [String], inputs: JSONValue)
}

/// What a running step is given.
package struct StepContext: Sendable {
    package var run: RunID
    /// Whether it was asked for although nothing changed.
    package var isForced = false
    /// The outputs of the steps before, by step.
    package var outputs: [String: JSONValue]
    /// Tells how far it is: a sentence and, where known, the share done.
    package var progress: @Sendable (String, Double?) -> Void
}

/// What happened to one step.
package struct StepResult: Sendable, Equatable {
    package var id: String
    /// The run that made the output: this one's, or an earlier one's where nothing had changed; empty where nobody here knows of it.
    package var run: RunID
    package var isCached: Bool
    package var output: JSONValue
    package var seconds: Double
}

/// A step that would run, and why: parts of sentences such as “its command changed”.
package struct StaleStep: Sendable, Equatable {
    package var id: String
    package var reasons: [String]
}

/// Told by the runner as a pipeline proceeds, from several threads. The default does nothing.
package protocol PipelineObserver: Sendable {
    func stepBegins(_ id: String)
    func step(_ id: String, progress: String, share: Double?)
    func stepEnds(_ result: StepResult)
}

/// The record of step runs; implemented by the phase that owns runs. Called from several threads.
package protocol StepRecorder: Sendable {
    func begin(step: String, inputs: JSONValue) throws(MartletError) -> RunID
    func end(_ run: RunID, step: String, output: JSONValue, in session: SQLSession) throws
    func fail(_ run: RunID, _ error: MartletError) throws(MartletError)
}
