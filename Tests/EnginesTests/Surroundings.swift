import EngineLibraries
import Foundation
import Processes
import Support

/// The package's folder, the engines that `make setup` put there, and the Python that answers the comparisons.
enum Surroundings {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let locator = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)

    static func has(_ engine: Engine) -> Bool { locator.path(of: engine) != nil }

    /// Whether `python3` finds these modules with the packages of `make setup`; they are not loaded.
    static func pythonHas(_ modules: String...) -> Bool {
        (try? python(["-c", "import importlib.util, sys; [importlib.util.find_spec(m).name for m in sys.argv[1:]]"] + modules)) != nil
    }

    /// Runs a program of the folder References and returns what it prints.
    static func python(script: String, _ arguments: [String]) throws -> String {
        try python([root + "/Tests/EnginesTests/References/" + script] + arguments)
    }

    private static func python(_ arguments: [String]) throws -> String {
        let call = ProgramCall(
            "python3", arguments, environment: ProcessInfo.processInfo.environment.merging(["PYTHONPATH": root + "/.setup/python"]) { $1 })
        let (ending, printed) = try ChildProcess.run(call, joinsErrors: true)
        guard ending == .exit(code: 0) else {
            throw MartletError(.stepFailed, "python3 failed.", cause: String(decoding: printed.suffix(2000), as: UTF8.self))
        }
        return String(decoding: printed, as: UTF8.self)
    }

    /// A folder of the tests that is removed when they end.
    static func folder(_ name: String) throws -> String {
        let path = temporary.path + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static let temporary: URL = {
        atexit { try? FileManager.default.removeItem(at: Surroundings.temporary) }
        return FileManager.default.temporaryDirectory.appendingPathComponent("engines-" + UUID().uuidString)
    }()

    /// A folder that is removed after the body.
    static func withFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
        let path = try folder(UUID().uuidString)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}
