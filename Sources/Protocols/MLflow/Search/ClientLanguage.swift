package import Experiments
import Foundation
package import Support

/// Why a filter cannot be read.
package struct FilterProblem: Error, Sendable, Equatable {
    package var message: String
    /// Where in the filter, in characters (Unicode scalars) from its beginning; nil where it is about the whole.
    package var place: Int?
}

/// What people know from MLflow's clients and use elsewhere too: its search language and where artifacts of a run stand.
package enum ClientLanguage {
    /// What a filter and an order ask of runs.
    /// - Throws: `usage` with what cannot be read in them.
    package static func runs(filter: String, order: [String] = []) throws(MartletError) -> SearchQuery<RunField> {
        do throws(MLflowError) { return try RunFields.query(filter: filter, order: order) } catch { throw MartletError(.usage, error.message) }
    }

    /// What a filter asks of runs, or where it goes wrong.
    package static func runs(of filter: String) throws(FilterProblem) -> SearchQuery<RunField> {
        do throws(MLflowError) { return try RunFields.query(filter: filter, order: []) } catch {
            throw FilterProblem(message: error.message, place: error.place)
        }
    }

    /// The folder of a run's artifacts; nil where they are kept elsewhere.
    package static func artifacts(of run: TrackedRun, in experiment: Experiment) -> ArtifactPath? {
        let address = RunMessage(run: run, artifactRoot: experiment.artifactRoot).artifacts
        return ArtifactAddress.path(address).flatMap { try? ArtifactPath($0) }
    }

    /// Where the file of a path can be fetched from this server.
    /// - Parameter path: as it stands in an address, encoded.
    package static func download(_ path: String) -> String { "/api/2.0/mlflow-artifacts/artifacts/\(path)" }

    /// What the name of a picture says that a client logged by step: `KEY+step+10+timestamp+MILLISECONDS+ID.png`, or `+compressed.webp` for a
    /// smaller one of the same, in older clients with `%` in the place of `+`. Nil for any other name.
    package static func picture(named name: String) -> (key: String, step: Int64, id: String, isSmall: Bool)? {
        for (mark, slash) in [("+", "~"), ("%", "#")] {
            let parts = name.components(separatedBy: "\(mark)step\(mark)")
            guard parts.count == 2, !parts[0].isEmpty, let point = parts[1].lastIndex(of: ".") else { continue }
            let words = parts[1][..<point].components(separatedBy: mark)
            guard words.count >= 4, words[1] == "timestamp", let step = Int64(words[0]) else { continue }
            return (parts[0].replacing(slash, with: "/"), step, words[3], words.count > 4 && words[4] == "compressed")
        }
        return nil
    }

    /// The tables that clients say a run has logged, by their paths.
    package static func tables(in tags: [KeyValue]) -> [String] {
        guard let list = tags.first(where: { $0.key == "mlflow.loggedArtifacts" })?.value, let value = try? JSONValue(parsing: list) else {
            return []
        }
        return value.elements.filter { $0["type"].text == "table" }.compactMap(\.["path"].text)
    }

    /// The tag that describes a run or an experiment in words.
    package static let noteTag = "mlflow.note.content"

    /// Whether a client keeps a tag for itself.
    package static func isOwnTag(_ key: String) -> Bool { key.hasPrefix("mlflow.") }
}
