package import Tables

extension Signature.Answer {
    /// What is answered for each row: names in their order, datatypes, and the dimensions of one row.
    package var outputs: [(name: String, datatype: Datatype, rowShape: [Int])] {
        switch self {
        case .binary: [("label", .bytes, []), ("probability", .fp64, []), ("prediction_id", .bytes, [])]
        case .multiclass(let classes): [("label", .bytes, []), ("probabilities", .fp64, [classes.count]), ("prediction_id", .bytes, [])]
        case .regression: [("value", .fp64, []), ("prediction_id", .bytes, [])]
        }
    }
}
