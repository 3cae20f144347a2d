package import Tables

/// How a source is written, decided completely: reading with it looks at nothing again.
package struct SourceFormat: Sendable, Equatable, Codable {
    /// One column of a source.
    package struct Field: Sendable, Equatable, Codable {
        package var name: String
        package var form: TextForm
        package var kind: ColumnKind
        /// The forms that occur in it; empty for typed files and for a column without values.
        package var forms: TextForms
        /// The engine's name of the type in a typed file; nil for text.
        package var storedType: String?
        /// Whether a person said what it is, so that values of another form are missing rather than a reason to call it text.
        package var isDecided: Bool

        package init(
            _ name: String, form: TextForm, kind: ColumnKind, forms: TextForms = [], storedType: String? = nil, isDecided: Bool = false
        ) {
            self.name = name
            self.form = form
            self.kind = kind
            self.forms = forms
            self.storedType = storedType
            self.isDecided = isDecided
        }
    }

    package var layout: SourceLayout
    package var delimiter: String
    /// Empty where nothing is quoted.
    package var quote: String
    package var escape: String
    package var hasHeader: Bool
    /// `gzip`, `zstd` or nil.
    package var compression: String?
    package var encoding: String
    /// Whether a comma separates the fraction.
    package var decimalComma: Bool
    /// Texts that mean a missing value, compared after trimming.
    package var missing: [String]
    package var fields: [Field]

    package var names: [String] { fields.map(\.name) }
}

/// A row that could not be read, kept beside the data.
package struct RejectedRow: Sendable, Equatable, Codable {
    package var file: String
    package var line: Int
    /// Counted from 1; nil where the reason is not one column's.
    package var column: Int?
    package var reason: String
    /// The row as it stands in the file, at most 500 characters.
    package var text: String
}
