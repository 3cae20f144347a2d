internal import Data
internal import Database
internal import Digests
internal import DuckDB
internal import Events
internal import Exploration
internal import Foundation
internal import Lineage
internal import Objects
internal import Registry
internal import Support
internal import Tables

/// Puts dataset versions without a person's rows in the place of those that held them, version by version: new objects first, then one
/// transaction that names them and leaves tombstones for the old ones, then the old bytes go.
struct DatasetErasure {
    let project: Project
    let erasure: Erasure
    let engine: DuckDB
    /// Texts of the person that stand nowhere else.
    let texts: OwnTexts

    /// An object that is replaced.
    private struct Replaced {
        var digest: Digest
        var kind: String
        var rows: Int
        var replacement: Digest
    }

    func replace(_ found: SubjectSearch.DatasetRows) throws(MartletError) {
        let version = found.version
        var details = version.details
        var replaced: [Replaced] = []
        for (i, part) in details.parts.enumerated() {
            guard let rows = found.rows[part.split] else { continue }
            let new = try rewritten(part, without: rows)
            replaced.append(Replaced(digest: part.digest, kind: part.split, rows: rows.count, replacement: new))
            details.parts[i].digest = new
            details.parts[i].rows -= rows.count
        }
        if let part = details.leftOut, let rows = found.rows[part.split] {
            let new = try rewritten(part, without: rows)
            replaced.append(Replaced(digest: part.digest, kind: part.split, rows: rows.count, replacement: new))
            details.leftOut = DatasetVersion.Part(split: part.split, digest: new, rows: part.rows - rows.count)
        }
        replaced += try reports(&details)
        details.notes = details.notes.map(texts.withoutThem)
        let scores = try testScores(found)
        try settle(version, details, replaced, scores)
    }

    private func rewritten(_ part: DatasetVersion.Part, without rows: [Int]) throws(MartletError) -> Digest {
        let new = project.objects.temporaryPath()
        try PreparedFile.write(project.objects.path(part.digest), without: rows, to: new, engine: engine)
        return try project.objects.adopt(file: new)
    }

    /// The profile measured anew, and the validation and the rejected rows without what tells of the person.
    private func reports(_ details: inout DatasetVersion.Details) throws(MartletError) -> [Replaced] {
        let old = (details.profile, details.validation, details.rejects)
        details.profile = try profile(details)
        details.validation = try scrubbed(old.1)
        details.rejects = try scrubbed(old.2)
        let pairs = [("profile", old.0, details.profile), ("validation", old.1, details.validation), ("rejects", old.2, details.rejects)]
        return pairs.filter { $0.1 != $0.2 }.map { Replaced(digest: $0.1, kind: $0.0, rows: 0, replacement: $0.2) }
    }

    /// Where there is a test file, its part was never part of the profile.
    private func profile(_ details: DatasetVersion.Details) throws(MartletError) -> Digest {
        var files: [String] = []
        for part in details.judgedParts(settingsNameTestFile: !project.file.data.source.test.isEmpty) {
            files.append(DuckDB.quote(literal: try project.objects.path(part.digest)))
        }
        let relation = "(SELECT * EXCLUDE (\(PreparedData.rowColumn)) FROM read_parquet([\(files.joined(separator: ", "))]))"
        let profile = try Profile.make(relation: relation, columns: details.columns.map { ($0.name, $0.kind) }, engine: engine)
        return try project.objects.put(Array(profile.json.pretty.utf8))
    }

    private func scrubbed(_ digest: Digest) throws(MartletError) -> Digest {
        guard project.objects.contains(digest) else { return digest }
        let value = try JSONValue(parsing: project.objects.bytes(digest))
        let clean = texts.removed(from: value)
        return clean == value ? digest : try project.objects.put(Array(clean.pretty.utf8))
    }

    /// The kept scores of versions that were tested on the rows, without theirs: the n-th score belongs to the n-th row of the part.
    private func testScores(_ found: SubjectSearch.DatasetRows) throws(MartletError) -> [(version: ModelVersion, old: Digest, new: Digest)] {
        guard let rows = found.rows["test"], let part = found.version.part("test"), part.rows > 0 else { return [] }
        let numbers = try PreparedFile.load(project.objects.path(part.digest), columns: [PreparedData.rowColumn], engine: engine)
        let gone = Set(rows.map(Double.init))
        let kept = (numbers.columns.first?.numbers ?? []).map { !gone.contains($0) }
        var changes: [(version: ModelVersion, old: Digest, new: Digest)] = []
        for version in try SubjectSearch.models(of: [found.version.reference.description], in: project) {
            guard let old = version.details.testScores, project.objects.contains(old) else { continue }
            let scores = ScoresFile.scores(try project.objects.bytes(old))
            guard scores.count % part.rows == 0, kept.count == part.rows else { continue }
            let width = scores.count / part.rows
            let rest = scores.indices.filter { kept[$0 / width] }.map { scores[$0] }
            changes.append((version, old, try project.objects.put(ScoresFile.bytes(rest))))
        }
        return changes
    }

    private func settle(
        _ version: DatasetVersion, _ details: DatasetVersion.Details, _ replaced: [Replaced],
        _ scores: [(version: ModelVersion, old: Digest, new: Digest)]
    ) throws(MartletError) {
        let subject = version.reference.description
        let rows = replaced.reduce(0) { $0 + $1.rows }
        try project.database.write { session in
            try project.datasets.replace(version, with: details, in: session)
            for object in replaced {
                try project.bury(object.digest, object.kind, of: subject, rows: object.rows, replacement: object.replacement, erasure, in: session)
            }
            for change in scores {
                try project.bury(
                    change.old, "test scores", of: change.version.reference.description, rows: rows, replacement: change.new, erasure, in: session)
                try project.models.replaceTestScores(change.version, with: change.new, in: session)
            }
            let body: JSONValue = ["erasure": JSONValue(erasure.id), "rows": JSONValue(rows), "because": .string(erasure.reason)]
            try project.events.append("dataset.erased", subject, body, in: session)
        }
    }
}

extension Project {
    /// Writes the tombstone of a stored object.
    func bury(
        _ digest: Digest, _ kind: String, of subject: String, rows: Int, replacement: Digest?, _ erasure: Erasure, in session: SQLSession
    ) throws {
        try session.execute(
            "INSERT OR REPLACE INTO erased_object (digest, erasure, subject, kind, rows, replacement, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                SQLValue(digest), SQLValue(erasure.id), SQLValue(subject), SQLValue(kind), SQLValue(rows), SQLValue(replacement?.rawValue),
                SQLValue(clock.now()),
            ])
    }
}
