internal import Data
internal import Database
internal import Monitoring
internal import Quality
internal import Registry
package import Serving
package import Support
internal import Tables

/// What of requests is logged, and how hashed keys are found again.
extension Project {
    /// Which columns of requests are not logged as they came, with what they are hashed with.
    package func logPrivacy() throws(MartletError) -> LogPrivacy {
        var privacy = file.serving.log.privacy
        for column in file.data.columns {
            privacy.take(column.name, isSensitive: column.sensitive, isPersonal: column.pii.map { $0 != .none } ?? false)
        }
        guard !privacy.isEmpty else { return privacy }
        privacy.secret = try database.write { try subjectSecret(in: $0) }
        return privacy
    }

    /// The columns of `log.columns` that the served model does not take: a slip of the pen would log what should not be.
    package func unknownLoggedColumns() -> [String] {
        let privacy = file.serving.log.privacy
        guard !privacy.columns.isEmpty, let version = try? servedVersion() else { return [] }
        let known = Set(version.details.request.inputs.map(\.name) + [privacy.key])
        return privacy.columns.keys.filter { !known.contains($0) }.sorted()
    }

    /// The labels of an endpoint that were known by a moment; those by key also under the key as the log holds it where it is hashed.
    func knownLabels(of endpoint: String, knownBy moment: Timestamp) throws(MartletError) -> [Label.Subject: Label] {
        var known = try labels.labels(of: endpoint, knownBy: moment)
        guard let secret = try knownSecret() else { return known }
        for (subject, label) in known {
            if case .key(let key) = subject { known[.key(LogPrivacy.hashed(key, secret: secret))] = label }
        }
        return known
    }

    /// Keys with the forms in which the log may hold them.
    func logged(keys: Set<String>) throws(MartletError) -> Set<String> {
        guard !keys.isEmpty, let secret = try knownSecret() else { return keys }
        return keys.union(keys.map { LogPrivacy.hashed($0, secret: secret) })
    }

    /// The secret under which keys are hashed; nil where it was never needed.
    private func knownSecret() throws(MartletError) -> String? { try database.read { try $0.row("SELECT key FROM subject_key")?.text("key") } }
}
