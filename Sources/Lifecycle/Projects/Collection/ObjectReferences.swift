internal import Audit
internal import Database
internal import Digests
internal import Foundation
internal import Objects
internal import Registry
internal import Support

/// Everything that refers to stored objects. Whoever adds a column that names one adds it here: what nothing here refers to is removed.
package struct ObjectReferences {
    /// Columns that hold digests, or texts with digests in them. Artifacts are so many that they are asked about when an object is in question.
    package static let columns: [String: [String]] = [
        "approval_request": ["bytes", "report"], "artifact": ["digest"], "dataset_version": ["digest", "body"], "event": ["body"],
        "model_version": ["digest", "body"], "source_batch": ["digest"], "step_state": ["output"],
    ]

    /// Events that tell of something that has a row of its own: the row decides.
    private static let retold = ["model.registered", "dataset.added", "source.fetched"]

    /// Texts in stored objects beyond this size are not looked through: what refers to others is small.
    private static let largest = 16 << 20

    private let objects: DiskObjectStore
    private var found: Set<Digest> = []
    /// Objects of artifacts of a copy: what is in them is the user's, and names none.
    private var artifacts: Set<Digest> = []

    init(_ objects: DiskObjectStore) { self.objects = objects }

    /// Whether something other than a present artifact refers to an object.
    func contains(_ digest: Digest) -> Bool { found.contains(digest) || artifacts.contains(digest) }

    /// Takes in what a database refers to. Tables that an older schema has not are passed over.
    /// - Parameter going: model versions that do not count.
    mutating func add(_ session: SQLSession, without going: Set<VersionKey> = []) throws {
        var new: Set<Digest> = []
        for (table, columns) in ObjectReferences.columns.sorted(by: { $0.key < $1.key }) where table != "artifact" {
            guard try !session.columns(of: table).isEmpty else { continue }
            let key = table == "model_version" ? ["model", "version"] : []
            try session.scan("SELECT \((columns + key).joined(separator: ", ")) FROM \(table)\(ObjectReferences.condition(table))", []) { row in
                let (model, number) = (row.text(columns.count), row.integer(columns.count + 1))
                if !key.isEmpty, going.contains(VersionKey(model: model ?? "", number: Int(number ?? 0))) { return }
                for column in columns.indices where !(table == "dataset_version" && columns[column] == "body") {
                    _ = row.withText(column) { new.formUnion(Digest.named(in: $0)) }
                }
                if table == "dataset_version" { new.formUnion(ObjectReferences.ofVersion(row.text(columns.firstIndex(of: "body") ?? 0) ?? "")) }
            }
        }
        try follow(new)
    }

    /// Takes in what a copy of the database refers to.
    mutating func add(copy session: SQLSession) throws {
        try add(session)
        guard try !session.columns(of: "artifact").isEmpty else { return }
        var new: Set<Digest> = []
        try session.scan("SELECT DISTINCT digest FROM artifact", []) { new.insert(Digest(rawValue: $0.text(0) ?? "")) }
        artifacts.formUnion(new)
    }

    /// Takes in what a text refers to.
    mutating func add(_ text: String) throws(MartletError) {
        let bytes = Array(text.utf8)
        try follow(Set(bytes.withUnsafeBufferPointer(Digest.named)))
    }

    private static func condition(_ table: String) -> String {
        table == "event" ? " WHERE length(body) > 64 AND kind NOT IN (\(retold.map { "'\($0)'" }.joined(separator: ", ")))" : ""
    }

    /// The objects that a dataset version stands on. What it was read from is kept by its source, as long as was agreed.
    private static func ofVersion(_ body: String) -> Set<Digest> {
        guard var details = try? JSONValue(parsing: body) else { return Set(Array(body.utf8).withUnsafeBufferPointer(Digest.named)) }
        details["sources"] = nil
        return Set(details.compactBytes.withUnsafeBufferPointer(Digest.named))
    }

    /// Takes in objects, and the objects that those name: a candidate names its graph, a version's list its files.
    private mutating func follow(_ digests: Set<Digest>) throws(MartletError) {
        var open = digests.filter { !found.contains($0) }
        while let digest = open.popFirst() {
            guard found.insert(digest).inserted, let object = objects.stored(digest), object.size <= ObjectReferences.largest else { continue }
            guard let bytes = try ObjectReferences.structure(objects.path(digest)) else { continue }
            for inner in bytes.withUnsafeBufferPointer(Digest.named) where !found.contains(inner) { open.insert(inner) }
        }
    }

    /// The bytes of a file that begins as JSON does; nil for any other.
    private static func structure(_ path: String) throws(MartletError) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { throw .system("read", path) }
        let first = fgetc(file)
        fclose(file)
        return [0x5B, 0x7B].contains(first) ? try readWhole(path) : nil
    }
}

extension ObjectReferences {
    /// Whether a row names an object directly, as the transaction sees it now: for the moment before it is removed.
    static func isNamed(_ digest: Digest, in session: SQLSession) throws -> Bool {
        let tables = columns.filter { $0.value.contains("digest") }.keys.sorted()
        let text = tables.map { "SELECT 1 FROM \($0) WHERE digest = ?" }.joined(separator: " UNION ALL ")
        return try session.row(text + " LIMIT 1", tables.map { _ in SQLValue(digest) }) != nil
    }

    /// How many artifacts there are of each object whose name begins with two digits.
    static func artifacts(of prefix: String, in session: SQLSession) throws -> [Digest: Int] {
        var counts: [Digest: Int] = [:]
        try session.scan(
            "SELECT digest, count(*) FROM artifact WHERE digest >= ? AND digest < ? GROUP BY digest", [SQLValue(prefix), SQLValue(prefix + "g")]
        ) { counts[Digest(rawValue: $0.text(0) ?? "")] = Int($0.integer(1) ?? 0) }
        return counts
    }
}

extension Digest {
    /// The digests that stand in a text: 64 hexadecimal digits with none before or behind them.
    static func named(in text: UnsafeBufferPointer<UInt8>) -> [Digest] {
        var found: [Digest] = []
        var start = 0
        for i in 0...text.count {
            if i < text.count, (0x30...0x39).contains(text[i]) || (0x61...0x66).contains(text[i]) { continue }
            if i - start == 64 { found.append(Digest(rawValue: String(decoding: text[start..<i], as: UTF8.self))) }
            start = i + 1
        }
        return found
    }
}
