internal import Support

/// Addresses of artifacts that are kept here.
package enum ArtifactAddress {
    package static let scheme = "mlflow-artifacts:/"

    /// Where artifacts of an experiment stand below: kept here where nobody said otherwise.
    package static func root(of experiment: Int, _ place: String?) -> String { place ?? "\(scheme)\(experiment)" }

    /// The path that an address means; nil for one of another place.
    package static func path(_ address: String) -> String? {
        guard address.hasPrefix(scheme) else { return nil }
        var rest = address.dropFirst(scheme.count)
        // `mlflow-artifacts://host:port/path` means the same server.
        if rest.hasPrefix("/") {
            rest = rest.dropFirst()
            guard let slash = rest.firstIndex(of: "/") else { return "" }
            rest = rest[rest.index(after: slash)...]
        }
        return String(rest)
    }

    /// The folder in which something of an experiment has its own; nil where that is not kept here, or cannot be told from others.
    static func folder(_ name: String, of experiment: Int, _ place: String?) -> ArtifactPath? {
        guard let base = path(root(of: experiment, place)), !base.isEmpty, !base.contains("?") else { return nil }
        return try? ArtifactPath("\(base)/\(name)")
    }
}
