internal import Data
internal import Digests
internal import Foundation
internal import Objects
internal import Pipelines
internal import Planning
internal import Processes
internal import Registry
internal import Support
internal import Tables
internal import Training

/// Any command as a step. An ONNX file among its outputs joins the comparison as a candidate; a JUnit report becomes part of the gate.
///
/// The command runs in the project's folder with these variables: `MARTLET_TRAIN` and `MARTLET_VALIDATION`, the cleaned parts as Parquet
/// files, `MARTLET_TARGET`, and `MARTLET_SEED`. The test part is not handed out.
struct CommandStep: Sendable {
    private let session: RunSession
    private let definition: StepDefinition
    private let command: String
    private var project: Project { session.project }

    init(_ session: RunSession, _ definition: StepDefinition, command: String) {
        self.session = session
        self.definition = definition
        self.command = command
    }

    /// Everything that the command leaves behind, relative to the project.
    private var outputs: [String] { definition.outputs + (definition.junit.map { [$0] } ?? []) }

    func prepared() -> PreparedStep {
        var step = PreparedStep(
            id: definition.id, needs: ["data"] + definition.needs, inputs: { () throws(MartletError) in try inputs() },
            isIntact: { isIntact($0) }, execute: { context throws(MartletError) in try execute(context) })
        step.usesAllProcessors = false
        return step
    }

    private func inputs() throws(MartletError) -> JSONValue {
        var digests: JSONValue = .object([])
        for path in definition.dependencies {
            do { digests[path] = .string(try project.files.digest(project.path(path)).rawValue) } catch  where error.code == .notFound {
                throw MartletError(.notFound, "The step “\(definition.id)” depends on \(path), which does not exist.", place: definition.place)
            }
        }
        return [
            "version": 1, "command": .string(command), "dependencies": digests, "outputs": JSONValue(outputs),
            "target": .string(project.file.charter.target),
        ]
    }

    private func isIntact(_ output: JSONValue) -> Bool {
        for member in output["outputs"].members {
            guard let now = try? project.files.digest(project.path(member.key)), now.rawValue == member.value.text else { return false }
        }
        return output["candidate"].text.map { project.objects.contains(Digest(rawValue: $0)) } ?? true
    }

    private func execute(_ context: StepContext) throws(MartletError) -> JSONValue {
        let dataset = try session.dataset(context.outputs)
        context.progress(command, nil)
        try runCommand(dataset)
        var digests: JSONValue = .object([])
        for path in outputs {
            do { digests[path] = .string(try project.files.digest(project.path(path)).rawValue) } catch {
                throw MartletError(.stepFailed, "The step “\(definition.id)” ended well but did not write \(path).", place: definition.place)
            }
        }
        var output: JSONValue = ["outputs": digests]
        if let junit = definition.junit {
            let report = try JUnitReport(step: definition.id, path: junit, xml: readWhole(project.path(junit)))
            output["tests"] = ["path": .string(junit), "run": JSONValue(report.tests), "failed": JSONValue(report.failures.map(\.name))]
        }
        if let model = definition.outputs.first(where: { $0.hasSuffix(".onnx") }) {
            for member in try candidate(model, context, dataset).members { output[member.key] = member.value }
        }
        return output
    }

    private func candidate(_ path: String, _ context: StepContext, _ dataset: DatasetVersion) throws(MartletError) -> JSONValue {
        let graph = try readWhole(project.path(path))
        guard let validation = try session.rows("validation", of: dataset, classes: session.classes(of: dataset)) else {
            throw MartletError(.invalidInput, "There is no validation data to score \(path) on.")
        }
        let signature: Signature
        do {
            signature = try ForeignGraph.signature(
                locator: project.engines, bytes: graph, name: path, features: validation.set.features, target: validation.set.target)
        } catch { throw MartletError(error.code, error.message, place: definition.place, cause: error.cause) }
        return try CandidateRecorder(session, context: context, dataset: dataset).record(
            step: definition.id, trainer: "command", graph: graph, signature: signature, parameters: ["command": .string(command)], importance: [],
            notes: [], validation: validation.set)
    }

    /// Runs the command in a process group of its own, so that a stop reaches all it started. Its output goes to `.martlet/logs/STEP.log`.
    private func runCommand(_ dataset: DatasetVersion) throws(MartletError) {
        let log = "\(project.stateFolder)/logs/\(definition.id).log"
        try makeFolder("\(project.stateFolder)/logs")
        let file = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .system("write", log) }
        defer { close(file) }
        let call = ProgramCall("/bin/sh", ["-c", command], in: project.root, environment: try environment(dataset))
        let ending: ProcessEnding
        do { ending = try project.commands.run(call, output: file) } catch {
            throw MartletError(.stepFailed, "The step “\(definition.id)” could not be started.", place: definition.place, cause: error.message)
        }
        guard ending == .exit(code: 0) else {
            let bytes = (try? readWhole(log)) ?? []
            let tail = String(decoding: bytes.suffix(2000), as: UTF8.self).split(separator: "\n").suffix(8).joined(separator: "\n    ")
            throw MartletError(
                .stepFailed, "The step “\(definition.id)” failed with \(ending). Its whole output is .martlet/logs/\(definition.id).log.",
                place: definition.place,
                cause: tail.isEmpty ? nil : tail)
        }
    }

    private func environment(_ dataset: DatasetVersion) throws(MartletError) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        if let train = dataset.part("train") { environment["MARTLET_TRAIN"] = try project.objects.path(train.digest) }
        if let validation = dataset.part("validation") { environment["MARTLET_VALIDATION"] = try project.objects.path(validation.digest) }
        environment["MARTLET_TARGET"] = project.file.charter.target
        environment["MARTLET_SEED"] = String(project.file.data.split.seed)
        return environment
    }
}
