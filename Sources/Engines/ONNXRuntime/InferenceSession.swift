import EngineHeaders
package import EngineLibraries
package import Support

/// A loaded ONNX model.
///
/// Threads: `run` may be called from any number of threads at once; each call uses its own thread and blocks, so keep it off Swift's cooperative pool
/// unless the model answers within some twenty microseconds.
package final class InferenceSession: Sendable {
    let handle: SessionHandle
    /// The model's key-value pairs, with its producer as `producer_name`.
    package let metadata: [String: String]

    /// The model's inputs, in order.
    package var inputs: [TensorDescription] { handle.inputs }
    /// The model's outputs, in order.
    package var outputs: [TensorDescription] { handle.outputs }
    /// The engine's version, `1.32.0`.
    package var engineVersion: String { handle.api.version }

    /// Loads a model from a file; weights in files beside it are found there.
    /// - Throws: `engineMissing`, `notFound`, or `invalidInput` with the engine's reason.
    package init(locator: EngineLocator, modelPath: String, threads: Int = 1) throws(MartletError) {
        guard DynamicLibrary.exists(modelPath) else { throw MartletError(.notFound, "There is no model file \(modelPath).") }
        let api = try ONNXRuntimeAPI.load(locator)
        handle = try SessionHandle(api, threads: threads, what: "The file \(modelPath)") { options, session in
            api.calls.create_session(api.environment, modelPath, options, &session)
        }
        metadata = try handle.metadata()
    }

    /// Loads a model from the bytes of its file; the engine keeps a copy.
    /// - Throws: `engineMissing`, or `invalidInput` with the engine's reason.
    package init(locator: EngineLocator, bytes: [UInt8], threads: Int = 1) throws(MartletError) {
        guard !bytes.isEmpty else { throw MartletError(.invalidInput, "The model has no bytes.") }
        let api = try ONNXRuntimeAPI.load(locator)
        handle = try SessionHandle(api, threads: threads, what: "This") { options, session in
            bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress else { return nil }
                return api.calls.create_session_from_array(api.environment, start, buffer.count, options, &session)
            }
        }
        metadata = try handle.metadata()
    }

    /// Runs the model.
    /// - Parameters:
    ///   - inputs: a tensor for each input, in any order.
    ///   - outputs: the outputs to compute, in the order wanted; nil for all.
    /// - Returns: one tensor an output. Small integer types come as `int32` or `int64`; a list of maps as rows × classes with `labels`.
    /// - Throws: `invalidInput` naming the input at fault, or with the engine's reason.
    package func run(_ inputs: [(String, Tensor)], outputs: [String]? = nil) throws(MartletError) -> [Tensor] {
        let positions = try inputPositions(inputs.map(\.0))
        let wanted = try outputPositions(outputs)
        var handles: [ValueHandle] = []
        handles.reserveCapacity(inputs.count)
        for (position, input) in zip(positions, inputs) {
            try Self.check(input.1, handle.inputs[position])
            handles.append(try ValueHandle(handle.api, input.1))
        }
        let answers = try call(positions, handles, wanted)
        var tensors: [Tensor] = []
        for (position, answer) in zip(wanted, answers) { tensors.append(try answer.tensor(handle.outputs[position].name)) }
        return tensors
    }

    /// - Parameters:
    ///   - positions: where each value stands among the inputs.
    ///   - wanted: where each output that is asked for stands.
    func call(_ positions: [Int], _ values: [ValueHandle], _ wanted: [Int]) throws(MartletError) -> [ValueHandle] {
        let inputNames = positions.map { handle.inputNames[$0] }
        let outputNames = wanted.map { handle.outputNames[$0] }
        let pointers: [UnsafeMutableRawPointer?] = values.map(\.pointer)
        var results = [UnsafeMutableRawPointer?](repeating: nil, count: wanted.count)
        let status = withExtendedLifetime(values) {
            handle.api.calls.run(handle.pointer, nil, inputNames, pointers, pointers.count, outputNames, outputNames.count, &results)
        }
        let answers = results.compactMap { $0.map { ValueHandle(handle.api, owning: $0) } }
        try handle.api.check(status, "The model cannot answer these inputs.")
        guard answers.count == wanted.count else {
            throw MartletError(.invalidInput, "The model leaves one of the outputs that were asked for empty. Ask for fewer outputs.")
        }
        return answers
    }

    /// Where each given input stands in the model.
    func inputPositions(_ names: [String]) throws(MartletError) -> [Int] {
        var positions: [Int] = []
        for name in names {
            guard let position = handle.inputs.firstIndex(where: { $0.name == name }) else {
                throw MartletError(.invalidInput, "The model has no input “\(name)”.\(hint(name, handle.inputs))")
            }
            guard !positions.contains(position) else { throw MartletError(.invalidInput, "The input “\(name)” is given twice.") }
            positions.append(position)
        }
        guard positions.count == handle.inputs.count else {
            let missing = handle.inputs.indices.filter { !positions.contains($0) }.map { "“\(handle.inputs[$0].name)”" }
            throw MartletError(.invalidInput, "The model needs a value for \(missing.prefix(20).joined(separator: ", ")).")
        }
        return positions
    }

    private func outputPositions(_ names: [String]?) throws(MartletError) -> [Int] {
        guard let names else { return Array(handle.outputs.indices) }
        guard !names.isEmpty else { throw MartletError(.invalidInput, "No output is asked for. Name at least one.") }
        var positions: [Int] = []
        for name in names {
            guard let position = handle.outputs.firstIndex(where: { $0.name == name }) else {
                throw MartletError(.invalidInput, "The model has no output “\(name)”.\(hint(name, handle.outputs))")
            }
            guard !positions.contains(position) else { throw MartletError(.invalidInput, "The output “\(name)” is asked for twice.") }
            positions.append(position)
        }
        return positions
    }

    private func hint(_ name: String, _ known: [TensorDescription]) -> String {
        let names = known.map(\.name)
        let near = didYouMean(name, among: names)
        return near.isEmpty ? " It has \(names.prefix(20).joined(separator: ", "))." : near
    }

    /// Refuses what does not fit the description, before the engine sees it.
    private static func check(_ tensor: Tensor, _ expected: TensorDescription) throws(MartletError) {
        try check(tensor.elementType, tensor.shape, tensor.count, expected)
        if case .string(let texts) = tensor.values { try checkTexts(texts, expected.name) }
    }

    /// - Parameter count: how many values were given.
    static func check(_ type: TensorElementType, _ shape: [Int], _ count: Int, _ expected: TensorDescription) throws(MartletError) {
        guard type == expected.elementType else {
            throw MartletError(
                .invalidInput,
                "The input “\(expected.name)” is of type \(expected.elementType.rawValue); values of type \(type.rawValue) were given.")
        }
        guard expected.accepts(shape) else {
            throw MartletError(.invalidInput, "The input “\(expected.name)” has the shape \(expected.shapeText); \(shape) was given.")
        }
        var needed = 1
        for size in shape {
            let (product, overflow) = needed.multipliedReportingOverflow(by: size)
            guard !overflow else { throw MartletError(.invalidInput, "The shape \(shape) of “\(expected.name)” is too large.") }
            needed = product
        }
        guard needed == count else {
            throw MartletError(
                .invalidInput, "The input “\(expected.name)” of shape \(shape) needs \(needed) values; \(count) were given.")
        }
    }

    static func checkTexts(_ texts: [String], _ name: String) throws(MartletError) {
        guard let row = texts.firstIndex(where: { $0.utf8.contains(0) }) else { return }
        throw MartletError(.invalidInput, "Value \(row) of the input “\(name)” holds a NUL character, which models cannot take. Remove it.")
    }
}
