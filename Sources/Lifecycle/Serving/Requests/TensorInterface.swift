package import Support
package import Tables

/// A tensor that a model takes or answers.
package struct TensorField: Sendable, Equatable {
    package var name: String
    package var datatype: Datatype
    /// The size of each dimension; -1 where it varies. Where the first varies it counts the rows.
    package var shape: [Int]

    package init(name: String, datatype: Datatype, shape: [Int]) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
    }
}

/// The tensors that a model takes and answers, as protocols of tensors tell them.
package struct TensorInterface: Sendable, Equatable {
    package var inputs: [TensorField]
    /// What is answered where no outputs are asked for.
    package var outputs: [TensorField]

    package init(inputs: [TensorField], outputs: [TensorField]) {
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The columns of a signature, each a tensor [rows], and what it answers, with the identifier of each prediction.
    package init(_ signature: Signature) {
        inputs = signature.inputs.map { TensorField(name: $0.name, datatype: $0.datatype, shape: [-1]) }
        outputs = signature.answer.outputs.map { TensorField(name: $0.name, datatype: $0.datatype, shape: [-1] + $0.rowShape) }
    }

    /// How many values are answered for a row, as far as the shapes tell; a million of an output count as any number.
    var valuesPerRow: Int {
        let most = 1 << 20
        return outputs.reduce(0) { $0 + $1.shape.dropFirst().reduce(1) { min(most, $0 * min(most, max(1, $1))) } }
    }

    /// The identifier of each row's prediction, which every model answers that is asked for it.
    package static let predictionID = TensorField(name: "prediction_id", datatype: .bytes, shape: [-1])

    /// How unusual each row is, which is answered where it is asked for and input guards look at it.
    package static let outlierScore = TensorField(name: "outlier_score", datatype: .fp64, shape: [-1])

    /// Checks, before anything is answered, that outputs asked for exist.
    /// - Throws: `invalidInput` naming the first that there is none of.
    package func checkOutputs(_ names: some Sequence<String>) throws(MartletError) {
        let known = outputs.map(\.name)
        for name in names where ![TensorInterface.predictionID.name, TensorInterface.outlierScore.name].contains(name) && !known.contains(name) {
            throw MartletError(
                .invalidInput, "There is no output “\(name)”.\(didYouMean(name, among: known)) There are: \(known.joined(separator: ", ")).")
        }
    }
}
