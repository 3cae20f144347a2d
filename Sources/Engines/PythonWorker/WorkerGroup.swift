internal import Dispatch
package import Support
internal import Synchronization

/// The workers of one model. Each is started when all before it are busy, and asked by one thread at a time.
package final class WorkerGroup: Sendable {
    private let setup: WorkerSetup
    private let seats: DispatchSemaphore
    /// The workers that are free; the one that answered last comes first.
    private let free: Mutex<[PythonWorker]>

    /// - Parameter count: the most workers at once.
    package init(_ setup: WorkerSetup, count: Int) {
        self.setup = setup
        seats = DispatchSemaphore(value: max(1, count))
        let workers = (1...max(1, count)).map { number in
            var own = setup
            if count > 1 { own.log = setup.log.replacing(".log", with: "-\(number).log") }
            return PythonWorker(own)
        }
        free = Mutex(workers)
    }

    /// Starts the first worker and loads the model.
    /// - Throws: what keeps it from being loaded.
    package func start() throws(MartletError) -> ModelDescription {
        try using { worker throws(MartletError) in try worker.start() }
    }

    /// Asks the model. Blocks until a worker is free and has answered.
    /// - Throws: `invalidInput` for what the model's signature refuses; `stepFailed` where the model fails; `unavailable` where the worker dies, takes
    ///   too long, or none becomes free in time.
    package func ask(_ tensors: [WorkerTensor]) throws(MartletError) -> [WorkerTensor] {
        try using { worker throws(MartletError) in try worker.ask(tensors) }
    }

    /// Adds a line to the log.
    package func note(_ line: String) { setup.note(line) }

    private func using<Value>(_ work: (PythonWorker) throws(MartletError) -> Value) throws(MartletError) -> Value {
        let limit = setup.answerLimit + setup.startLimit
        guard seats.wait(timeout: .now() + limit) == .success else {
            throw MartletError(.unavailable, "No Python worker became free within \(JSONValue.text(of: limit)) s. Try again later.")
        }
        defer { seats.signal() }
        guard let worker = free.withLock({ $0.popLast() }) else { throw MartletError(.defect, "A Python worker is missing.") }
        defer { free.withLock { $0.append(worker) } }
        return try work(worker)
    }
}
