internal import Foundation
internal import Processes
package import Support
internal import Synchronization

/// What a finished program left.
package struct Outcome: Sendable {
    /// The exit code; negative: the signal that ended it.
    package let status: Int32
    package let output: String
    package let errors: String

    /// The facts that were printed with `--json`.
    /// - Throws: where it printed something else, with how the program ended and what it said.
    package var json: JSONValue {
        get throws {
            do { return try JSONValue(parsing: output) } catch {
                throw MartletError(.defect, "No JSON was printed. The program ended with \(status) and said: \(errors)")
            }
        }
    }
}

/// A running program. Its output is read as it comes, and whoever waits for it is suspended, so that no thread of the tests is held.
///
/// It is killed where it still runs when the last reference goes away, and after `patience`: every wait then comes to its end.
package final class Child: Sendable {
    /// The longest that a program may run, in seconds: a bound for one that hangs, not a measure.
    package static let patience = 600

    private let process: ChildProcess
    private let output: ChildOutput
    private let errors: ChildOutput
    private let ending = Announcement<Int32>()

    /// Starts a program.
    /// - Parameters:
    ///   - folder: where it works; this process's own where nil.
    ///   - environment: all its variables; this process's own where nil.
    ///   - input: what it reads on standard input, at most as much as a pipe holds (64 KB).
    /// - Throws: `MartletError` where it cannot be started.
    package init(
        _ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil, input: String = ""
    ) throws {
        let (printed, noted, fed) = (try DescriptorPair.pipe(), try DescriptorPair.pipe(), try DescriptorPair.pipe())
        // This line goes the other way: the child reads at the end that else is read here.
        _ = Array(input.utf8.prefix(65_536)).withUnsafeBytes { write(fed.theirs, $0.baseAddress, $0.count) }
        defer { for end in [printed.theirs, noted.theirs, fed.theirs, fed.ours] { close(end) } }
        process = try ChildProcess(
            ProgramCall(program, arguments, in: folder, environment: environment), [0: fed.ours, 1: printed.theirs, 2: noted.theirs])
        output = ChildOutput(printed.ours)
        errors = ChildOutput(noted.ours)
        Thread.detachNewThread { [process, ending] in
            switch process.wait() {
            case .exit(let code): ending.announce(code)
            case .signal(let number): ending.announce(-number)
            }
        }
        stop(afterMilliseconds: Child.patience * 1000)
    }

    deinit { process.signal(SIGKILL) }

    package var id: Int32 { process.id }

    /// Runs a program to its end.
    package static func run(
        _ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil, input: String = ""
    ) async throws -> Outcome {
        try await Child(program, arguments, in: folder, environment: environment, input: input).end()
    }

    /// Sends a signal, if the program still runs.
    package func signal(_ number: Int32) { process.signal(number) }

    /// Kills the program after a time, if it still runs.
    package func stop(afterMilliseconds milliseconds: Int) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in self?.signal(SIGKILL) }
    }

    /// What it printed so far, as soon as that holds a text; nil where it ends without.
    package func printed(_ text: String) async -> String? { await output.text(holding: text) }

    /// What it wrote to standard error so far, as soon as that holds a text; nil where it ends without.
    package func noted(_ text: String) async -> String? { await errors.text(holding: text) }

    /// Waits until the program has ended and all its output is read.
    package func end() async -> Outcome {
        let status = await ending.value
        return Outcome(status: status, output: await output.all(), errors: await errors.all())
    }
}

/// A value that is announced once; whoever asks before is suspended until then.
final class Announcement<Value: Sendable>: Sendable {
    private enum State {
        case awaited([CheckedContinuation<Value, Never>])
        case known(Value)
    }

    private let state = Mutex(State.awaited([]))

    /// Announces the value; a second one is ignored.
    func announce(_ value: Value) {
        let waiting = state.withLock { state in
            guard case .awaited(let waiting) = state else { return [CheckedContinuation<Value, Never>]() }
            state = .known(value)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let known: Value? = state.withLock { state in
                    switch state {
                    case .known(let value): return value
                    case .awaited(let waiting):
                        state = .awaited(waiting + [continuation])
                        return nil
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
