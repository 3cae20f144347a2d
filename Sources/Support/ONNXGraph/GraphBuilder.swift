package import Support
internal import SwiftProtobuf

/// Builds an ONNX graph node by node and writes it as a file's bytes.
///
/// Names of inputs and outputs are the caller's, odd characters included; names in between are made so that they never collide.
package struct GraphBuilder: Sendable {
    private var graph = ONNXGraphProto()
    private var properties: [ONNXStringStringEntryProto] = []
    private var taken: Set<String> = []
    private var reserved: Set<String> = []
    private var counter = 0
    private var constants: [ConstantKey: GraphValue] = [:]

    /// A small constant that was used before, so that it is stored once.
    private struct ConstantKey: Hashable {
        var type: ElementType
        var shape: [Int]
        var bytes: [UInt8]
    }

    package init(name: String) { graph.name = name }

    // MARK: Inputs and outputs

    /// Declares an input.
    /// - Throws: `invalidInput` for an empty name or one that is already declared.
    package mutating func input(_ name: String, _ type: ElementType, shape: [Dimension]) throws(MartletError) -> GraphValue {
        try claim(name)
        graph.input.append(Self.valueInfo(name, type, shape))
        return GraphValue(name: name)
    }

    /// Declares a value as an output under a name of its own.
    /// - Throws: `invalidInput` for an empty name or one that is already declared.
    package mutating func output(_ value: GraphValue, as name: String, _ type: ElementType, shape: [Dimension]) throws(MartletError) {
        try claim(name)
        append(GraphOperator("Identity"), inputs: [value], outputs: [name])
        graph.output.append(Self.valueInfo(name, type, shape))
    }

    /// Adds a text to the file's properties.
    package mutating func property(_ key: String, _ value: String) {
        var entry = ONNXStringStringEntryProto()
        entry.key = key
        entry.value = value
        properties.append(entry)
    }

    /// Names that will be used as outputs later and that no other value may take.
    package mutating func reserve(_ names: [String]) { reserved.formUnion(names) }

    // MARK: Nodes and constants

    /// Adds a node with one output.
    package mutating func node(_ operation: GraphOperator, _ inputs: GraphValue...) -> GraphValue { node(operation, inputs: inputs) }

    /// Adds a node with one output.
    package mutating func node(_ operation: GraphOperator, inputs: [GraphValue]) -> GraphValue {
        let name = freshName(operation.name)
        append(operation, inputs: inputs, outputs: [name])
        return GraphValue(name: name)
    }

    /// A constant tensor; equal small ones are stored once.
    package mutating func constant(_ tensor: ConstantTensor) -> GraphValue {
        let small = tensor.bytes.count <= 64 && tensor.strings.isEmpty
        let key = ConstantKey(type: tensor.type, shape: tensor.shape, bytes: small ? tensor.bytes : [])
        if small, let known = constants[key] { return known }
        let name = freshName("constant")
        graph.initializer.append(tensor.message(name: name))
        if small { constants[key] = GraphValue(name: name) }
        return GraphValue(name: name)
    }

    /// A constant of doubles without dimensions.
    package mutating func constant(_ value: Double) -> GraphValue { constant(ConstantTensor([value], shape: [])) }

    // MARK: Writing

    /// The ONNX file: IR version 10, ai.onnx opset 18, ai.onnx.ml opset 5. The same calls give the same bytes.
    package func bytes() throws(MartletError) -> [UInt8] {
        var model = ONNXModelProto()
        model.irVersion = 10
        model.producerName = "martlet"
        model.graph = graph
        model.opsetImport = [Self.opset("", 18), Self.opset(GraphOperator.classical, 5)]
        model.metadataProps = properties
        do {
            let bytes: [UInt8] = try model.serializedBytes()
            return bytes
        } catch {
            throw MartletError(.invalidInput, "The model is too large for an ONNX file (2 GB).", cause: "\(error)")
        }
    }

    private mutating func append(_ operation: GraphOperator, inputs: [GraphValue], outputs: [String]) {
        var node = ONNXNodeProto()
        node.input = inputs.map(\.name)
        node.output = outputs
        node.name = "\(operation.name)_\(graph.node.count)"
        node.opType = operation.name
        node.domain = operation.domain
        node.attribute = operation.attributes.map { $0.value.message(name: $0.name) }
        graph.node.append(node)
    }

    private mutating func claim(_ name: String) throws(MartletError) {
        guard !name.isEmpty else { throw MartletError(.invalidInput, "A column has no name. Name every column that the model is to use.") }
        guard taken.insert(name).inserted else {
            throw MartletError(.invalidInput, "The model would have two inputs or outputs called “\(name)”. Rename the column.")
        }
    }

    private mutating func freshName(_ stem: String) -> String {
        while true {
            counter += 1
            let name = "\(stem)_\(counter)"
            if !reserved.contains(name), taken.insert(name).inserted { return name }
        }
    }

    private static func opset(_ domain: String, _ version: Int64) -> ONNXOperatorSetIdProto {
        var opset = ONNXOperatorSetIdProto()
        opset.domain = domain
        opset.version = version
        return opset
    }

    private static func valueInfo(_ name: String, _ type: ElementType, _ shape: [Dimension]) -> ONNXValueInfoProto {
        var info = ONNXValueInfoProto()
        info.name = name
        info.type.tensorType.elemType = type.rawValue
        info.type.tensorType.shape.dim = shape.map { dimension in
            var message = ONNXTensorShapeProto.Dimension()
            switch dimension {
            case .fixed(let size): message.dimValue = Int64(size)
            case .rows: message.dimParam = "N"
            }
            return message
        }
        return info
    }
}
