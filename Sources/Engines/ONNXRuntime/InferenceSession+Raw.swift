import EngineHeaders
package import Support

extension InferenceSession {
    /// Runs the model on arrays as they are.
    /// - Parameter inputs: an array for each of the model's inputs, in any order.
    /// - Returns: one array for each output, in the model's order; a list of maps as rows × classes doubles with `labels`.
    /// - Throws: `invalidInput` naming the input at fault, or with the engine's reason.
    package func run(raw inputs: [(String, RawTensor)]) throws(MartletError) -> [RawTensor] {
        let positions = try inputPositions(inputs.map(\.0))
        var values: [ValueHandle] = []
        values.reserveCapacity(inputs.count)
        for (position, input) in zip(positions, inputs) {
            try check(input.1, handle.inputs[position])
            values.append(try ValueHandle(handle.api, input.1))
        }
        let answers = try call(positions, values, Array(handle.outputs.indices))
        var outputs: [RawTensor] = []
        for (answer, output) in zip(answers, handle.outputs) { outputs.append(try answer.raw(output.name)) }
        return outputs
    }

    private func check(_ tensor: RawTensor, _ expected: TensorDescription) throws(MartletError) {
        let count: Int
        switch tensor.content {
        case .texts(let texts): count = texts.count
        case .bytes(let bytes):
            guard let size = tensor.elementType.size, bytes.count % size == 0 else {
                throw MartletError(.invalidInput, "The input “\(expected.name)” ends within a value.")
            }
            count = bytes.count / size
        }
        try Self.check(tensor.elementType, tensor.shape, count, expected)
        if case .texts(let texts) = tensor.content { try Self.checkTexts(texts, expected.name) }
    }
}
