package import Support

/// A named collection of runs.
package struct Experiment: Sendable, Equatable {
    package var id: Int
    package var name: String
    /// Where its artifacts are kept, where that is not here: an address that clients write to by themselves.
    package var artifacts: String?
    package var created: Timestamp
    package var updated: Timestamp
    /// When it was deleted; nil where it is not.
    package var deleted: Timestamp?
    package var tags: [KeyValue]
}

/// Where an experiment's artifacts are kept, and whether it is deleted.
package struct ExperimentPlace: Sendable, Equatable {
    package var id: Int
    package var artifacts: String?
    package var isDeleted: Bool
}

/// A key with its value: a parameter or a tag.
package struct KeyValue: Sendable, Equatable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// What is shown of things that can be deleted and restored.
package enum Visibility: String, Sendable, CaseIterable {
    case active, deleted, all

    /// As a condition on a column that holds when something was deleted.
    func condition(on column: String) -> String {
        switch self {
        case .active: "\(column) IS NULL"
        case .deleted: "\(column) IS NOT NULL"
        case .all: "1"
        }
    }
}
