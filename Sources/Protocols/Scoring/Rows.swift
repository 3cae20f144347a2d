internal import Serving
internal import Support
internal import Tables

/// The rows of a request as named columns of values, however a contract writes them down.
struct Rows: Equatable {
    struct Column: Equatable {
        var name: String
        var values: [JSONValue]
    }

    var columns: [Column]
    /// Whether numbers and truth values come as text, as in CSV, where empty text is a missing value.
    var isText = false

    /// Rows by name. What a row leaves out is missing in it.
    init(records: [JSONValue]) throws(MartletError) {
        var places: [String: Int] = [:]
        columns = []
        for (row, record) in records.enumerated() {
            guard case .object(let members) = record else {
                throw Rows.refusal("Row \(row) (counted from 0) is no object. Send each row as {\"column\": value}.")
            }
            for member in members {
                guard columns.count < Rows.columnLimit else { throw Rows.refusal("The rows have too many columns.") }
                if places[member.key] == nil {
                    places[member.key] = columns.count
                    columns.append(Column(name: member.key, values: Array(repeating: .null, count: records.count)))
                }
                if let place = places[member.key] { columns[place].values[row] = member.value }
            }
        }
    }

    /// Rows by position.
    /// - Parameter names: the name of each position.
    init(lists: [JSONValue], names: [String]) throws(MartletError) {
        guard names.count <= Rows.columnLimit else { throw Rows.refusal("The rows have too many columns.") }
        columns = names.map { Column(name: $0, values: []) }
        for (row, list) in lists.enumerated() {
            let values = if case .array(let values) = list { values } else { [list] }
            guard values.count == names.count else {
                throw Rows.refusal(
                    "Row \(row) (counted from 0) has \(values.count) values where there are \(names.count) columns: \(names.prefix(30).joined(separator: ", "))."
                )
            }
            for (place, value) in values.enumerated() { columns[place].values.append(value) }
        }
    }

    /// Columns as a mapping of their names.
    init(columns mapping: [JSONValue.Member]) throws(MartletError) {
        columns = []
        for member in mapping {
            guard case .array(let values) = member.value else { throw Rows.refusal("Column “\(member.key)” is no list of values.") }
            columns.append(Column(name: member.key, values: values.map(Rows.unwrapped)))
        }
    }

    private static let columnLimit = 20_000

    /// The value of a row that is written as a list of one, as tensors of one column are.
    private static func unwrapped(_ value: JSONValue) -> JSONValue {
        if case .array(let inner) = value, inner.count == 1 { inner[0] } else { value }
    }

    static func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }

    // MARK: - As a request

    /// The columns as inputs of a model. A column that is absent counts as missing in every row where the model can do without.
    /// - Parameters:
    ///   - key: the column in which callers send their own key.
    ///   - dropsUnknown: whether columns that the model does not take are left out; otherwise they are errors.
    func tensors(for signature: Signature, key: String?, dropsUnknown: Bool) throws(MartletError) -> [Tensor] {
        var fields: [String: Signature.Field] = [:]
        for field in signature.inputs { fields[field.name] = field }
        guard let count = columns.first?.values.count, count > 0 else { throw Rows.refusal("The request has no rows. Send at least one.") }
        var tensors: [Tensor] = []
        let given = Set(columns.map(\.name))
        for column in columns {
            if let field = fields[column.name] {
                tensors.append(
                    Tensor(name: field.name, datatype: field.datatype, shape: [column.values.count], values: try values(of: column, for: field)))
            } else if column.name == (key ?? "id") {
                let keys = column.values.map { $0.text ?? ($0.isNull ? nil : $0.compact) }
                tensors.append(Tensor(name: column.name, datatype: .bytes, shape: [keys.count], values: .text(keys)))
            } else if !dropsUnknown {
                let names = signature.inputs.map(\.name)
                throw Rows.refusal(
                    "Column “\(column.name.prefix(200))” is not known.\(didYouMean(column.name, among: names)) The model takes: \(names.prefix(30).joined(separator: ", "))."
                )
            }
        }
        for field in signature.inputs where field.mayBeMissing && !given.contains(field.name) {
            let values = try values(of: Column(name: field.name, values: Array(repeating: .null, count: count)), for: field)
            tensors.append(Tensor(name: field.name, datatype: field.datatype, shape: [count], values: values))
        }
        return tensors
    }

    private func values(of column: Column, for field: Signature.Field) throws(MartletError) -> Tensor.Values {
        guard field.datatype != .bytes else {
            return .text(try column.values.enumerated().map { (row, value) throws(MartletError) in try text(value, row, field) })
        }
        return .numbers(try column.values.enumerated().map { (row, value) throws(MartletError) in try number(value, row, field) })
    }

    private func text(_ value: JSONValue, _ row: Int, _ field: Signature.Field) throws(MartletError) -> String? {
        switch value {
        case .string(let text): return text
        case .null: return nil
        case .number(let number) where number.isNaN: return nil
        default: throw wrong(value, row, field, "text")
        }
    }

    /// A number; NaN where it is missing, 1 and 0 for truth values.
    private func number(_ value: JSONValue, _ row: Int, _ field: Signature.Field) throws(MartletError) -> Double {
        if value.isNull { return .nan }
        if let number = value.double { return number }
        if field.kind == .boolean, let flag = value.flag { return flag ? 1 : 0 }
        if isText, let text = value.text {
            if text.isEmpty { return .nan }
            if field.kind == .boolean, let flag = ["true": 1.0, "false": 0.0][text.lowercased()] { return flag }
            if let number = Double(text) { return number }
        }
        throw wrong(value, row, field, field.kind == .boolean ? "true or false" : "a number")
    }

    private func wrong(_ value: JSONValue, _ row: Int, _ field: Signature.Field, _ expected: String) -> MartletError {
        let missing = field.mayBeMissing ? " or null" : ""
        return Rows.refusal("Column “\(field.name)” in row \(row) (counted from 0) is \(value.compact.prefix(40)); it must be \(expected)\(missing).")
    }
}
