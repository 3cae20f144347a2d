/// The name and kind of a column.
package struct TypedColumn: Sendable, Equatable, Codable {
    package var name: String
    package var kind: ColumnKind

    package init(_ name: String, _ kind: ColumnKind) {
        self.name = name
        self.kind = kind
    }
}
