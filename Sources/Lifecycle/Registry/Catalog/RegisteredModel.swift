package import Experiments
package import Support

/// A name under which versions are registered, and what is said of them as a whole.
package struct RegisteredModel: Sendable, Equatable {
    /// What the versions are.
    package enum Kind: String, Sendable {
        case model
        /// A text that a language model is asked with: versioned and aliased as models are, and no model.
        case prompt
    }

    package var name: String
    package var kind: Kind
    package var description: String
    package var created: Timestamp
    package var updated: Timestamp
    package var tags: [KeyValue] = []
}

/// How far a version has come, as older clients say it; aliases say more.
package enum ModelStage: String, Sendable, CaseIterable {
    case none, staging, production, archived
}

/// A version as clients see it: what is said of it beside its bytes.
package struct RegisteredVersion: Sendable, Equatable {
    package var model: String
    package var version: Int
    package var created: Timestamp
    package var updated: Timestamp
    package var description: String
    package var stage: ModelStage
    /// Who registered it; empty where nobody knows.
    package var actor: String
    /// The run that made it; empty where none did.
    package var run: String
    /// Nil for one that the project's own pipeline made.
    package var origin: VersionOrigin?
    package var tags: [KeyValue] = []
    package var aliases: [String] = []
}

/// Where a version that a client registered came from.
package struct VersionOrigin: Sendable, Equatable {
    /// The address that the client named.
    package var source: String
    /// Where the run is to be seen, as the client said.
    package var runLink: String
    /// The logged model that was registered; empty where it was none.
    package var loggedModel: String
    /// The address that the files are read from.
    package var artifacts: String
    /// `onnx` where the version's digest is that of a graph, which can be served; else it is the digest of a list of files.
    package var format: String

    package init(source: String, runLink: String = "", loggedModel: String = "", artifacts: String, format: String = "") {
        self.source = source
        self.runLink = runLink
        self.loggedModel = loggedModel
        self.artifacts = artifacts
        self.format = format
    }

    /// Whether an endpoint can answer with it.
    package var isGraph: Bool { format == "onnx" }
}
