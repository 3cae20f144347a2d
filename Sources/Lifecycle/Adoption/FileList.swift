package import Digests
internal import Experiments
package import Support

/// The files of a model that is several, as they are listed in the object store.
package struct FileList: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// Below the model's folder.
        package var path: String
        package var digest: Digest
        package var size: Int

        package init(path: String, digest: Digest, size: Int) {
            self.path = path
            self.digest = digest
            self.size = size
        }
    }

    package var entries: [Entry]

    package init(entries: [Entry]) { self.entries = entries }

    package var json: JSONValue {
        [
            "files": .array(
                entries.map { ["path": .string($0.path), "sha256": .string($0.digest.rawValue), "bytes": .integer(Int64($0.size))] })
        ]
    }

    /// Reads a list; nil for bytes that are none, such as a graph's.
    package init?(_ bytes: [UInt8]) {
        guard bytes.first == UInt8(ascii: "{"), let list = try? JSONValue(parsing: bytes), !list["files"].elements.isEmpty else { return nil }
        entries = []
        for file in list["files"].elements {
            guard let path = file["path"].text, (try? ArtifactPath(path)) != nil, let digest = file["sha256"].text.flatMap(Digest.init(checking:))
            else { return nil }
            entries.append(Entry(path: path, digest: digest, size: file["bytes"].int ?? 0))
        }
    }

    /// Whether they are an MLflow model's.
    package var isMLflowModel: Bool { entries.contains { $0.path == MLmodelFile.name } }
}
