import Support

/// What a table should be like, as TensorFlow Data Validation's schema says it: `tensorflow.metadata.v0.Schema`, of which every part is here that can be
/// asked of a table with one value a cell.
package struct TableSchema: Sendable, Equatable {
    /// The bounds of something, each of which may be absent.
    package struct Bounds<Number: Sendable & Equatable>: Sendable, Equatable {
        package var least: Number?
        package var most: Number?

        package init(_ least: Number? = nil, _ most: Number? = nil) {
            self.least = least
            self.most = most
        }
    }

    /// The features: columns, in the order of the file.
    package var features: [SchemaFeature] = []
    /// Lists of texts that features name.
    package var domains: [StringDomain] = []
    /// The environments that a feature belongs to where it says nothing else.
    package var environments: [String] = []
    /// How many rows there may be.
    package var examples = Bounds<Int>()
    /// How many rows there may be for one of the table before.
    package var examplesByPrevious: Bounds<Double>?
    /// How many rows there may be for one of the version before of the same table.
    package var examplesByVersion: Bounds<Double>?
    /// The parts of the file that are not judged, by the names of their fields.
    package var unread: [String] = []
    /// The message that it was read from; nil where it was made here.
    var read: Message?

    /// A list of texts.
    package struct StringDomain: Sendable, Equatable {
        package var name: String
        package var values: [String]

        package init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    package init() {}

    /// The first feature of that name.
    package subscript(name: String) -> SchemaFeature? { features.first { $0.name == name } }

    /// Whether a feature is expected in an environment; all are where none is named.
    func holds(_ feature: SchemaFeature, in environment: String?) -> Bool {
        guard let environment else { return true }
        if feature.inEnvironments.contains(environment) { return true }
        return !feature.notInEnvironments.contains(environment) && environments.contains(environment)
    }

    /// Whether a column must be there.
    func requires(_ feature: SchemaFeature, in environment: String?) -> Bool {
        guard !feature.isRetired, let presence = feature.presence, (presence.least ?? 0) > 0 || (presence.fraction ?? 0) > 0 else { return false }
        return holds(feature, in: environment)
    }
}

/// What is asked of one column.
package struct SchemaFeature: Sendable, Equatable {
    /// `FeatureType` of `schema.proto`.
    package enum Kind: String, Sendable, Equatable {
        /// Texts.
        case bytes = "BYTES"
        /// Whole numbers.
        case int = "INT"
        case float = "FLOAT"
        /// Columns of its own, which no table here has.
        case structure = "STRUCT"
    }

    /// Which values there may be.
    package enum Domain: Sendable, Equatable {
        /// A list of the schema.
        case named(String)
        case strings([String])
        case ints(TableSchema.Bounds<Int>)
        case floats(TableSchema.Bounds<Double>, disallowsNaN: Bool, disallowsInfinity: Bool)
        case bools(trueValue: String?, falseValue: String?)
        /// One that is not judged: its field's name.
        case other(String)
    }

    package struct Presence: Sendable, Equatable {
        package var fraction: Double?
        package var least: Int?

        package init(fraction: Double? = nil, least: Int? = nil) {
            self.fraction = fraction
            self.least = least
        }
    }

    /// Thresholds for what two tables may differ by.
    package struct Comparator: Sendable, Equatable {
        package var infinityNorm: Double?
        package var normalizedDifference: Double?
        package var jensenShannon: Double?
        /// Whether the bins hold equal numbers of values.
        package var byQuantiles = false
    }

    package var name: String
    package var kind: Kind?
    /// Whether it is no longer, or not yet, looked at.
    package var isRetired = false
    package var presence: Presence?
    package var valueCount: TableSchema.Bounds<Int>?
    /// How many levels of nested values are described; 0 where none is.
    package var nestedCounts = 0
    /// The sizes of the dimensions; nil where there is no shape.
    package var shape: [Int]?
    package var domain: Domain?
    package var minimumDomainMass: Double?
    package var unique: TableSchema.Bounds<Int>?
    package var skew: Comparator?
    package var drift: Comparator?
    package var inEnvironments: [String] = []
    package var notInEnvironments: [String] = []
    /// Of a structure.
    package var children: [SchemaFeature] = []

    package init(_ name: String, kind: Kind? = nil) {
        self.name = name
        self.kind = kind
    }
}
