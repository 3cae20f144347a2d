import Foundation
import Processes
import Support
import Testing

/// Python's packages as the reference: a script of `References/` gets the inputs as JSON in a file and answers with JSON in another.
enum PythonReference {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let packages = root.appending(path: ".setup/python")

    /// Whether `make setup` has put the packages there.
    static let isThere = FileManager.default.fileExists(atPath: packages.appending(path: "sklearn").path)
    static let absence: Comment = "needs scipy and scikit-learn in .setup/python, which `make setup` installs"

    struct Failure: Error { var output: String }

    /// Runs the script over the input.
    static func run(_ script: String, _ input: JSONValue) throws -> JSONValue {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (question, answer) = (folder.appending(path: "input.json"), folder.appending(path: "output.json"))
        try input.compact.write(to: question, atomically: true, encoding: .utf8)
        let scriptPath = root.appending(path: "Tests/StatisticsTests/References/\(script)").path
        let call = ProgramCall(
            "python3", ["-B", scriptPath, question.path, answer.path],
            environment: ProcessInfo.processInfo.environment.merging(["PYTHONPATH": packages.path, "OMP_NUM_THREADS": "1"]) { $1 })
        let (ending, output) = try ChildProcess.run(call, joinsErrors: true)
        guard ending == .exit(code: 0) else { throw Failure(output: String(decoding: output, as: UTF8.self)) }
        return try JSONValue(parsing: [UInt8](Data(contentsOf: answer)))
    }
}

/// Whether two numbers agree to 1e-9, relative where they are large.
func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(b)) }

extension JSONValue {
    init(numbers: [Double]) { self = .array(numbers.map { .number($0) }) }
    init(whole: [some BinaryInteger]) { self = .array(whole.map { .integer(Int64($0)) }) }
}

extension RandomSource {
    /// A draw of the standard normal distribution (Box–Muller).
    mutating func normal() -> Double { (-2 * log(1 - unit())).squareRoot() * cos(2 * Double.pi * unit()) }
}
