internal import ONNXRuntime
internal import Serving
internal import Support
internal import Tables
internal import Training

/// A graph that is asked by its own tensors.
struct GraphPredictor: ServedGraph {
    let interface: TensorInterface
    private let scorer: GraphScorer

    /// - Throws: `invalidInput` where a tensor has an element type that protocols cannot send.
    init(_ scorer: GraphScorer) throws(MartletError) {
        interface = TensorInterface(inputs: try GraphPredictor.fields(scorer.inputs), outputs: try GraphPredictor.fields(scorer.outputs))
        self.scorer = scorer
    }

    private static func fields(_ tensors: [TensorDescription]) throws(MartletError) -> [TensorField] {
        try tensors.map { tensor throws(MartletError) in
            guard let datatype = tensor.elementType.datatype else {
                throw MartletError(
                    .invalidInput, "The model's tensor “\(tensor.name)” is of type \(tensor.elementType.rawValue), which cannot be served.")
            }
            return TensorField(name: tensor.name, datatype: datatype, shape: tensor.shape)
        }
    }

    func answer(_ tensors: [Serving.Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
        let inputs = zip(tensors, scorer.inputs).map { ($0.name, GraphPredictor.raw($0, $1.elementType)) }
        let outputs = try scorer.run(inputs)
        return GraphAnswers(
            outputs: zip(outputs, interface.outputs).map(GraphPredictor.tensor), answers: scorer.answers(outputs, rows: rows),
            inputs: scorer.table(inputs, rows: rows))
    }

    func outputs(of table: Table) throws(MartletError) -> GraphAnswers { try answer(tensors(of: table), rows: table.rowCount) }

    /// Rows as the graph's inputs, in its order: which column each holds is the scorer's to say.
    private func tensors(of table: Table) throws(MartletError) -> [Serving.Tensor] {
        let inputs = try scorer.tensors(of: table)
        var tensors: [Serving.Tensor] = []
        for field in interface.inputs {
            guard let input = inputs.first(where: { $0.0 == field.name })?.1 else {
                throw MartletError(.defect, "There is no column for the model's input “\(field.name)”.")
            }
            let values: Serving.Tensor.Values
            switch input.values {
            case .double(let numbers): values = .numbers(numbers)
            case .float(let numbers): values = .numbers(numbers.map { Double($0) })
            case .int64(let numbers): values = .integers(numbers)
            case .int32(let numbers): values = .integers(numbers.map { Int64($0) })
            case .bool(let flags): values = .integers(flags.map { $0 ? 1 : 0 })
            case .string(let texts): values = .text(texts)
            }
            tensors.append(Serving.Tensor(name: field.name, datatype: field.datatype, shape: input.shape, values: values))
        }
        return tensors
    }

    private static func raw(_ tensor: Serving.Tensor, _ type: TensorElementType) -> RawTensor {
        if case .text(let texts) = tensor.values { return RawTensor(type, shape: tensor.shape, .texts(texts.map { $0 ?? "" })) }
        return RawTensor(type, shape: tensor.shape, .bytes(BinaryTensor.bytes(tensor.values, as: tensor.datatype)))
    }

    private static func tensor(_ raw: RawTensor, _ field: TensorField) -> Serving.Tensor {
        let values: Serving.Tensor.Values
        switch raw.content {
        case .texts(let texts): values = .text(texts)
        case .bytes(let bytes): values = .raw(bytes)
        }
        return Serving.Tensor(name: field.name, datatype: field.datatype, shape: raw.shape, values: values)
    }
}

extension TensorElementType {
    /// The protocols' name of the type; nil for those that they have none for.
    fileprivate var datatype: Datatype? {
        switch self {
        case .float: .fp32
        case .double: .fp64
        case .float16: .fp16
        case .bfloat16: .bf16
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .uint8: .uint8
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        case .bool: .bool
        case .string: .bytes
        case .undefined, .complex64, .complex128: nil
        }
    }
}
