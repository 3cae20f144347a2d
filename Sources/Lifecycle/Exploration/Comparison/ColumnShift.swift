import Support
package import Tables

/// How far one column lies from its counterpart.
package struct ColumnShift: Sendable {
    /// A figure about the difference.
    package struct Figure: Sendable, Equatable {
        /// `ks`, `jensen_shannon`, `psi`, `wasserstein`, `l_infinity`.
        package var name: String
        package var value: Double

        package init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    package var name: String
    package var kind: ColumnKind
    /// The greatest difference between the two shares of any event: that a number lies below a bound (Kolmogorov–Smirnov), that a category
    /// is one of a set (total variation), that a value is missing. From 0, for the same, to 1; nil where nothing can be compared.
    package var shift: Double?
    package var figures: [Figure] = []
    /// The probability of a difference like this by chance, corrected for the number of columns; nil where it was not tested.
    package var pValue: Double?
    package var isShifted = false
    /// The shares of missing values.
    package var missing: [Double] = []
    /// What a reader should know: why there is no figure.
    package var note: String?
    /// Shares over common bins; nil where there is nothing to draw.
    package var bins: SharedBins?

    /// From here on a shift counts, where chance does not explain it.
    package static let threshold = 0.1
    /// Chance explains what is not rarer than this.
    package static let chance = 0.01

    var json: JSONValue {
        var object: JSONValue = [
            "column": .string(name), "kind": .string(kind.rawValue), "shift": JSONValue(shift), "shifted": .bool(isShifted),
            "p_value": JSONValue(pValue),
        ]
        object["figures"] = .object(figures.map { .init($0.name, JSONValue($0.value)) })
        object["missing"] = .array(missing.map { JSONValue($0) })
        if let note { object["note"] = .string(note) }
        if let bins { object["bins"] = bins.json }
        return object
    }
}
