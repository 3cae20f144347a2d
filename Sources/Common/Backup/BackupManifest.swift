package import Digests
internal import Foundation
package import Support

/// What belongs to one backup.
package struct BackupManifest: Sendable, Equatable {
    /// A file of the project: where it stands, and under which content it is stored.
    package struct Entry: Sendable, Equatable {
        package var path: String
        package var size: Int
        package var digest: Digest
        /// When an immutable file was last changed, in nanoseconds since 1970; nil for others.
        package var modified: Int64?
    }

    /// What a backup is of.
    package struct Facts: Sendable, Equatable {
        package var project: String
        /// The version of the program that made it.
        package var program: String
        /// The version of the database's schema.
        package var schema: Int
        /// The last event: its number and its hash. Kept elsewhere too, it proves that the record was not cut.
        package var auditSequence: Int
        package var auditHash: String

        package init(project: String, program: String, schema: Int, auditSequence: Int, auditHash: String) {
            self.project = project
            self.program = program
            self.schema = schema
            self.auditSequence = auditSequence
            self.auditHash = auditHash
        }
    }

    package var id: String
    package var created: Timestamp
    package var facts: Facts
    package var entries: [Entry]

    package var bytes: Int { entries.reduce(0) { $0 + $1.size } }

    package var json: JSONValue {
        [
            "martlet_backup": 1, "id": .string(id), "created": .string(created.description), "project": .string(facts.project),
            "program": .string(facts.program), "schema": JSONValue(facts.schema),
            "audit": ["sequence": JSONValue(facts.auditSequence), "hash": .string(facts.auditHash)],
            "files": .array(entries.map(\.json)),
        ]
    }

    /// The bytes of the manifest's file: the manifest and its own digest, so that a flipped bit shows.
    var encoded: [UInt8] { Array((["manifest": json, "sha256": .string(Digest(of: json.compact).rawValue)] as JSONValue).compact.utf8) }

    /// Reads the bytes of a manifest's file.
    /// - Throws: `corrupted`; `invalidInput` for a newer format.
    init(encoded bytes: [UInt8], id: String) throws(MartletError) {
        guard let value = try? JSONValue(parsing: bytes), value["sha256"].text == Digest(of: value["manifest"].compact).rawValue else {
            throw BackupManifest.damaged(id)
        }
        let json = value["manifest"]
        guard json["martlet_backup"].int == 1 else {
            throw MartletError(.invalidInput, "The backup \(id) has a format that this program does not read. Use a newer Martlet.")
        }
        guard json["id"].text == id, let created = json["created"].text.flatMap({ Timestamp($0) }), let schema = json["schema"].int,
            let sequence = json["audit"]["sequence"].int
        else { throw BackupManifest.damaged(id) }
        self.id = id
        self.created = created
        facts = Facts(
            project: json["project"].text ?? "", program: json["program"].text ?? "", schema: schema, auditSequence: sequence,
            auditHash: json["audit"]["hash"].text ?? "")
        entries = []
        for file in json["files"].elements {
            guard let entry = Entry(file) else { throw BackupManifest.damaged(id) }
            entries.append(entry)
        }
    }

    init(id: String, created: Timestamp, facts: Facts, entries: [Entry]) {
        self.id = id
        self.created = created
        self.facts = facts
        self.entries = entries
    }

    private static func damaged(_ id: String) -> MartletError {
        MartletError(.corrupted, "The manifest of the backup \(id) is damaged. Use another backup: martlet backup list.")
    }
}

extension BackupManifest.Entry {
    var json: JSONValue {
        var value: JSONValue = ["path": .string(path), "size": JSONValue(size), "sha256": .string(digest.rawValue)]
        if let modified { value["modified"] = .integer(modified) }
        return value
    }

    /// Nil where a field is missing, or the path would lead out of the folder.
    init?(_ json: JSONValue) {
        guard let path = json["path"].text, BackupManifest.Entry.isWithin(path), let size = json["size"].int, size >= 0,
            let digest = json["sha256"].text.flatMap(Digest.init(checking:))
        else { return nil }
        self.init(path: path, size: size, digest: digest, modified: json["modified"].int.map { Int64($0) })
    }

    private static func isWithin(_ path: String) -> Bool {
        !path.isEmpty && !path.utf8.contains(0)
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
