/// What predictions must be like to be found: comparisons of columns, joined by AND, OR and NOT. It is read by a grammar of its own and worked
/// out on the log's blocks, so that nothing typed here can reach a database or a file.
package indirect enum PredictionFilter: Sendable, Equatable {
    case all([PredictionFilter])
    case any([PredictionFilter])
    case not(PredictionFilter)
    case compares(String, Comparison, Value)
    /// One of several values.
    case among(String, [Value])
    /// A text with `%` for any text and `_` for any character.
    case isLike(String, String)
    case isMissing(String)

    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="

        /// Whether a value stands so to another.
        func holds<V: Comparable>(_ value: V, _ other: V) -> Bool {
            switch self {
            case .equal: value == other
            case .unequal: value != other
            case .less: value < other
            case .atMost: value <= other
            case .greater: value > other
            case .atLeast: value >= other
            }
        }
    }

    package enum Value: Sendable, Equatable {
        case number(Double)
        case text(String)
        case flag(Bool)
    }

    /// The columns that are named, each once.
    package var names: [String] {
        var names: [String] = []
        for leaf in leaves where !names.contains(leaf.name) { names.append(leaf.name) }
        return names
    }

    /// The single comparisons in it, with the column of each.
    var leaves: [(name: String, test: PredictionFilter)] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.leaves)
        case .not(let part): part.leaves
        case .compares(let name, _, _), .among(let name, _), .isLike(let name, _), .isMissing(let name): [(name, self)]
        }
    }
}
