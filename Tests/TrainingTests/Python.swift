import Foundation
import Processes
import Support

/// Runs one of the reference scripts beside the tests.
enum Python {
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/\(script)").path
        let call = ProgramCall(
            "python3", [path] + arguments,
            environment: ProcessInfo.processInfo.environment
                .merging(["PYTHONPATH": Places.pythonFolder, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"]) { $1 })
        let (ending, output) = try ChildProcess.run(call, joinsErrors: true)
        let text = String(decoding: output, as: UTF8.self)
        guard ending == .exit(code: 0) else { throw MartletError(.stepFailed, "\(script) failed.", cause: text) }
        return text
    }

    /// A folder for the files of one test, removed afterwards.
    static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }
}
