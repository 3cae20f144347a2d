package import Support
package import Tables

/// Models that are asked the same, and whose answers become one. It never changes: it is these versions, whatever becomes of their aliases.
package struct EnsembleModel: ServedModel, ServedGraph {
    package typealias Member = (model: any ServedModel, weight: Double)

    package let name: String
    package let version: Int
    package let digest: String
    package let signature: Signature
    package let interface: TensorInterface
    private let members: [Member]
    private let first: any ServedModel
    private let combining: CombinedAnswers
    /// Whether its outputs are those of its models, combined one by one.
    private let keepsOutputs: Bool

    /// - Throws: `invalidInput` where the models take or answer different things.
    package init(
        name: String, version: Int, digest: String, members: [Member], combination: Combination
    ) throws(MartletError) {
        guard let first = members.first?.model else { throw MartletError(.invalidInput, "An ensemble has at least one model.") }
        self.name = name
        self.version = version
        self.digest = digest
        self.members = members
        self.first = first
        signature = first.signature
        combining = CombinedAnswers(answer: first.signature.answer, combination: combination, weights: members.map(\.weight))
        keepsOutputs = combination != .vote && CombinedAnswers.combines(members.map(\.model.interface.outputs), of: first.signature.answer)
        interface = EnsembleModel.interface(first, keepsOutputs: keepsOutputs)
        try check()
    }

    /// Of models with tensors of their own the outputs where all have the same, and otherwise what is said of each row, as of a model of columns.
    private static func interface(_ first: any ServedModel, keepsOutputs: Bool) -> TensorInterface {
        let rated = TensorInterface(first.signature)
        guard first.graph != nil else { return rated }
        let outputs = keepsOutputs ? first.interface.outputs : rated.outputs.filter { $0.name != TensorInterface.predictionID.name }
        return TensorInterface(inputs: first.interface.inputs, outputs: outputs)
    }

    package var graph: (any ServedGraph)? { first.graph == nil ? nil : self }
    package var joinsRows: Bool { members.allSatisfy { $0.model.joinsRows } }
    package var runtime: ModelRuntime { .composite(isRemote: members.contains { $0.model.runtime.isRemote }) }
    package var size: Int { members.reduce(0) { $0 + $1.model.size } }

    package func inspected(_ table: Table) -> (looked: Table, found: InputFindings)? { first.inspected(table) }

    private var hasClasses: Bool { !signature.answer.classes.isEmpty }

    // MARK: What fits

    private func check() throws(MartletError) {
        if combining.combination == .vote, !hasClasses {
            throw refusal(first, "answers no classes that could be voted for; combine by mean, median or max")
        }
        for member in members.dropFirst() {
            if let objection = objection(to: member.model) { throw refusal(member.model, objection) }
        }
        if first.graph != nil, !hasClasses, let odd = first.interface.outputs.first(where: { !$0.datatype.isReal }) {
            throw refusal(first, "answers \(odd.description), of which there is no \(combining.combination.rawValue)")
        }
    }

    /// Why a model cannot be asked with the first one, as the end of a sentence that begins with it.
    private func objection(to model: any ServedModel) -> String? {
        let other = "\(first.name)@v\(first.version)"
        guard (model.graph == nil) == (first.graph == nil) else {
            return first.graph == nil ? "takes tensors, and \(other) columns" : "takes columns, and \(other) tensors"
        }
        if let objection = model.signature.objection(toStandInFor: first.signature) { return "\(objection), unlike \(other)" }
        guard first.graph != nil else { return nil }
        let inputs = [model, first].map { $0.interface.inputs.sorted { $0.name < $1.name } }
        guard inputs[0] == inputs[1] else { return "takes other tensors than \(other)" }
        return hasClasses || model.interface.outputs == first.interface.outputs ? nil : "answers other tensors than \(other)"
    }

    private func refusal(_ model: any ServedModel, _ objection: String) -> MartletError {
        MartletError(.invalidInput, "The ensemble “\(name)” does not fit together: \(model.name)@v\(model.version) \(objection).")
    }

    // MARK: Answering

    package func answer(_ table: Table) throws(MartletError) -> Answers { try combining.answers(ask(.rows(table)).map(\.answers)) }

    package func outputs(of table: Table) throws(MartletError) -> GraphAnswers { try combined(.rows(table)) }

    package func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers { try combined(.tensors(tensors, rows: rows)) }

    private func combined(_ question: Question) throws(MartletError) -> GraphAnswers {
        var all: [(inputs: Table, answers: Answers, outputs: [Tensor])] = []
        for member in members { all.append(try member.model.answerWhole(question.ordered(for: member.model))) }
        let answers = try combining.answers(all.map(\.answers))
        let outputs =
            keepsOutputs ? try combining.tensors(all.map(\.outputs), as: interface.outputs, answers) : answers.tensors(interface.outputs)
        return GraphAnswers(outputs: outputs, answers: answers, inputs: question.table ?? all[0].inputs)
    }

    private func ask(_ question: Question) throws(MartletError) -> [Question.Answer] {
        var answers: [Question.Answer] = []
        for member in members { answers.append(try question.ordered(for: member.model).ask(member.model)) }
        return answers
    }
}
