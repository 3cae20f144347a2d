import Dispatch
import Support
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One thread for the life of the process that runs what it is given in order, while the giver waits.
final class OwnerThread: Sendable {
    /// LightGBM's thread.
    static let lightGBM = OwnerThread()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let ready = DispatchSemaphore(value: 0)

    private init() {
        var thread = pthread_t(bitPattern: 0)
        let status = pthread_create(
            &thread, nil,
            { argument in
                let owner: UnsafeMutableRawPointer? = argument
                if let owner { Unmanaged<OwnerThread>.fromOpaque(owner).takeRetainedValue().serve() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(status == 0, "the operating system refuses a thread")
    }

    private func serve() {
        while true {
            ready.wait()
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            job?()
        }
    }

    /// Runs the work on the thread and waits for its answer. Must not be called from within such work.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws(MartletError) -> Value) throws(MartletError) -> Value {
        let answer = Answer<Value>()
        jobs.withLock { jobs in
            jobs.append {
                let result = Result { () throws(MartletError) in try work() }
                answer.result.withLock { $0 = result }
                answer.done.signal()
            }
        }
        ready.signal()
        answer.done.wait()
        guard let result = answer.result.withLock({ $0 }) else { throw MartletError(.defect, "LightGBM's thread gave no answer.") }
        return try result.get()
    }

    /// Runs the work later; nobody waits.
    func runLater(_ work: @escaping @Sendable () -> Void) {
        jobs.withLock { $0.append(work) }
        ready.signal()
    }

    private final class Answer<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, MartletError>?>(nil)
        let done = DispatchSemaphore(value: 0)
    }
}
