package import Support
package import Tables

/// A model version that is loaded and ready to answer.
package protocol ServedModel: Sendable {
    /// The registered model's name.
    var name: String { get }
    var version: Int { get }
    var signature: Signature { get }
    /// The digest of the model's bytes.
    var digest: String { get }
    /// Answers the rows of a table whose columns are those of the signature, in its order. Blocks; called on threads of the endpoint's pool,
    /// on several at once.
    func answer(_ table: Table) throws(MartletError) -> Answers
    /// The tensors that it takes and answers.
    var interface: TensorInterface { get }
    /// Itself, where it is asked by tensors of its own; nil where its tensors are the columns of the signature.
    var graph: (any ServedGraph)? { get }
    /// Whether the rows of several requests may be asked together and answered alike.
    var joinsRows: Bool { get }
    var runtime: ModelRuntime { get }
    /// The bytes of its files.
    var size: Int { get }
    /// What explains its answers, made on first use. Blocks.
    /// - Throws: `invalidInput` where it cannot be explained.
    func explainer() throws(MartletError) -> any RowExplainer
    /// Holds rows whose columns are those of the signature, in its order, against the data that it learnt from. Quick; called for each request.
    /// - Returns: the columns that were looked at, as the model sees them, and what was found; nil where no such data is kept.
    func inspected(_ table: Table) -> (looked: Table, found: InputFindings)?
}

extension ServedModel {
    package func inspected(_ table: Table) -> (looked: Table, found: InputFindings)? { nil }

    package func explainer() throws(MartletError) -> any RowExplainer {
        throw MartletError(.invalidInput, "Model \(name) cannot be explained: nothing is kept with it that its rows could be held against.")
    }

    package var interface: TensorInterface { TensorInterface(signature) }
    package var graph: (any ServedGraph)? { nil }
    /// Tensors of its own have to have the rows in their first dimension.
    package var joinsRows: Bool { graph == nil || (interface.inputs + interface.outputs).allSatisfy { $0.shape.first == -1 } }
    package var runtime: ModelRuntime { .onnxRuntime }
    /// How many values are answered for a row, as far as it is known; asked for each request.
    var valuesPerRow: Int { graph == nil ? signature.answer.width : interface.valuesPerRow }
    package var size: Int { 0 }
}

/// A model with tensors of its own: matrices, images, several outputs.
package protocol ServedGraph: Sendable {
    /// Answers tensors that were checked against the interface, in its order. Blocks, as `answer(_:)` of a table does.
    func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers
    /// Answers rows of columns with its own outputs too; nil where they are answered by what the model says of each row.
    func answer(rows table: Table) throws(MartletError) -> GraphAnswers?
    /// Whether it does.
    var answersRows: Bool { get }
    /// Answers rows of columns with its own outputs in any case, so that there is something to hand on to another model. Blocks.
    /// - Throws: `invalidInput` for values that it cannot take, and where its tensors are no columns.
    func outputs(of table: Table) throws(MartletError) -> GraphAnswers
}

extension ServedGraph {
    package func answer(rows table: Table) throws(MartletError) -> GraphAnswers? { nil }
    package var answersRows: Bool { false }

    package func outputs(of table: Table) throws(MartletError) -> GraphAnswers {
        if let own = try answer(rows: table) { return own }
        throw MartletError(.invalidInput, "The model takes tensors that are no columns of a table. Send them to /v2/models/NAME/infer.")
    }
}

/// What a model with tensors of its own answered.
package struct GraphAnswers: Sendable {
    /// The outputs in the order of the interface.
    package var outputs: [Tensor]
    /// What they say of each row; scores are missing where they say nothing.
    package var answers: Answers
    /// The columns that were asked with; none where the inputs hold no columns.
    package var inputs: Table

    package init(outputs: [Tensor], answers: Answers, inputs: Table) {
        self.outputs = outputs
        self.answers = answers
        self.inputs = inputs
    }
}

/// Where an endpoint gets its model from.
package protocol ModelProvider: Sendable {
    /// The model that the endpoint should serve now, loaded; nil where there is none yet. Blocks; a model already loaded should be returned as
    /// the same instance.
    func current() throws(MartletError) -> (any ServedModel)?

    /// How the requests should be shared now; nil where the champion answers all.
    func traffic() throws(MartletError) -> TrafficPlan?

    /// A version of the same model, loaded, for a part in the traffic. Blocks.
    func model(_ version: Int) throws(MartletError) -> any ServedModel
}

/// A provider of one model alone.
extension ModelProvider {
    package func traffic() throws(MartletError) -> TrafficPlan? { nil }

    package func model(_ version: Int) throws(MartletError) -> any ServedModel {
        throw MartletError(.notFound, "There is one version here; \(version) is not it.")
    }
}
