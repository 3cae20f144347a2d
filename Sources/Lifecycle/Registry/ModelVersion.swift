package import Digests
package import Support
package import Tables

/// Immutable bytes of a model with all that was known when it was registered.
package struct ModelVersion: Sendable, Equatable, Codable {
    package var model: String
    package var version: Int
    /// The ONNX graph, in the object store; for another runtime what it says.
    package var digest: Digest
    package var created: Timestamp
    /// The step's run that trained it.
    package var run: RunID
    /// The dataset version it learnt from, as a reference.
    package var dataset: String
    package var details: Details
    /// Who made it: who trained it and who registered it. Their approval of it does not count.
    package var authors: [String]

    package struct Details: Sendable, Equatable, Codable {
        /// The step that made it.
        package var step: String
        /// The built-in trainer, or the command.
        package var trainer: String
        /// What the graph is asked with and answers, after the row rules.
        package var signature: Signature
        /// What a request must carry, before the row rules.
        package var request: Signature
        /// The row rules that requests pass before the graph, as the data phase wrote them.
        package var rules: JSONValue
        package var parameters: JSONValue
        /// Columns by their share of the model's gain, largest first.
        package var importance: [Share]
        package var notes: [String]
        /// The bytes of the graph.
        package var size: Int
        /// The run that judged it on the test set; nil until the test set was opened for it.
        package var evaluationRun: RunID?
        /// The evaluation report on the test set, in the object store.
        package var evaluation: Digest?
        /// Scores on the test set, in the object store, so that later comparisons do not open it again.
        package var testScores: Digest?
        /// Whether it is asked by the graph's own tensors, beside the columns that they hold; nil for no.
        package var takesTensors: Bool?
        /// What runs it; nil for ONNX Runtime.
        package var runtime: Runtime?
        /// The trees behind the graph, in the object store, by which answers are explained exactly; nil for other models.
        package var trees: Digest?

        package init(
            step: String, trainer: String, signature: Signature, request: Signature, rules: JSONValue, parameters: JSONValue, importance: [Share],
            notes: [String], size: Int
        ) {
            self.step = step
            self.trainer = trainer
            self.signature = signature
            self.request = request
            self.rules = rules
            self.parameters = parameters
            self.importance = importance
            self.notes = notes
            self.size = size
        }
    }

    /// What runs a model that is no ONNX graph.
    package enum Runtime: String, Sendable, Codable {
        /// Python, in a process of its own: the files are an MLflow model's, and the digest that of their list.
        case python
        /// LightGBM, by its own text of the model.
        case lightGBM = "lightgbm"
        /// Several models: the digest is that of what tells which, and how.
        case composite
    }

    /// A column's share of something.
    package struct Share: Sendable, Equatable, Codable {
        package var column: String
        package var share: Double

        package init(column: String, share: Double) {
            self.column = column
            self.share = share
        }
    }

    package init(
        model: String, version: Int, digest: Digest, created: Timestamp, run: RunID, dataset: String, details: Details, authors: [String] = []
    ) {
        self.model = model
        self.version = version
        self.digest = digest
        self.created = created
        self.run = run
        self.dataset = dataset
        self.details = details
        self.authors = authors
    }

    package var reference: Reference { Reference(.model, model, "v\(version)") }
}

/// A move of an alias.
package struct AliasMove: Sendable, Equatable {
    package var alias: String
    /// The version that it moved to; nil where it was taken away.
    package var version: Int?
    package var at: Timestamp
    package var actor: String
    package var reason: String
    /// Whether it gave the alias back to a version that had had it before.
    package var isRollback: Bool
}
