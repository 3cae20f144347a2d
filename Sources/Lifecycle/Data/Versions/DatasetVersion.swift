package import Digests
package import Support
package import Tables

/// The immutable content of a dataset at one moment, as prepared for training: cleaned, typed, split.
package struct DatasetVersion: Sendable, Equatable, Codable {
    /// What a column is for.
    package enum Role: String, Sendable, Codable {
        case feature, target, key, weight, sensitive, time, ignored
    }

    package struct ColumnInfo: Sendable, Equatable, Codable {
        package var name: String
        package var kind: ColumnKind
        package var role: Role

        package init(name: String, kind: ColumnKind, role: Role) {
            self.name = name
            self.kind = kind
            self.role = role
        }
    }

    /// One split: a Parquet file in the object store.
    package struct Part: Sendable, Equatable, Codable {
        package var split: String
        package var digest: Digest
        package var rows: Int

        package init(split: String, digest: Digest, rows: Int) {
            self.split = split
            self.digest = digest
            self.rows = rows
        }
    }

    /// A file as it was read.
    package struct SourceFile: Sendable, Equatable, Codable {
        package var path: String
        package var size: Int
        package var digest: Digest

        package init(path: String, size: Int, digest: Digest) {
            self.path = path
            self.size = size
            self.digest = digest
        }
    }

    /// Rows that do not meet an expectation. Their values stand in the parts only, so that what is erased there is not left here.
    package struct UnmetRows: Sendable, Equatable, Codable {
        /// An object: a Parquet file of `martlet_row`, the number of the row in the column `PreparedData.rowColumn` of the parts, and
        /// `martlet_reason`, the expectations that it does not meet.
        package var digest: Digest
        /// How many there are, with those that have no target and are in no part.
        package var rows: Int

        package init(digest: Digest, rows: Int) {
            self.digest = digest
            self.rows = rows
        }
    }

    package struct Details: Sendable, Equatable, Codable {
        package var parts: [Part]
        package var columns: [ColumnInfo]
        /// The columns of the source, before the row rules: what a request is made of.
        package var raw: [TypedColumn]
        package var sources: [SourceFile]
        /// The row rules with what they learnt from the training part.
        package var rules: JSONValue
        /// Rows that could not be read, and rows without a target.
        package var rejectedRows: Int
        package var rowsWithoutTarget: Int
        package var expectationsPassed: Int
        package var expectationsFailed: Int
        /// Objects: the validation report, the profile and the rejected rows, as JSON.
        package var validation: Digest
        package var profile: Digest
        package var rejects: Digest
        package var notes: [String]
        /// What each row rule did; nil for versions from before that was counted.
        package var cleaning: [RuleAccount]?
        /// What each table rule did; nil for versions from before that was kept.
        package var tableRules: [TableRuleAccount]?
        /// The rows that rules left out, as a Parquet file of texts; nil where they left none out.
        package var leftOut: Part?
        /// The rows that do not meet a critical expectation or one that warns; nil where there is none, or where that was not kept.
        package var unmet: UnmetRows?
        /// Whether the part `test` is a file of its own, which was neither judged nor profiled; nil for versions from before that was kept.
        package var hasTestFile: Bool?

        /// The parts that were judged and profiled.
        /// - Parameter today: whether the settings name a test file now; it decides where the version does not say.
        package func judgedParts(settingsNameTestFile today: Bool) -> [Part] {
            hasTestFile ?? today ? parts.filter { $0.split != "test" } : parts
        }

        package init(
            parts: [Part], columns: [ColumnInfo], raw: [TypedColumn], sources: [SourceFile], rules: JSONValue, rejectedRows: Int,
            rowsWithoutTarget: Int,
            expectationsPassed: Int, expectationsFailed: Int, validation: Digest, profile: Digest, rejects: Digest, notes: [String],
            cleaning: [RuleAccount]? = nil, unmet: UnmetRows? = nil
        ) {
            self.parts = parts
            self.columns = columns
            self.raw = raw
            self.sources = sources
            self.rules = rules
            self.rejectedRows = rejectedRows
            self.rowsWithoutTarget = rowsWithoutTarget
            self.expectationsPassed = expectationsPassed
            self.expectationsFailed = expectationsFailed
            self.validation = validation
            self.profile = profile
            self.rejects = rejects
            self.notes = notes
            self.cleaning = cleaning
            self.unmet = unmet
        }
    }

    package var name: String
    package var version: Int
    /// The digest of the parts, columns and rules: the version's identity.
    package var digest: Digest
    package var created: Timestamp
    package var run: RunID
    package var details: Details

    package var reference: Reference { Reference(.dataset, name, "v\(version)") }

    /// The rows of all parts.
    package var rows: Int { details.parts.reduce(0) { $0 + $1.rows } }

    /// What the file of rows that rules left out is called where it stands beside the parts.
    package static let leftOutSplit = "left_out"

    /// The files with rows: the parts, and the rows that rules left out.
    package var files: [Part] { details.parts + [details.leftOut].compactMap(\.self) }

    /// The part of that split; nil where the dataset has none.
    package func part(_ split: String) -> Part? { details.parts.first { $0.split == split } }

    /// The columns with that role.
    package func columns(_ role: Role) -> [ColumnInfo] { details.columns.filter { $0.role == role } }
}
