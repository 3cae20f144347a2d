package import Support

/// What an erasure found, and what became of it.
package struct ErasureReport: Sendable {
    package enum State: String, Sendable {
        /// Nothing of the person is here.
        case nothing
        /// Only asked: nothing was changed.
        case found
        /// Everything that Martlet keeps is gone; a file of yours still holds the person.
        case pending
        case done
    }

    /// Rows in a dataset version.
    package struct Dataset: Sendable, Equatable {
        package var reference: String
        package var rows: Int
    }

    /// Rows in what came of a source.
    package struct Batch: Sendable, Equatable {
        package var source: String
        package var rows: Int
    }

    /// A file that is not Martlet's to change.
    package struct Source: Sendable, Equatable {
        package var file: String
        /// The lines of the person, from 1; for Parquet the rows.
        package var lines: [Int]
    }

    package var state: State
    /// The keyed digest of the person's key.
    package var subject: String
    package var erasure: Erasure?
    package var predictions = 0
    package var labels = 0
    package var datasets: [Dataset] = []
    /// Rows in what came of sources with names; Martlet's own copies.
    package var batches: [Batch] = []
    /// Versions that learnt from, were chosen by or were tested on the rows. They stay as they are.
    package var models: [String] = []
    /// When the first dataset version with the rows was made.
    var earliestDataset: Timestamp?
    /// Other stored objects that go.
    package var objects = 0
    /// What holds a value of the person and stays, as sentences.
    package var left: [String] = []
    package var sources: [Source] = []
    /// Folders with backups from before.
    package var backups: [String] = []

    init(state: State, subject: String) {
        self.state = state
        self.subject = subject
    }

    /// Whether anything is there that Martlet would remove.
    package var isEmpty: Bool { predictions == 0 && labels == 0 && datasets.isEmpty && batches.isEmpty && objects == 0 }

    /// The facts without the state.
    package var found: JSONValue {
        [
            "predictions": JSONValue(predictions), "labels": JSONValue(labels),
            "datasets": .array(datasets.map { ["dataset": .string($0.reference), "rows": JSONValue($0.rows)] }),
            "batches": .array(batches.map { ["source": .string($0.source), "rows": JSONValue($0.rows)] }),
            "models": JSONValue(models), "objects": JSONValue(objects), "left": JSONValue(left),
            "sources": .array(sources.map { ["file": .string($0.file), "lines": .array($0.lines.map { JSONValue($0) })] }),
        ]
    }

    package var json: JSONValue {
        var value = found
        value["state"] = .string(state.rawValue)
        value["subject"] = .string(subject)
        value["erasure"] = JSONValue(erasure?.id)
        value["backups"] = JSONValue(backups)
        if let erasure { value["tombstone"] = .string(erasure.sentence) }
        return value
    }
}
