internal import Data
internal import Database
internal import Digests
internal import DuckDB
internal import Foundation
internal import Objects
internal import Registry
internal import Support

/// Looks through every stored object that no dataset version and no source names: tables that killed runs left, and whatever repeats a text of the person.
struct ObjectSweep {
    /// An object that goes.
    struct Stray {
        var digest: Digest
        var kind: String
        var subject: String
        var rows: Int
    }

    let project: Project
    let subject: Subject
    let engine: DuckDB

    /// - Returns: what goes, and as sentences what holds a text of the person and stays.
    func look(_ texts: OwnTexts) throws(MartletError) -> (strays: [Stray], left: [String]) {
        let named = try replaced()
        var graphs: [Digest: [ModelVersion]] = [:]
        for version in try project.models.registered() { graphs[version.digest, default: []].append(version) }
        var (strays, left): ([Stray], [String]) = ([], [])
        for digest in project.objects.all() where !named.contains(digest) {
            if try isTable(digest) {
                let rows = try PreparedFile.rows(
                    of: project.objects.path(digest), in: SubjectSearch.keyColumns(of: nil, in: project), engine: engine,
                    where: KeyMatch(subject, in: project).fits)
                if !rows.isEmpty { strays.append(Stray(digest: digest, kind: "table", subject: "object:\(digest.short)", rows: rows.count)) }
                continue
            }
            let bytes = try project.objects.bytes(digest)
            guard texts.isIn(bytes) else { continue }
            if (try? JSONDecoder().decode(Candidate.self, from: Data(bytes))) != nil {
                strays.append(Stray(digest: digest, kind: "candidate", subject: "object:\(digest.short)", rows: 0))
            } else {
                let owner = graphs[digest]?.map(\.reference.description).joined(separator: ", ") ?? "The object \(digest.short)"
                left.append("\(owner) holds a value of the rows in its bytes, which stay as they are: train anew and let it go.")
            }
        }
        return (strays, left)
    }

    /// The objects of dataset versions and what came of sources: those are replaced, not swept.
    private func replaced() throws(MartletError) -> Set<Digest> {
        var named: Set<Digest> = []
        for name in try project.datasets.names() {
            for version in try project.datasets.versions(of: name) {
                named.formUnion(version.files.map(\.digest))
                named.formUnion([version.details.profile, version.details.validation, version.details.rejects])
            }
        }
        let batches = try project.database.read { try $0.rows("SELECT DISTINCT digest FROM source_batch").compactMap { $0.text("digest") } }
        return named.union(batches.map { Digest(rawValue: $0) })
    }

    private func isTable(_ digest: Digest) throws(MartletError) -> Bool {
        guard let file = FileHandle(forReadingAtPath: try project.objects.path(digest)) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 4)).map { $0.elementsEqual("PAR1".utf8) } ?? false
    }

    /// Removes the objects of an erasure that nothing names any more.
    func removeBuried(by erasure: Erasure) throws(MartletError) {
        let named = try replaced()
        let rows = try project.database.read { try $0.rows("SELECT digest FROM erased_object WHERE erasure = ?", [SQLValue(erasure.id)]) }
        for digest in rows.compactMap({ $0.text("digest").flatMap(Digest.init(checking:)) }) where !named.contains(digest) {
            try project.objects.remove(digest)
        }
    }
}
