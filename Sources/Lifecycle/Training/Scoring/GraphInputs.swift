import ONNXRuntime
import Support
import Tables

/// Finds out which columns a foreign graph's inputs are.
struct GraphInputs {
    private let inputs: [TensorDescription]
    private let fields: [Signature.Field]

    /// - Parameter fields: the columns that the graph may use, in the order of the training data.
    init(_ inputs: [TensorDescription], _ fields: [Signature.Field]) {
        self.inputs = inputs
        self.fields = fields
    }

    private static let numeric: Set<TensorElementType> = [.float, .double, .int64, .int32, .bool]

    /// The mapping, and the columns in the order in which the graph takes them.
    func mapping() throws(MartletError) -> (GraphMapping.Inputs, [Signature.Field]) {
        if inputs.count == 1, let only = inputs.first, column(named: only.name) == nil || only.shape.last ?? 1 > 1 { return try matrix(only) }
        var mapped: [GraphMapping.ColumnInput] = []
        var columns: [Signature.Field] = []
        for input in inputs {
            let column = try matching(input)
            mapped.append(GraphMapping.ColumnInput(column: column.name, input: input.name, type: input.elementType, rank: input.shape.count))
            columns.append(column)
        }
        guard !columns.isEmpty else { throw MartletError(.invalidInput, "The model has no inputs, so it cannot answer rows.") }
        return (.columns(mapped), columns)
    }

    private func matrix(_ input: TensorDescription) throws(MartletError) -> (GraphMapping.Inputs, [Signature.Field]) {
        let columns = fields.filter { $0.kind.isNumeric }
        let names = columns.map(\.name).joined(separator: ", ")
        guard input.shape.count == 2, [.float, .double].contains(input.elementType) else {
            throw MartletError(
                .invalidInput,
                "The model's only input “\(input.name)” is \(Self.text(input)). Expected a float or double matrix [any, \(columns.count)] of the numeric columns (\(names)), or one input per column."
            )
        }
        guard input.shape[1] < 0 || input.shape[1] == columns.count else {
            throw MartletError(
                .invalidInput,
                "The model's input “\(input.name)” takes \(input.shape[1]) numbers per row; the data has \(columns.count) numeric columns: \(names). Export it for these columns in this order, or with one input per column."
            )
        }
        return (.matrix(input: input.name, type: input.elementType, columns: columns.map(\.name)), columns)
    }

    private func matching(_ input: TensorDescription) throws(MartletError) -> Signature.Field {
        let names = fields.map(\.name)
        guard let column = column(named: input.name) else {
            throw MartletError(
                .invalidInput,
                "The model has an input “\(input.name)”, which is no column of the data.\(didYouMean(input.name, among: names)) Expected: \(names.prefix(40).joined(separator: ", ")); found: \(inputs.prefix(40).map(\.name).joined(separator: ", "))."
            )
        }
        let isColumn = input.shape.count == 1 || (input.shape.count == 2 && (input.shape[1] == 1 || input.shape[1] < 0))
        guard isColumn, input.elementType == .string || Self.numeric.contains(input.elementType) else {
            throw MartletError(.invalidInput, "The model's input “\(input.name)” is \(Self.text(input)). Expected one value per row: [any, 1].")
        }
        guard column.kind.isNumeric || input.elementType == .string else {
            throw MartletError(
                .invalidInput,
                "The model's input “\(input.name)” takes \(input.elementType.rawValue) values; the column holds text. Encode it inside the model.")
        }
        return column
    }

    /// The column of an input's name; exporters replace signs that are neither letters nor digits by underscores.
    private func column(named name: String) -> Signature.Field? {
        fields.first { $0.name == name } ?? fields.first { Self.plain($0.name) == Self.plain(name) }
    }

    private static func plain(_ name: String) -> String { String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }

    private static func text(_ input: TensorDescription) -> String {
        "a \(input.elementType.rawValue) tensor [\(input.shape.map { $0 < 0 ? "any" : String($0) }.joined(separator: ", "))]"
    }
}
