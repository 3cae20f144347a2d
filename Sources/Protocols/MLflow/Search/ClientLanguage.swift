package import Experiments
package import Support

/// What people know from MLflow's clients and use elsewhere too: its search language and where artifacts of a run stand.
package enum ClientLanguage {
    /// What a filter and an order ask of runs.
    /// - Throws: `usage` with what cannot be read in them.
    package static func runs(filter: String, order: [String] = []) throws(MartletError) -> SearchQuery<RunField> {
        do throws(MLflowError) { return try RunFields.query(filter: filter, order: order) } catch { throw MartletError(.usage, error.message) }
    }

    /// The folder of a run's artifacts; nil where they are kept elsewhere.
    package static func artifacts(of run: TrackedRun, in experiment: Experiment) -> ArtifactPath? {
        let address = RunMessage(run: run, artifactRoot: experiment.artifactRoot).artifacts
        return ArtifactAddress.path(address).flatMap { try? ArtifactPath($0) }
    }

    /// Where the file of a path can be fetched from this server.
    /// - Parameter path: as it stands in an address, encoded.
    package static func download(_ path: String) -> String { "/api/2.0/mlflow-artifacts/artifacts/\(path)" }

    /// The tag that describes a run or an experiment in words.
    package static let noteTag = "mlflow.note.content"

    /// Whether a client keeps a tag for itself.
    package static func isOwnTag(_ key: String) -> Bool { key.hasPrefix("mlflow.") }
}
