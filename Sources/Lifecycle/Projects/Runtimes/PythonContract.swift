internal import PythonWorker
internal import Serving
internal import Support
internal import Tables
internal import Training

/// What a model in Python is asked with and answers, as signatures and tensors.
enum PythonContract {
    private static let widest = 4096

    // MARK: - Signature

    /// - Parameters:
    ///   - data: the rows that it was trained on, where they are known: ranges and categories, and the names of a matrix's columns.
    ///   - target: the column of the data that it answers.
    /// - Throws: `invalidInput` where the data does not fit.
    static func signature(_ description: ModelDescription, data: Table?, target: String?) throws(MartletError) -> Signature {
        if let data, let target { _ = try data.column(target) }
        return Signature(inputs: try fields(description, data, target), answer: answer(description))
    }

    private static func fields(_ description: ModelDescription, _ data: Table?, _ target: String?) throws(MartletError) -> [Signature.Field] {
        guard !description.takesColumns else {
            let known = Dictionary((data?.columns ?? []).map { ($0.name, $0.signatureField) }, uniquingKeysWith: { first, _ in first })
            if let data, let absent = description.inputs.first(where: { known[$0.name] == nil }) {
                throw MartletError(
                    .notFound, "The model takes “\(absent.name)”, and the reference has: \(data.names.prefix(30).joined(separator: ", ")).")
            }
            return description.inputs.map { input in
                var field = Signature.Field(input.name, kind: kind(input.type), mayBeMissing: mayBeMissing(input))
                guard let seen = known[input.name], seen.kind.isNumeric == field.kind.isNumeric else { return field }
                (field.categories, field.minimum, field.maximum) = (seen.categories, seen.minimum, seen.maximum)
                return field
            }
        }
        guard description.inputs.count == 1, let input = description.inputs.first, input.shape.count == 2, (1...widest).contains(input.shape[1]),
            datatype(input.type)?.isReal == true
        else { return [] }
        guard let data else { return (0..<input.shape[1]).map { Signature.Field("\(input.name)_\($0)", kind: .number, mayBeMissing: true) } }
        let numeric = data.columns.filter { $0.kind.isNumeric && $0.name != target }
        guard numeric.count == input.shape[1] else {
            throw MartletError(
                .invalidInput,
                "The model takes \(input.shape[1]) numbers per row; the data has \(numeric.count) numeric columns. Name the column that it answers (--target)."
            )
        }
        return numeric.map(\.signatureField)
    }

    private static func kind(_ type: String) -> ColumnKind {
        switch type {
        case "boolean": .boolean
        case "integer", "long": .integer
        case "string": .text
        case "datetime": .timestamp
        default: .number
        }
    }

    /// What MLflow calls required is that the column is there; a number, a text or a time may still be missing in a row.
    private static func mayBeMissing(_ input: ModelDescription.Field) -> Bool {
        !input.isRequired || !["boolean", "integer", "long"].contains(input.type)
    }

    // MARK: - Answer

    /// Classes where the model tells some apart and answers with one of them, or with a number for each.
    private static func answer(_ description: ModelDescription) -> Signature.Answer {
        let classes = description.classes
        guard classes.count > 1, Set(classes).count == classes.count, classes.count <= widest, description.outputs.count < 2 else {
            return .regression
        }
        if let output = description.outputs.first {
            let width = output.shape.count == 2 ? output.shape[1] : 1
            guard output.shape.count <= 2, width == 1 || width == classes.count else { return .regression }
        }
        return classes.count == 2 ? .binary(negative: classes[0], positive: classes[1], threshold: 0.5) : .multiclass(classes: classes)
    }

    // MARK: - Tensors

    /// - Throws: `invalidInput` for a tensor of a type that protocols cannot send.
    static func interface(_ description: ModelDescription) throws(MartletError) -> TensorInterface {
        var inputs: [TensorField] = []
        for input in description.inputs {
            guard let type = description.takesColumns ? columnType(input) : datatype(input.type) else {
                throw MartletError(.invalidInput, "The model's input “\(input.name)” is of the type \(input.type), which cannot be served.")
            }
            inputs.append(TensorField(name: input.name, datatype: type, shape: description.takesColumns ? [-1] : input.shape))
        }
        let outputs = description.outputs.map { TensorField(name: $0.name, datatype: Datatype(rawValue: $0.type) ?? .bytes, shape: $0.shape) }
        return TensorInterface(inputs: inputs, outputs: outputs.isEmpty ? [TensorField(name: "output", datatype: .bytes, shape: [-1])] : outputs)
    }

