/// Rows of numbers as they lie one behind the other, which are a table without a column of its own for each.
package struct NumberMatrix: Sendable {
    /// The columns, of one kind with `number`. Tables of the same model share them.
    package let fields: [Table.Field]
    /// Row by row. Missing values are NaN.
    package let values: [Double]
    package let rowCount: Int

    /// - Parameters:
    ///   - fields: columns of different names.
    ///   - values: a whole number of rows.
    package init(_ fields: [Table.Field], _ values: [Double]) {
        self.fields = fields
        self.values = values
        rowCount = fields.isEmpty ? 0 : values.count / fields.count
    }

    /// The column at a place.
    package func column(_ place: Int) -> Column {
        let numbers = [Double](unsafeUninitializedCapacity: rowCount) { buffer, made in
            for row in 0..<rowCount { buffer[row] = values[row * fields.count + place] }
            made = rowCount
        }
        return Column(fields[place].name, kind: fields[place].kind, numbers: numbers)
    }

    package var columns: [Column] { fields.indices.map { column($0) } }
}

extension Table {
    /// What a column is called, and what its values mean.
    package struct Field: Sendable, Equatable {
        package var name: String
        package var kind: ColumnKind

        package init(name: String, kind: ColumnKind) {
            self.name = name
            self.kind = kind
        }
    }

    /// What its columns are called, and what their values mean.
    package var fields: [Field] { matrix?.fields ?? columns.map { Field(name: $0.name, kind: $0.kind) } }

    /// Whether another table has columns of the same names and kinds, in the same order.
    package func hasFields(of other: Table) -> Bool {
        if let one = matrix, let other = other.matrix { return one.fields == other.fields }
        return columns.elementsEqual(other.columns) { $0.name == $1.name && $0.kind == $1.kind }
    }
}
