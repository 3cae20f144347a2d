package import Support

/// One dataset, as a list shows it.
package struct DatasetSummaryView: Sendable {
    package var name: String
    package var versions: Int
    /// The number of its newest version, of which the rest tells.
    package var newest: Int
    package var rows: Int
    package var columns: Int
    package var created: Timestamp
    /// Expectations that held, and those that did not.
    package var passed: Int
    package var failed: Int

    package init(_ name: String, versions: Int, newest: Int, rows: Int, columns: Int, created: Timestamp, passed: Int, failed: Int) {
        self.name = name
        self.versions = versions
        self.newest = newest
        self.rows = rows
        self.columns = columns
        self.created = created
        self.passed = passed
        self.failed = failed
    }
}

/// One version of a dataset: where it comes from, how its columns look and how its expectations turned out.
package struct DatasetVersionView: Sendable {
    /// A file that was read.
    package struct Source: Sendable {
        package var path: String
        package var bytes: Int
        package var digest: String

        package init(_ path: String, bytes: Int, digest: String) {
            self.path = path
            self.bytes = bytes
            self.digest = digest
        }
    }

    /// A run of another tool that wrote a source.
    package struct Writer: Sendable {
        /// The file that it wrote.
        package var source: String
        /// Namespace and name.
        package var job: String
        package var state: String
        package var at: Timestamp

        package init(_ source: String, job: String, state: String, at: Timestamp) {
            self.source = source
            self.job = job
            self.state = state
            self.at = at
        }
    }

    /// A row that could not be read.
    package struct Rejected: Sendable {
        package var file: String
        package var line: Int
        /// The place in the line, counted from 1; nil where the whole row is meant.
        package var column: Int?
        package var reason: String
        package var text: String

        package init(file: String, line: Int, column: Int? = nil, reason: String, text: String) {
            self.file = file
            self.line = line
            self.column = column
            self.reason = reason
            self.text = text
        }
    }

    /// A row that does not meet an expectation.
    package struct Unmet: Sendable {
        /// Its number in the source, from 0.
        package var row: Int
        /// The expectations, separated by semicolons.
        package var reason: String
        /// The values of the columns that they are about.
        package var values: [FactView]

        package init(row: Int, reason: String, values: [FactView]) {
            self.row = row
            self.reason = reason
            self.values = values
        }
    }

    /// Something that is wrong by the schema.
    package struct Anomaly: Sendable {
        /// Its name in TensorFlow Data Validation.
        package var type: String
        /// Nil for the table as a whole.
        package var column: String?
        package var sentence: String

        package init(_ type: String, column: String?, sentence: String) {
            self.type = type
            self.column = column
            self.sentence = sentence
        }
    }

    /// What a rule of cleaning did.
    package struct Cleaned: Sendable {
        package var rule: String
        /// Empty for all.
        package var columns: [String]
        /// Rows.
        package var changed: Int
        package var emptied: Int
        package var filled: Int
        /// Left out.
        package var dropped: Int

        package init(_ rule: String, columns: [String], changed: Int, emptied: Int, filled: Int, dropped: Int = 0) {
            self.dropped = dropped
            self.rule = rule
            self.columns = columns
            self.changed = changed
            self.emptied = emptied
            self.filled = filled
        }
    }

    /// What a rule on the whole table did.
    package struct TableRuled: Sendable {
        package var rule: String
        package var columns: [String]
        package var rowsBefore: Int
        package var rowsAfter: Int
        /// Rows without a partner in a join; nil for other rules.
        package var unmatched: Int?
        package var added: [String]

        package init(_ rule: String, columns: [String], rowsBefore: Int, rowsAfter: Int, unmatched: Int? = nil, added: [String] = []) {
            self.rule = rule
            self.columns = columns
            self.rowsBefore = rowsBefore
            self.rowsAfter = rowsAfter
            self.unmatched = unmatched
            self.added = added
        }
    }

    /// The first rows that rules left out.
    package struct LeftOut: Sendable {
        /// How many there are.
        package var count: Int
        /// The names of the columns.
        package var columns: [String]
        /// Each with the rule, the reason and its values; nil for missing ones.
        package var rows: [(rule: String, reason: String, values: [String?])]

        package init(count: Int, columns: [String], rows: [(rule: String, reason: String, values: [String?])]) {
            self.count = count
            self.columns = columns
            self.rows = rows
        }
    }

    package var name: String
    package var version: Int
    /// The numbers of all versions, oldest first.
    package var versions: [Int]
    package var created: Timestamp
    package var digest: String
    package var rows: Int
    /// The page of the run that made it; nil where there is none.
    package var run: String?
    /// What was done with it: the rows of each split, rows without a target.
    package var facts: [FactView] = []
    package var sources: [Source] = []
    /// Who wrote them, as far as other tools told.
    package var writers: [Writer] = []
    package var notes: [String] = []
    package var expectations: [ExpectationView] = []
    /// What each rule of cleaning did, in their order; none where that was not counted.
    package var cleaning: [Cleaned] = []
    /// What each rule on the whole table did, in their order, before those of cleaning.
    package var tableRules: [TableRuled] = []
    /// Nil where rules left no row out.
    package var leftOut: LeftOut?
    /// The first rows that could not be read, and how many there are of them.
    package var rejected: [Rejected] = []
    package var rejectedCount = 0
    /// The first rows that do not meet an expectation, and how many there are of them.
    package var unmet: [Unmet] = []
    package var unmetCount = 0
    /// What is wrong by the schema; nil where there was none.
    package var anomalies: [Anomaly]?
    /// In the order of the data.
    package var columns: [ColumnProfileView] = []
    /// How many rows were drawn for quantiles; nil where every row was used.
    package var sampledRows: Int?
    /// How closely pairs of columns go together.
    package var associations: [AssociationView] = []
    /// Columns that are missing together, the most frequent first.
    package var missingPatterns: [MissingPatternView] = []
    /// Rows that repeat an earlier one in every column; nil where that is not known.
    package var duplicateRows: Int?

    package init(_ name: String, version: Int, versions: [Int], created: Timestamp, digest: String, rows: Int, run: String? = nil) {
        self.name = name
        self.version = version
        self.versions = versions
        self.created = created
        self.digest = digest
        self.rows = rows
        self.run = run
    }
}

/// How one expectation turned out.
package struct ExpectationView: Sendable {
    /// What was expected, without `expect_`, and its arguments.
    package var name: String
    package var columns: [String]
    package var arguments: [FactView]
    package var severity: String
    package var holds: Bool
    /// What was found: how many rows are not as expected, or the figure that was judged.
    package var found: String
    /// Values that were not expected, the first of them.
    package var examples: [String]

    package init(
        _ name: String, columns: [String], arguments: [FactView] = [], severity: String, holds: Bool, found: String, examples: [String] = []
    ) {
        self.name = name
        self.columns = columns
        self.arguments = arguments
        self.severity = severity
        self.holds = holds
        self.found = found
        self.examples = examples
    }
}