    private static func columnType(_ input: ModelDescription.Field) -> Datatype? {
        switch input.type {
        case "string", "datetime": .bytes
        case "float": .fp32
        case "double": .fp64
        case "boolean": mayBeMissing(input) ? .fp64 : .bool
        case "integer": mayBeMissing(input) ? .fp64 : .int32
        case "long": mayBeMissing(input) ? .fp64 : .int64
        default: nil
        }
    }

    /// NumPy's name of a type.
    private static func datatype(_ name: String) -> Datatype? {
        if ["str", "object"].contains(name) { return .bytes }
        let name = name.replacing("float", with: "fp").uppercased()
        return Datatype(rawValue: name).flatMap { element($0) == nil ? nil : $0 }
    }

    private static let elements: [(Datatype, WorkerElement)] = [
        (.bool, .bool), (.uint8, .uint8), (.uint16, .uint16), (.uint32, .uint32), (.uint64, .uint64), (.int8, .int8), (.int16, .int16),
        (.int32, .int32), (.int64, .int64), (.fp16, .fp16), (.fp32, .fp32), (.fp64, .fp64), (.bytes, .text),
    ]

    static func element(_ datatype: Datatype) -> WorkerElement? { elements.first { $0.0 == datatype }?.1 }

    // MARK: - Values

    static func sent(_ tensor: Tensor) throws(MartletError) -> WorkerTensor {
        let content: WorkerTensor.Content
        if case .text(let texts) = tensor.values {
            content = .texts(texts)
        } else {
            content = .bytes(BinaryTensor.bytes(tensor.values, as: tensor.datatype))
        }
        guard let element = element(tensor.datatype) else { throw MartletError(.defect, "\(tensor.datatype.rawValue) cannot be sent to Python.") }
        return WorkerTensor(name: tensor.name, element: element, shape: tensor.shape, content: content)
    }

    static func sent(_ column: Column, as field: TensorField) throws(MartletError) -> WorkerTensor {
        let content: WorkerTensor.Content
        switch column.values {
        case .text(let text): content = .texts((0..<column.count).map { text[$0] })
        case .numbers where field.datatype == .bytes: content = .texts((0..<column.count).map { column.json($0).text })
        case .numbers(let numbers):
            if let range = field.datatype.range, let place = numbers.firstIndex(where: { Int64(exactly: $0).map { !range.contains($0) } ?? true }) {
                throw MartletError(
                    .invalidInput,
                    "Input “\(field.name)” in row \(place) (counted from 0) is \(JSONValue.text(of: numbers[place])), which \(field.datatype.rawValue) cannot hold."
                )
            }
            content = .bytes(BinaryTensor.bytes(.numbers(numbers), as: field.datatype))
        }
        return WorkerTensor(name: field.name, element: element(field.datatype) ?? .fp64, shape: [column.count], content: content)
    }

    static func received(_ tensor: WorkerTensor) -> Tensor {
        let datatype = elements.first { $0.1 == tensor.element }?.0 ?? .bytes
        let values: Tensor.Values
        switch tensor.content {
        case .bytes(let bytes): values = .raw(bytes)
        case .texts(let texts): values = .text(texts)
        }
        return Tensor(name: tensor.name, datatype: datatype, shape: tensor.shape, values: values)
    }

    /// A tensor's elements as numbers, also where they are whole or truth values; as they are where they are texts.
    static func numbers(_ tensor: Tensor) -> Tensor.Values {
        if case .integers(let integers) = tensor.decoded { return .numbers(integers.map(Double.init)) }
        return tensor.decoded
    }

    /// A tensor of one value a row as the column that it stands for.
    static func column(_ field: Signature.Field, _ tensor: Tensor) -> Column {
        switch numbers(tensor) {
        case .numbers(let numbers): Column(field.name, kind: field.kind, numbers: numbers)
        case .text(let texts) where field.kind == .timestamp:
            Column(field.name, kind: .timestamp, numbers: texts.map { $0.flatMap(Timestamp.init)?.seconds ?? .nan })
        case .text(let texts): Column(field.name, strings: texts.map { $0?.isEmpty == true ? nil : $0 })
        case .integers, .raw: Column(field.name, strings: Array(repeating: nil, count: tensor.count))
        }
    }
}
