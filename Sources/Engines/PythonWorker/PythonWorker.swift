import Dispatch
import Support
import Synchronization

/// One worker: started where it does not run, ended where it takes too long, and started again. Asked by one thread at a time.
final class PythonWorker: Sendable {
    private struct State {
        var process: WorkerProcess?
        var description: ModelDescription?
        /// How often it died since its last answer.
        var deaths = 0
        /// Before when it is not started again, on the clock of `monotonicSeconds()`.
        var restsUntil = 0.0
    }

    private let setup: WorkerSetup
    private let state = Mutex(State())

    init(_ setup: WorkerSetup) { self.setup = setup }

    /// Starts it, where it does not run, and loads the model.
    /// - Throws: `invalidInput` for a model that cannot be loaded with this Python; `unavailable` while it rests after a death.
    func start() throws(MartletError) -> ModelDescription { try ready().1 }

    private func ready() throws(MartletError) -> (WorkerProcess, ModelDescription) {
        if let running = running() { return running }
        try rest()
        let process = try WorkerProcess(setup)
        do throws(WorkerChannel.Failure) {
            let deadline = monotonicSeconds() + setup.startLimit
            try process.channel.push(setup.order, by: deadline)
            return (process, try taken(process, try process.channel.pull(by: deadline)))
        } catch {
            died()
            throw told(error, during: "while it loaded the model", limit: setup.startLimit)
        }
    }

    /// Waits for the end of a short pause after a death; a long one is told.
    private func rest() throws(MartletError) {
        let (pause, deaths) = state.withLock { ($0.restsUntil - monotonicSeconds(), $0.deaths) }
        guard pause <= PythonWorker.patience else {
            throw failure(.unavailable, "The Python worker died \(deaths) times and is started again in \(Int(pause.rounded(.up))) s")
        }
        if pause > 0 { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + pause) }
    }

    /// How many seconds a request waits for a worker that rests.
    private static let patience = 2.0

    /// The process that runs and waits for a question. One that died or spoke unasked is put away.
    private func running() -> (WorkerProcess, ModelDescription)? {
        let held: (WorkerProcess, ModelDescription)? = state.withLock { state in state.process.flatMap { p in state.description.map { (p, $0) } } }
        guard let held else { return nil }
        guard !held.0.channel.isQuiet else { return held }
        died()
        return nil
    }

    private func taken(_ process: WorkerProcess, _ message: WorkerMessage) throws(WorkerChannel.Failure) -> ModelDescription {
        do throws(MartletError) {
            guard message.kind == .ready else { throw refused(message) }
            let description = try ModelDescription(message.body)
            state.withLock { state in
                state.process = process
                state.description = description
            }
            return description
        } catch { throw .garbled(error) }
    }

    /// Asks the model.
    /// - Throws: `invalidInput` for what the model's signature refuses; `stepFailed` where the model fails, with its words; `unavailable` where the
    ///   worker dies or takes too long.
    func ask(_ tensors: [WorkerTensor]) throws(MartletError) -> [WorkerTensor] {
        let (process, _) = try ready()
        let message: WorkerMessage
        do throws(WorkerChannel.Failure) {
            let deadline = monotonicSeconds() + setup.answerLimit
            try process.channel.push(WorkerMessage(kind: .ask, body: WorkerTensor.encode(tensors)), by: deadline)
            message = try process.channel.pull(by: deadline)
        } catch {
            died()
            throw told(error, during: "while it answered this request", limit: setup.answerLimit)
        }
        state.withLock { $0.deaths = 0 }
        guard message.kind == .answer else { throw refused(message) }
        do throws(MartletError) { return try WorkerTensor.decode(message.body) } catch {
            died()
            throw failure(error.code, error.message)
        }
    }

    /// Puts the process away: at once startable after the first death, later after pauses that double up to half a minute.
    private func died() {
        state.withLock { state in
            state.process = nil
            state.description = nil
            state.deaths += 1
            if state.deaths > 1 { state.restsUntil = monotonicSeconds() + min(30, 0.1 * Double(1 << min(state.deaths, 10))) }
        }
    }

    // MARK: - What went wrong

    private func told(_ failure: WorkerChannel.Failure, during: String, limit: Double) -> MartletError {
        switch failure {
        case .closed:
            return self.failure(.unavailable, "The Python worker died \(during): it may have been killed, or have taken more memory than it may")
        case .late: return self.failure(.unavailable, "The Python worker was ended: it took more than \(JSONValue.text(of: limit)) s \(during)")
        case .garbled(let error):
            return error.cause == nil && error.code != .invalidInput ? self.failure(error.code, error.message) : error
        }
    }

    private func failure(_ code: MartletError.Code, _ message: String) -> MartletError {
        let end = message.hasSuffix(".") ? "" : "."
        return MartletError(code, "\(message)\(end) What it printed is in \(setup.log).", cause: setup.lastWords)
    }

    /// What the worker says against a model or a question.
    private func refused(_ message: WorkerMessage) -> MartletError {
        guard message.kind == .failure, let facts = try? JSONValue(parsing: message.body) else {
            return failure(.stepFailed, "The Python worker said something unasked")
        }
        let words = facts["message"].text ?? ""
        switch facts["kind"].text {
        case "packages": return absent(facts["packages"].elements.compactMap(\.text))
        case "signature":
            return MartletError(
                .invalidInput,
                "\(words) Log it with a signature (mlflow.models.infer_signature), or name the data that it was trained on with --reference.")
        case "schema", "answer": return MartletError(.invalidInput, words)
        case "memory": return failure(.stepFailed, "The model needs more memory than it may take")
        default: return MartletError(.stepFailed, "The model failed: \(words)", cause: nil)
        }
    }

    private func absent(_ packages: [String]) -> MartletError {
        let path = setup.interpreter.path
        let list = packages.map { "'\($0)'" }.joined(separator: " ")
        return MartletError(
            .invalidInput,
            "\(path) (\(setup.interpreter.origin)) lacks packages that the model needs: \(packages.joined(separator: ", ")). Install them (\(path) -m pip install \(list)), or name another Python (--python)."
        )
    }
}
