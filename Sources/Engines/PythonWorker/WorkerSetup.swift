internal import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a worker is started and what it may take.
package struct WorkerSetup: Sendable {
    package var interpreter: PythonInterpreter
    /// The model's folder.
    package var folder: String
    /// The columns that it is asked with, where the model itself does not say: names, and MLflow's names of their types.
    package var columns: [(name: String, type: String)] = []
    /// The most bytes of address space; nil for as many as there are.
    package var memory: Int?
    /// The longest that an answer may take, and the longest that a start may, in seconds.
    package var answerLimit = 60.0
    package var startLimit = 300.0
    /// Where what it prints goes.
    package var log: String
    /// What is in the environment of this process, as far as a model may see it.
    package var environment: [String: String]
    /// What runs there.
    package var program: String

    /// - Parameter environment: of this process.
    package init(interpreter: PythonInterpreter, folder: String, log: String, environment: [String: String], program: String? = nil) {
        self.interpreter = interpreter
        self.folder = folder
        self.log = log
        self.program = program ?? ModelProgram.text
        // One thread each, since requests come side by side; nothing goes out that nobody asked for; and secrets of ours stay here.
        let defaults = [
            "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true",
        ]
        self.environment = defaults.merging(environment.filter { !$0.key.hasPrefix("MARTLET_") }) { $1 }
    }

    /// The first message to the worker.
    var order: WorkerMessage {
        var order: JSONValue = ["folder": .string(folder), "memory": JSONValue(memory)]
        if !columns.isEmpty { order["columns"] = .array(columns.map { ["name": .string($0.name), "type": .string($0.type)] }) }
        return WorkerMessage(kind: .load, body: Array(order.compact.utf8))
    }

    // MARK: - Log

    private static let start = "--- started\n"
    /// Beyond so many bytes the log begins anew.
    private static let logLimit = 4 << 20

    /// The log, for a worker that starts now to write to.
    func openLog() throws(MartletError) -> Int32 {
        let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("write", log) }
        if lseek(file, 0, SEEK_END) > WorkerSetup.logLimit { ftruncate(file, 0) }
        _ = write(file, WorkerSetup.start, WorkerSetup.start.utf8.count)
        return file
    }

    /// Adds a line to the log.
    func note(_ line: String) {
        let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        if lseek(file, 0, SEEK_END) > WorkerSetup.logLimit { ftruncate(file, 0) }
        let text = line.split(separator: "\n").joined(separator: " ") + "\n"
        _ = write(file, text, text.utf8.count)
    }

    /// The last lines that the worker printed which started last; nil where it printed nothing.
    var lastWords: String? {
        let file = open(log, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        _ = lseek(file, max(0, lseek(file, 0, SEEK_END) - 4096), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        let own = text.ranges(of: WorkerSetup.start).last.map { text[$0.upperBound...] } ?? text[...]
        let lines = own.split(separator: "\n").suffix(6)
        return lines.isEmpty ? nil : lines.joined(separator: "\n    ")
    }
}
