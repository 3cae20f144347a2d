package import Exploration
package import Statistics

/// What looking at a source suggests for a plan: what is assumed, what a person must say, and what may be wrong.
///
/// It proposes columns, rules and a split that run as they are. It proposes no objective: what is good enough is for a person to say.
package struct SourceInspection: Sendable, Equatable, Codable {
    /// How much a finding needs a person.
    package enum Severity: String, Sendable, Codable, CaseIterable {
        /// Decided from the data; said so that it can be contradicted.
        case assumed
        /// Something was chosen so that the plan runs, but only a person can know.
        case ask
        /// Something in the data that may spoil the result.
        case warning
    }

    package struct Finding: Sendable, Equatable, Codable {
        package var severity: Severity
        /// Nil where it concerns the table.
        package var column: String?
        package var sentence: String

        package init(_ severity: Severity, _ column: String? = nil, _ sentence: String) {
            self.severity = severity
            self.column = column
            self.sentence = sentence
        }
    }

    package var rowCount: Int
    package var problem: ProblemType
    /// The class that a binary model gives the probability of, as `Column.category` writes it; nil for other problems.
    package var positive: String?
    /// The classes and their rows, most frequent first; empty for regression.
    package var classes: [ValueCount]
    /// Rows that the target is missing in.
    package var missingTargets: Int
    /// Every column but the target, in the order of the table.
    package var columns: [ColumnPlan]
    /// The column that looks like a survey weight; its use as a weight is for a person to decide.
    package var weightCandidate: String?
    /// Texts that mean a missing value, as they are written, for `source.missing`.
    package var missingMarkers: [String]
    /// What separates the fraction in numbers, for `source.decimal`: a point or a comma.
    package var decimal: String
    package var rules: [RowRule]
    package var split: SplitPlan
    package var findings: [Finding]

    /// What is proposed for a column; nil where there is none of that name.
    package func column(_ name: String) -> ColumnPlan? { columns.first { $0.name == name } }

    /// Changes what is proposed for a column.
    mutating func change(_ name: String, _ body: (inout ColumnPlan) -> Void) {
        guard let i = columns.firstIndex(where: { $0.name == name }) else { return }
        body(&columns[i])
    }

    mutating func leaveOut(_ name: String, why: String) {
        change(name) {
            $0.use = false
            $0.why = why
        }
    }

    mutating func say(_ severity: Severity, _ column: String? = nil, _ sentence: String) {
        findings.append(Finding(severity, column, sentence))
    }
}
