package import Tables

extension Signature.Field {
    /// The datatype under which the column is announced: FP64 for numbers, and for whole numbers and truth values that may be missing, since
    /// only FP64 has a value for “missing” (NaN); INT64 and BOOL for those that may not; BYTES for text and for times (RFC 3339).
    /// Requests may also send any other numeric type whose values fit.
    package var datatype: Datatype {
        switch kind {
        case .number: .fp64
        case .integer: mayBeMissing ? .fp64 : .int64
        case .boolean: mayBeMissing ? .fp64 : .bool
        case .text, .timestamp: .bytes
        }
    }
}
