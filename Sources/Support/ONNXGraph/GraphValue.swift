/// A value in a graph: an input, a constant or what a node computes.
package struct GraphValue: Sendable, Hashable {
    package let name: String
}

/// The element types that Martlet writes, by their number in the format.
package enum ElementType: Int32, Sendable, Hashable {
    case float = 1
    case uint8 = 2
    case int64 = 7
    case string = 8
    case bool = 9
    case double = 11
}

/// One dimension of an input or output.
package enum Dimension: Sendable, Hashable {
    /// As many as there are rows in the request; written as the symbol `N`.
    case rows
    case fixed(Int)
}
