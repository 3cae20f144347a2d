package import Support
package import Tables

extension Tensor {
    /// The values of a column as an input of a request.
    /// - Parameter field: the signature's field that they are sent for.
    package init(_ column: Column, as field: Signature.Field) throws(MartletError) {
        let values: Values
        switch (column.values, field.datatype) {
        case (.text(let text), .bytes): values = .text((0..<column.count).map { text[$0] })
        case (.numbers, .bytes): values = .text((0..<column.count).map { column.json($0).text ?? column.category($0) })
        case (.numbers(let numbers), let datatype) where datatype.isReal: values = .numbers(numbers)
        case (.numbers(let numbers), _):
            var whole: [Int64] = []
            for number in numbers {
                guard let value = Int64(exactly: number) else {
                    throw MartletError(.invalidInput, "Column “\(column.name)” holds \(number), which is no whole number.")
                }
                whole.append(value)
            }
            values = .integers(whole)
        case (.text, _):
            throw MartletError(.invalidInput, "Column “\(column.name)” holds text; input “\(field.name)” takes \(field.datatype.rawValue).")
        }
        self.init(name: field.name, datatype: field.datatype, shape: [column.count], values: values)
    }
}
