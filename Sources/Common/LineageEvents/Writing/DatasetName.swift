internal import Foundation

/// A dataset as OpenLineage names it: what holds it, and its name in there.
package struct DatasetName: Sendable, Hashable {
    package var namespace: String
    package var name: String

    package init(_ namespace: String, _ name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// A file of this machine, by its whole path.
    package static func file(_ path: String) -> DatasetName { DatasetName("file", path) }

    /// What a database of PostgreSQL calls a table.
    /// - Parameter table: its parts; the schema is `public` where it names none.
    package static func postgres(host: String, port: Int, database: String, table: [String]) -> DatasetName {
        let parts = table.count == 1 ? ["public"] + table : Array(table.suffix(2))
        return DatasetName("postgres://\(host):\(port)", ([database] + parts).joined(separator: "."))
    }

    /// Both in one line, for people and as a key.
    package var text: String { "\(namespace)\(namespace.hasSuffix("/") || name.hasPrefix("/") ? "" : "/")\(name)" }

    /// The same dataset under the other ways in which tools write it: files with and without their scheme, machines by other names of this one.
    package var spellings: [DatasetName] {
        var found = [self]
        if isFile {
            let path = plainPath
            found += ["file", "file://", "file:///", "local", "file://localhost"].map { DatasetName($0, path) }
            if path.hasPrefix("/") { found += ["file", "file://"].map { DatasetName($0, String(path.dropFirst())) } }
        }
        for (a, b) in [("127.0.0.1", "localhost"), ("localhost", "127.0.0.1")] where namespace.contains("://\(a)") {
            found.append(DatasetName(namespace.replacing("://\(a)", with: "://\(b)"), name))
        }
        var seen: Set<DatasetName> = []
        return found.filter { seen.insert($0).inserted }
    }

    /// A text as it stands in an address.
    package static func percentEncoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: CharacterSet(charactersIn: ":[]@").union(.urlPathAllowed)) ?? text
    }

    private var isFile: Bool { namespace == "file" || namespace.hasPrefix("file:") || namespace == "local" }

    private var plainPath: String {
        for prefix in ["file://localhost", "file://", "file:"] where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
        return name
    }
}

extension DatasetName: CustomStringConvertible {
    package var description: String { text }
}
