package import Database
package import Digests
package import Support

/// A file that a client has kept here, under a path of its own choosing.
package struct Artifact: Sendable, Equatable {
    package var path: String
    package var digest: Digest
    package var size: Int
    package var at: Timestamp

    package init(path: String, digest: Digest, size: Int, at: Timestamp) {
        self.path = path
        self.digest = digest
        self.size = size
        self.at = at
    }
}

/// A file or folder below a folder of artifacts.
package struct ArtifactEntry: Sendable, Equatable {
    /// Its name in that folder.
    package var name: String
    /// Bytes; nil for a folder.
    package var size: Int?

    package init(name: String, size: Int?) {
        self.name = name
        self.size = size
    }
}

/// Paths of artifacts and the objects that they stand for. Every call works in the caller's transaction.
package enum ArtifactTree {
    /// Puts a path in the place of what it stood for before.
    package static func put(_ path: ArtifactPath, _ digest: Digest, size: Int, at moment: Timestamp, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO artifact (path, digest, size, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET digest = excluded.digest, "
                + "size = excluded.size, at = excluded.at",
            [SQLValue(path.text), SQLValue(digest), SQLValue(size), SQLValue(moment)])
    }

    /// The file of that path.
    package static func file(_ path: ArtifactPath, in session: SQLSession) throws -> Artifact? {
        try session.row("SELECT * FROM artifact WHERE path = ?", [SQLValue(path.text)]).map(artifact)
    }

    /// Removes a file, or a folder with all that is in it. What nothing stands for any more is removed by `gc`.
    /// - Returns: how many files there were.
    package static func remove(_ path: ArtifactPath, in session: SQLSession) throws -> Int {
        let bounds = [SQLValue(path.text), SQLValue(path.text + "/"), SQLValue(path.text + "0")]
        let count = try session.row("SELECT count(*) AS n FROM artifact WHERE path = ? OR path > ? AND path < ?", bounds)?.int("n") ?? 0
        try session.execute("DELETE FROM artifact WHERE path = ? OR path > ? AND path < ?", bounds)
        return count
    }

    /// What a folder holds, by name: one step through the index for each entry, however much is below it.
    /// - Parameter folder: nil for the root.
    package static func entries(of folder: ArtifactPath?, in session: SQLSession) throws -> [ArtifactEntry] {
        let start = folder.map { $0.text + "/" } ?? ""
        let end = folder.map { $0.text + "0" }
        var entries: [ArtifactEntry] = []
        var after = start
        var includes = false
        while let row = try next(after, including: includes, before: end, in: session), let path = row.text("path") {
            let rest = path.dropFirst(start.count)
            if let slash = rest.firstIndex(of: "/") {
                let name = String(rest[..<slash])
                entries.append(ArtifactEntry(name: name, size: nil))
                (after, includes) = (start + name + "0", true)
            } else {
                entries.append(ArtifactEntry(name: String(rest), size: row.int("size")))
                (after, includes) = (path, false)
            }
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// The first file whose path comes after a text.
    private static func next(_ text: String, including: Bool, before end: String?, in session: SQLSession) throws -> SQLRow? {
        let least = including ? ">=" : ">"
        guard let end else { return try session.row("SELECT path, size FROM artifact WHERE path \(least) ? ORDER BY path LIMIT 1", [SQLValue(text)]) }
        return try session.row(
            "SELECT path, size FROM artifact WHERE path \(least) ? AND path < ? ORDER BY path LIMIT 1", [SQLValue(text), SQLValue(end)])
    }

    /// The files below a folder, by path.
    /// - Parameter limit: the most that are given; all where it is nil.
    package static func files(below folder: ArtifactPath, limit: Int? = nil, in session: SQLSession) throws -> [Artifact] {
        try session.rows(
            "SELECT * FROM artifact WHERE path > ? AND path < ? ORDER BY path LIMIT ?",
            [SQLValue(folder.text + "/"), SQLValue(folder.text + "0"), SQLValue(limit ?? -1)]
        ).map(artifact)
    }

    private static func artifact(_ row: SQLRow) -> Artifact {
        Artifact(
            path: row.text("path") ?? "", digest: Digest(rawValue: row.text("digest") ?? ""), size: row.int("size") ?? 0,
            at: row.time("at") ?? Timestamp(microseconds: 0))
    }
}
