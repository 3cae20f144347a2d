package import Support
package import Tables

/// Models that are asked one after the other: each takes, by their names, what the one before it has answered. The first one's inputs are the chain's, the
/// last one's outputs its answer. It never changes: it is these versions, whatever becomes of their aliases.
package struct ChainModel: ServedModel, ServedGraph {
    /// A model with the names that outputs of the model before have here.
    package typealias Link = (model: any ServedModel, rename: [String: String])

    package let name: String
    package let version: Int
    package let digest: String
    package let signature: Signature
    package let interface: TensorInterface
    private let links: [Link]
    private let hasTensors: Bool
    private let first: any ServedModel
    private let last: any ServedModel

    /// - Throws: `invalidInput` where a model does not take what the one before it answers.
    package init(name: String, version: Int, digest: String, links: [Link]) throws(MartletError) {
        guard let first = links.first?.model, let last = links.last?.model else {
            throw MartletError(.invalidInput, "A chain has at least one model.")
        }
        self.name = name
        self.version = version
        self.digest = digest
        self.links = links
        (self.first, self.last) = (first, last)
        let signature = Signature(inputs: first.signature.inputs, answer: last.signature.answer)
        self.signature = signature
        hasTensors = first.graph != nil || last.graph != nil
        interface =
            hasTensors ? TensorInterface(inputs: first.interface.inputs, outputs: last.answeredFields) : TensorInterface(signature)
        for (before, link) in zip(links, links.dropFirst()) {
            try ChainFit(before: before.model, after: link.model, rename: link.rename).check(in: name)
        }
    }

    package var graph: (any ServedGraph)? { hasTensors ? self : nil }
    package var answersRows: Bool { last.graph != nil }
    package var joinsRows: Bool { links.allSatisfy { $0.model.joinsRows } }
    package var runtime: ModelRuntime { .composite(isRemote: links.contains { $0.model.runtime.isRemote }) }
    package var size: Int { links.reduce(0) { $0 + $1.model.size } }

    package func inspected(_ table: Table) -> (looked: Table, found: InputFindings)? { first.inspected(table) }

    // MARK: Answering

    package func answer(_ table: Table) throws(MartletError) -> Answers { try run(.rows(table)).answers }

    package func answer(rows table: Table) throws(MartletError) -> GraphAnswers? { answersRows ? try run(.rows(table)) : nil }

    package func outputs(of table: Table) throws(MartletError) -> GraphAnswers { try run(.rows(table)) }

    package func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
        guard first.graph == nil else { return try run(.tensors(tensors, rows: rows)) }
        return try run(Question.read(InferenceRequest(inputs: tensors), for: first, key: nil).0)
    }

    private func run(_ question: Question) throws(MartletError) -> GraphAnswers {
        var answer = try first.answerWhole(question.ordered(for: first))
        let inputs = question.table ?? answer.inputs
        var before = first
        for link in links.dropFirst() {
            let question = try handed(answer.outputs, from: before, to: link)
            do { answer = try link.model.answerWhole(question) } catch {
                // Columns that a model refuses are another's answer, and no mistake of the caller's. What a model says of itself stays.
                guard error.code == .invalidInput, question.table != nil, link.model.graph?.answersRows != true else { throw error }
                throw refusal(of: link.model, before, error)
            }
            before = link.model
        }
        return GraphAnswers(outputs: answer.outputs, answers: answer.answers, inputs: inputs)
    }

    /// What a model is asked after the one before it has answered.
    private func handed(_ outputs: [Tensor], from before: any ServedModel, to link: Link) throws(MartletError) -> Question {
        var inputs: [Tensor] = []
        let wanted = ChainFit.inputs(of: link.model)
        for var output in outputs {
            output.name = link.rename[output.name] ?? output.name
            if wanted.contains(output.name) { inputs.append(output) }
        }
        do { return try Question.read(InferenceRequest(inputs: inputs), for: link.model, key: nil).0 } catch {
            throw refusal(of: link.model, before, error)
        }
    }

    private func refusal(of model: any ServedModel, _ before: any ServedModel, _ error: MartletError) -> MartletError {
        let sides = "\(model.name)@v\(model.version) does not take what \(before.name)@v\(before.version) answered"
        return MartletError(.defect, "In “\(name)”, \(sides). \(error.message)", cause: error.cause)
    }
}
