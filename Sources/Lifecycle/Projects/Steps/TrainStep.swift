internal import Data
internal import Digests
internal import Experiments
internal import Objects
internal import Pipelines
internal import Planning
internal import Registry
internal import Statistics
internal import Support
internal import Tables
internal import Training

/// A built-in trainer as a step: learns from the training part, is scored on the validation part, leaves a candidate.
struct TrainStep: Sendable {
    private let session: RunSession
    private let definition: StepDefinition
    private let trainer: any Trainer
    private let parameters: JSONValue
    private var project: Project { session.project }

    init(_ session: RunSession, _ definition: StepDefinition, trainer: String, parameters: JSONValue) throws(MartletError) {
        self.session = session
        self.definition = definition
        self.parameters = parameters
        do { self.trainer = try session.trainers.named(trainer) } catch {
            throw MartletError(error.code, error.message, place: definition.place, cause: error.cause)
        }
    }

    func prepared() -> PreparedStep {
        let charter = project.file.charter
        let inputs: JSONValue = [
            "version": 1, "uses": .string(type(of: trainer).name), "parameters": parameters, "problem": .string(charter.problem.rawValue),
            "target": .string(charter.target), "positive": JSONValue(charter.positive), "seed": JSONValue(Int(project.file.data.split.seed)),
        ]
        let objects = project.objects
        return PreparedStep(
            id: definition.id, needs: ["data"] + definition.needs, inputs: { inputs },
            isIntact: { output in output["candidate"].text.map { objects.contains(Digest(rawValue: $0)) } ?? false },
            execute: { context throws(MartletError) in try execute(context) })
    }

    private func execute(_ context: StepContext) throws(MartletError) -> JSONValue {
        let dataset = try session.dataset(context.outputs)
        let classes = try session.classes(of: dataset)
        guard let training = try session.rows("train", of: dataset, classes: classes),
            let validation = try session.rows("validation", of: dataset, classes: classes)
        else { throw MartletError(.invalidInput, "There are too few rows to train and validate. Bring more data, or lower data.split.validation.") }
        let fitted: FittedModel
        do {
            fitted = try trainer.fit(
                training: training.set, validation: validation.set, parameters: parameters, seed: project.file.data.split.seed,
                progress: { context.progress($0, $1) })
        } catch { throw MartletError(error.code, error.message, place: error.place ?? definition.place, cause: error.cause) }
        context.progress("scoring validation data", nil)
        let recorder = CandidateRecorder(session, context: context, dataset: dataset)
        return try recorder.record(
            step: definition.id, trainer: type(of: trainer).name, graph: fitted.graph, signature: fitted.signature, parameters: fitted.parameters,
            importance: fitted.importance.map { ModelVersion.Share(column: $0.column, share: $0.share) }, notes: fitted.notes,
            validation: validation.set, trees: fitted.trees)
    }
}
