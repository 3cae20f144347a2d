/// What is wrong with data, under the names of TensorFlow Data Validation: those that can be met in a table with one value a cell.
package enum AnomalyType: String, Sendable, Equatable, Codable, CaseIterable {
    /// A column that the schema does not name, or not for the environment.
    case newColumn = "SCHEMA_NEW_COLUMN"
    /// A column that must be there is not.
    case missingColumn = "SCHEMA_MISSING_COLUMN"
    /// A column that must be there holds no value.
    case notPresent = "FEATURE_TYPE_NOT_PRESENT"
    /// Fewer rows hold a value than `presence.min_fraction` asks for.
    case lowFractionPresent = "FEATURE_TYPE_LOW_FRACTION_PRESENT"
    /// Fewer rows hold a value than `presence.min_count` asks for.
    case lowNumberPresent = "FEATURE_TYPE_LOW_NUMBER_PRESENT"
    /// `value_count.min` is more than the one value of a cell.
    case lowNumberValues = "FEATURE_TYPE_LOW_NUMBER_VALUES"
    /// `value_count.max` is less than the one value of a cell.
    case highNumberValues = "FEATURE_TYPE_HIGH_NUMBER_VALUES"
    /// More different values than `unique_constraints.max`.
    case highUnique = "FEATURE_TYPE_HIGH_UNIQUE"
    /// Fewer different values than `unique_constraints.min`.
    case lowUnique = "FEATURE_TYPE_LOW_UNIQUE"
    /// `unique_constraints` of a column that is no text.
    case noUnique = "FEATURE_TYPE_NO_UNIQUE"
    /// Whole numbers, numbers or texts where the schema says another of them.
    case unexpectedDataType = "UNEXPECTED_DATA_TYPE"
    /// More of the values than `min_domain_mass` lets through are not in the list of texts.
    case unexpectedStrings = "ENUM_TYPE_UNEXPECTED_STRING_VALUES"
    /// A whole number above `int_domain.max`.
    case bigInt = "INT_TYPE_BIG_INT"
    /// A whole number below `int_domain.min`.
    case smallInt = "INT_TYPE_SMALL_INT"
    /// A text that is no whole number, of an `int_domain`.
    case notIntString = "INT_TYPE_NOT_INT_STRING"
    /// A number above `float_domain.max`.
    case bigFloat = "FLOAT_TYPE_BIG_FLOAT"
    /// A number below `float_domain.min`.
    case smallFloat = "FLOAT_TYPE_SMALL_FLOAT"
    /// A text that is no number, of a `float_domain`.
    case stringNotFloat = "FLOAT_TYPE_STRING_NOT_FLOAT"
    /// NaN where `disallow_nan` is set.
    case hasNaN = "FLOAT_TYPE_HAS_NAN"
    /// An infinite number where `disallow_inf` is set.
    case hasInfinity = "FLOAT_TYPE_HAS_INF"
    /// A whole number above 1, of a `bool_domain`.
    case boolBigInt = "BOOL_TYPE_BIG_INT"
    /// A whole number below 0, of a `bool_domain`.
    case boolSmallInt = "BOOL_TYPE_SMALL_INT"
    /// A text that is neither `true_value` nor `false_value`.
    case boolUnexpectedString = "BOOL_TYPE_UNEXPECTED_STRING"
    /// A number that is neither 0 nor 1, of a `bool_domain`.
    case boolUnexpectedFloat = "BOOL_TYPE_UNEXPECTED_FLOAT"
    /// `shape` of a column that lacks values, or for more than one value.
    case invalidShape = "INVALID_FEATURE_SHAPE"
    /// `value_counts` of a table, in which nothing is nested.
    case nestedness = "VALUE_NESTEDNESS_MISMATCH"
    /// The greatest difference between two shares of a value is above `infinity_norm`.
    case highInfinityNorm = "COMPARATOR_L_INFTY_HIGH"
    /// The same, with shares of both tables together: above `normalized_abs_difference`.
    case highNormalizedDifference = "COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH"
    /// The distributions lie further apart than `jensen_shannon_divergence`.
    case highDivergence = "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH"
    /// The table that is compared with has no such column.
    case controlMissing = "COMPARATOR_CONTROL_DATA_MISSING"
    /// Fewer rows, in proportion to the table before, than allowed.
    case comparedFewExamples = "COMPARATOR_LOW_NUM_EXAMPLES"
    /// More rows, in proportion to the table before, than allowed.
    case comparedManyExamples = "COMPARATOR_HIGH_NUM_EXAMPLES"
    /// Fewer rows than `min_examples_count`.
    case fewExamples = "DATASET_LOW_NUM_EXAMPLES"
    /// More rows than `max_examples_count`.
    case manyExamples = "DATASET_HIGH_NUM_EXAMPLES"
    /// A domain that the type of the feature cannot have.
    case invalidDomain = "DOMAIN_INVALID_FOR_TYPE"
    /// A domain that is not there, or repeats itself.
    case invalidDomainSpecification = "INVALID_DOMAIN_SPECIFICATION"
    /// The schema contradicts itself.
    case invalidSchema = "INVALID_SCHEMA_SPECIFICATION"
    /// A feature without a type.
    case missingType = "FEATURE_MISSING_TYPE"
    /// What a message says where there is more than one reason.
    case several = "MULTIPLE_REASONS"

    /// Its number in `anomalies.proto`.
    var number: Int {
        switch self {
        case .newColumn: 36
        case .missingColumn: 35
        case .notPresent: 19
        case .lowFractionPresent: 16
        case .lowNumberPresent: 17
        case .lowNumberValues: 18
        case .highNumberValues: 15
        case .highUnique: 59
        case .lowUnique: 60
        case .noUnique: 61
        case .unexpectedDataType: 70
        case .unexpectedStrings: 14
        case .bigInt: 28
        case .smallInt: 32
        case .notIntString: 30
        case .bigFloat: 22
        case .smallFloat: 24
        case .stringNotFloat: 25
        case .hasNaN: 53
        case .hasInfinity: 62
        case .boolBigInt: 1
        case .boolSmallInt: 7
        case .boolUnexpectedString: 9
        case .boolUnexpectedFloat: 52
        case .invalidShape: 80
        case .nestedness: 65
        case .highInfinityNorm: 42
        case .highNormalizedDifference: 87
        case .highDivergence: 63
        case .controlMissing: 40
        case .comparedFewExamples: 49
        case .comparedManyExamples: 50
        case .fewExamples: 51
        case .manyExamples: 58
        case .invalidDomain: 66
        case .invalidDomainSpecification: 81
        case .invalidSchema: 69
        case .missingType: 68
        case .several: 82
        }
    }
}
