internal import Adoption
internal import Database
internal import Digests
internal import Foundation
internal import Objects
internal import PythonWorker
internal import Registry
internal import Serving
internal import Support
internal import Tables
internal import Training

extension Project {
    /// What runs a version; nil for ONNX Runtime.
    /// - Throws: `refused` for files of a client that need Python, where the settings do not allow that.
    func runtime(of version: ModelVersion) throws(MartletError) -> ModelVersion.Runtime? {
        if let runtime = version.details.runtime { return runtime }
        let isGraph = try database.read { session in try models.origin(of: version, in: session)?.isGraph ?? true }
        guard !isGraph, FileList(try objects.bytes(version.digest))?.isMLflowModel == true else { return nil }
        guard file.serving.python != nil else { throw MartletError(.refused, "\(version.reference) needs Python. \(Project.howToAllowPython)") }
        return .python
    }

    /// Whether the champion is run by workers, whose start takes seconds that the first request should not wait for.
    package func startsWorkers() -> Bool {
        guard let version = try? champion() else { return false }
        return (try? runtime(of: version)) == .python
    }

    /// What allows files that a client registered to be run.
    static let howToAllowPython =
        "Its files are a client's, and running them runs their code: write “serving: {python: PATH}” into \(ProjectFile.name) to allow that."

    /// A version that workers answer, with its first worker started.
    func pythonModel(_ version: ModelVersion) throws(MartletError) -> any ServedModel {
        guard let files = FileList(try objects.bytes(version.digest)) else {
            throw MartletError(.corrupted, "The list of the model's files cannot be read.")
        }
        let laid = try LaidModel(files, from: objects, below: workersFolder)
        let isOurs = version.details.runtime == .python
        let columns = isOurs ? PythonColumns.named(version.details.signature) : []
        let log = "\(version.model)-v\(version.version)"
        let workers = try workers(laid.folder, python: version.details.parameters["python"].text, columns: columns, log: log)
        let description = try started(workers)
        let told = try PythonContract.signature(description, data: nil, target: nil)
        return try PythonModel(version, isOurs ? version.details.signature : told, description, workers, laid, identifiers)
    }

    /// What a model's folder is asked with and answers, told by a worker that has loaded it.
    func pythonSignature(_ content: ServedContent, _ served: ServedFile, data: Table?) throws(MartletError) -> Signature {
        guard let files = FileList(content.bytes) else { throw MartletError(.defect, "The list of the model's files cannot be read.") }
        let laid = try LaidModel(files, from: objects, below: workersFolder)
        var fields = data.map { Signature(inputs: $0.columns.map(\.signatureField), answer: .regression) }
        fields?.inputs.removeAll { $0.name == served.target }
        let columns = fields.map(PythonColumns.named) ?? []
        let workers = try workers(laid.folder, python: served.python, columns: columns, log: file.model)
        return try PythonContract.signature(started(workers), data: data, target: served.target)
    }

    private var workersFolder: String { "\(stateFolder)/workers" }

    private func started(_ workers: WorkerGroup) throws(MartletError) -> ModelDescription { try workers.start() }

    private func workers(
        _ folder: String, python: String?, columns: [(name: String, type: String)], log: String
    ) throws(MartletError) -> WorkerGroup {
        let plan = file.serving.python ?? PythonPlan()
        let environment = ProcessInfo.processInfo.environment
        let interpreter = try PythonInterpreter(named: python ?? plan.interpreter, root: root, environment: environment)
        try makeFolder("\(stateFolder)/logs")
        var setup = WorkerSetup(interpreter: interpreter, folder: folder, log: "\(stateFolder)/logs/python-\(log).log", environment: environment)
        setup.columns = columns
        setup.memory = plan.memory
        setup.answerLimit = plan.timeout
        return WorkerGroup(setup, count: plan.workers)
    }
}

/// Columns by MLflow's names of their types, for a model that says nothing of its inputs.
enum PythonColumns {
    static func named(_ signature: Signature) -> [(name: String, type: String)] {
        signature.inputs.map { field in
            let type =
                switch field.kind {
                case .integer: "long"
                case .number: "double"
                case .text: "string"
                case .boolean: "boolean"
                case .timestamp: "datetime"
                }
            return (field.name, type)
        }
    }
}
