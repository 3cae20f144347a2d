package import Digests
package import Quality
import Settings
import Support

/// The schema of TensorFlow Data Validation that the data is held against: `data.schema` of `martlet.yaml`.
package struct SchemaPlan: Sendable, Equatable, Codable {
    /// The file, relative to the project's folder.
    package var file: String
    /// The environment that the data belongs to; nil is every one.
    package var environment: String?
    /// What an anomaly means.
    package var severity = Expectation.Severity.critical
    /// The digest of the file; empty until it is loaded.
    package var digest = Digest(rawValue: "")
    /// What the file says. Not coded: its digest is.
    package var schema = TableSchema()

    private enum CodingKeys: String, CodingKey { case file, environment, severity, digest }

    package init(file: String) { self.file = file }

    /// Reads a path, or `file`, `environment` and `severity`.
    init(_ node: SettingsNode) throws(MartletError) {
        guard case .scalar = node.content else {
            _ = try node.mapping(keys: ["file", "environment", "severity"])
            self.init(file: try node.required("file").string())
            environment = try node["environment"]?.string()
            severity = try node["severity"]?.choice() ?? .critical
            return
        }
        self.init(file: try node.string())
    }
}
