package import Support

/// One registered model, as a list shows it.
package struct ModelSummaryView: Sendable {
    package var name: String
    package var versions: Int
    package var newest: Int
    /// When its newest version was registered.
    package var registered: Timestamp
    /// Where each alias stands.
    package var aliases: [FactView]

    package init(_ name: String, versions: Int, newest: Int, registered: Timestamp, aliases: [FactView] = []) {
        self.name = name
        self.versions = versions
        self.newest = newest
        self.registered = registered
        self.aliases = aliases
    }
}

/// The history of a model: its versions, and where its aliases stood when.
package struct ModelHistoryView: Sendable {
    package struct Version: Sendable {
        package var number: Int
        package var at: Timestamp
        /// Who trained and who registered it.
        package var by: [String]
        /// The aliases that stand at it now.
        package var aliases: [String]
        /// The page of the run that made it; nil where there is none.
        package var run: String?
        package var facts: [FactView]

        package init(_ number: Int, at: Timestamp, by: [String], aliases: [String] = [], run: String? = nil, facts: [FactView] = []) {
            self.number = number
            self.at = at
            self.by = by
            self.aliases = aliases
            self.run = run
            self.facts = facts
        }
    }

    package struct Move: Sendable {
        package var alias: String
        package var version: Int?
        package var at: Timestamp
        package var by: String
        package var reason: String
        package var isRollback: Bool

        package init(alias: String, version: Int?, at: Timestamp, by: String, reason: String, isRollback: Bool) {
            self.alias = alias
            self.version = version
            self.at = at
            self.by = by
            self.reason = reason
            self.isRollback = isRollback
        }
    }

    package var model: String
    /// Newest first.
    package var moves: [Move]
    /// Newest first.
    package var versions: [Version]

    package init(model: String, moves: [Move], versions: [Version] = []) {
        self.model = model
        self.moves = moves
        self.versions = versions
    }
}
