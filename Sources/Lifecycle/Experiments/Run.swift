package import Support

/// One recorded execution of a pipeline or of one of its steps.
package struct Run: Sendable, Equatable {
    package enum Status: String, Sendable, Codable {
        case running, finished, failed, scheduled, killed
        /// Its process died before it ended.
        case interrupted
    }

    package var id: RunID
    /// The pipeline run that a step's run belongs to.
    package var parent: RunID?
    /// The step, or `pipeline` for a parent.
    package var step: String
    package var status: Status
    package var started: Timestamp
    package var ended: Timestamp?
    package var parameters: JSONValue
    package var code: CodeVersion?
    package var error: String?
    /// Who ran it; nil for runs that were recorded before this was.
    package var actor: String?
}

/// The commit that the project's folder stood at.
package struct CodeVersion: Sendable, Equatable, Codable {
    package var commit: String
    package var branch: String?
    /// Whether tracked files differed from the commit.
    package var modified: Bool

    package init(commit: String, branch: String?, modified: Bool) {
        self.commit = commit
        self.branch = branch
        self.modified = modified
    }

    /// `1a2b3c4d on main, with changes`.
    package var sentence: String { "\(commit.prefix(12))\(branch.map { " on \($0)" } ?? "")\(modified ? ", with uncommitted changes" : "")" }
}

/// A metric of a run on one split, over all rows (empty segment) or one segment.
package struct RunMetric: Sendable, Equatable {
    package var split: String
    package var name: String
    package var segment: String
    /// Nil where the metric is undefined, for example AUC over one class.
    package var value: Double?
    package var lower: Double?
    package var upper: Double?
    package var rows: Int

    package init(split: String, name: String, segment: String = "", value: Double?, lower: Double? = nil, upper: Double? = nil, rows: Int) {
        self.split = split
        self.name = name
        self.segment = segment
        self.value = value
        self.lower = lower
        self.upper = upper
        self.rows = rows
    }
}
