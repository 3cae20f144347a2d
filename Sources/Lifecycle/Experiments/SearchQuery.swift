/// What is looked for: conditions that all hold, and an order. `Field` names what a kind of thing can be searched by.
package struct SearchQuery<Field: Sendable>: Sendable {
    package var conditions: [SearchCondition<Field>]
    package var order: [SearchOrder<Field>]

    package init(conditions: [SearchCondition<Field>] = [], order: [SearchOrder<Field>] = []) {
        self.conditions = conditions
        self.order = order
    }
}

package struct SearchCondition<Field: Sendable>: Sendable {
    package var field: Field
    package var test: SearchTest

    package init(_ field: Field, _ test: SearchTest) {
        self.field = field
        self.test = test
    }
}

package struct SearchOrder<Field: Sendable>: Sendable {
    package var field: Field
    package var isDescending: Bool

    package init(_ field: Field, isDescending: Bool = false) {
        self.field = field
        self.isDescending = isDescending
    }
}

/// What must be true of a field.
package enum SearchTest: Sendable, Equatable {
    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    case number(Comparison, Double)
    case text(Comparison, String)
    /// A pattern with `%` for any text and `_` for any character.
    case like(String, ignoresCase: Bool)
    case isIn([String])
    case isNotIn([String])
    case exists
    case isMissing
}

/// What runs can be searched by.
package enum RunField: Sendable, Hashable {
    case id, name, status, user, started, ended
    /// The address of its artifacts.
    case artifacts(root: String)
    case metric(String)
    case parameter(String)
    case tag(String)
    case datasetName, datasetDigest
    /// The tag of a dataset as an input of the run, such as what it was used for.
    case datasetTag(String)
}

/// One page of what was found.
package struct SearchPage<Item: Sendable>: Sendable {
    package var items: [Item]
    /// Whether there is more behind it.
    package var hasMore: Bool

    package init(items: [Item], hasMore: Bool) {
        self.items = items
        self.hasMore = hasMore
    }
}
