import Foundation
import Support
import Synchronization

/// The real executable, as a child process.
enum Program {
    /// The package's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The executable: `MARTLET_PROGRAM`, beside the test bundle, or in the package's build folder.
    static let path: String? = {
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let candidates = [
            ProcessInfo.processInfo.environment["MARTLET_PROGRAM"],
            URL(fileURLWithPath: running).deletingLastPathComponent().path + "/martlet",
            root + "/.build/release/martlet",
        ]
        return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let engines = ProcessInfo.processInfo.environment["MARTLET_ENGINES"] ?? root + "/.setup/engines"

    /// Whether the executable is built.
    static let isBuilt = path != nil

    /// Whether the executable is built and all its engines are unpacked.
    static let isComplete =
        isBuilt && ["duckdb", "onnxruntime", "lightgbm"].allSatisfy { FileManager.default.fileExists(atPath: "\(engines)/\($0)") }

    /// What a test says where it is skipped.
    static let absence = "The program is not built (make build), or its engines are absent (make setup)."

    /// The environment of every child: this process's, with nothing in it that colours or redirects.
    static func environment(_ changes: [String: String] = [:]) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MARTLET_") }
        environment["MARTLET_ENGINES"] = engines
        environment["USER"] = "tester"
        environment["COLUMNS"] = "80"
        environment["GIT_CEILING_DIRECTORIES"] = FileManager.default.temporaryDirectory.path
        return environment.merging(changes) { $1 }
    }

    /// Runs the program to its end.
    /// - Parameters:
    ///   - folder: where it works.
    ///   - program: another executable than the built one.
    static func run(
        _ arguments: [String], in folder: String, environment changes: [String: String] = [:], program: String? = nil
    ) throws -> Outcome {
        let child = try Child(program ?? path ?? "", arguments, in: folder, environment: environment(changes))
        return try child.end()
    }
}

/// What a finished program left: its exit code (negative: the signal that ended it) and what it printed.
struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    /// The facts that were printed with `--json`.
    var json: JSONValue { get throws { try JSONValue(parsing: output) } }
}

/// Why a child could not be used.
struct ChildFailure: Error, CustomStringConvertible {
    var description: String
}

/// A running child process, whose output is drained as it comes. It is killed where it has not ended when this value goes away.
final class Child: Sendable {
    /// The longest that a child is waited for, in seconds: a bound for a child that hangs, not a measure.
    private static let patience = 300

    let id: pid_t
    private let process: Mutex<Process>
    private let ended = DispatchSemaphore(value: 0)
    private let output: Drain
    private let errors: Drain

    init(_ program: String, _ arguments: [String], in folder: String, environment: [String: String]) throws {
        let process = Process()
        let (out, err) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = out
        process.standardError = err
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        id = process.processIdentifier
        output = Drain(out.fileHandleForReading)
        errors = Drain(err.fileHandleForReading)
        self.process = Mutex(process)
    }

    deinit { process.withLock { if $0.isRunning { kill(id, SIGKILL) } } }

    /// Sends a signal to the process, if it still runs.
    func signal(_ number: Int32) { process.withLock { if $0.isRunning { kill(id, number) } } }

    /// Waits for the first line of its output.
    func firstLines(until end: String) throws -> String {
        guard let text = output.text(until: end, seconds: Self.patience) else {
            throw ChildFailure(description: "It printed no “\(end)”: \(errors.now)")
        }
        return text
    }

    /// Waits until its standard error holds a text.
    func note(_ text: String) -> Bool { errors.text(until: text, seconds: Self.patience) != nil }

    /// Whether it ends within a time.
    func ends(withinMilliseconds milliseconds: Int) -> Bool {
        guard ended.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return false }
        ended.signal()
        return true
    }

    /// Waits until it has ended.
    func end() throws -> Outcome {
        guard ended.wait(timeout: .now() + .seconds(Self.patience)) == .success else {
            signal(SIGKILL)
            throw ChildFailure(description: "The program did not end: \(output.now)\(errors.now)")
        }
        let (status, reason) = process.withLock { ($0.terminationStatus, $0.terminationReason) }
        return Outcome(status: reason == .exit ? status : -status, output: output.all(), errors: errors.all())
    }
}

/// Reads a pipe to its end on a thread of its own, so that the writer never waits.
final class Drain: Sendable {
    private let bytes = Mutex(Data())
    private let news = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
        Thread.detachNewThread { [self] in
            while case let piece = handle.availableData, !piece.isEmpty {
                bytes.withLock { $0.append(piece) }
                news.signal()
            }
            done.signal()
            news.signal()
        }
    }

    /// What came so far.
    var now: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Everything, after the writer closed the pipe.
    func all() -> String {
        done.wait()
        done.signal()
        return now
    }

    /// What came so far, as soon as it holds a text; nil where the pipe ends or time passes without.
    func text(until end: String, seconds: Int) -> String? {
        let deadline = DispatchTime.now() + .seconds(seconds)
        while true {
            let text = now
            if text.contains(end) { return text }
            if done.wait(timeout: .now()) == .success {
                done.signal()
                return now.contains(end) ? now : nil
            }
            guard news.wait(timeout: deadline) == .success else { return nil }
        }
    }
}
