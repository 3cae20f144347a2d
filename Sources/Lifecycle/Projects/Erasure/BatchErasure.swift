internal import Data
internal import Database
internal import Digests
internal import DuckDB
internal import Events
internal import Ingestion
internal import Objects
internal import Support

/// Takes a person's rows out of what came of sources with names: the copies that Martlet keeps. Where they came from is somebody else's.
struct BatchErasure {
    /// A batch that holds the person.
    struct Found {
        var batch: SourceBatch
        /// The person's rows, counted from 0; of a text its lines, counted from 1.
        var rows: [Int]
        /// Whether it can be written anew without them. What is packed, or has line ends inside of values, goes as a whole.
        var isRewritable = true
    }

    let project: Project
    let subject: Subject
    let engine: DuckDB

    private var eraser: BatchErasing { BatchErasing(engine: engine) }

    /// The batches that hold the person, also those that others have replaced.
    func look() throws(MartletError) -> [Found] {
        let names = try project.database.read { try SourceStore.names(in: $0) }
        var found: [Found] = []
        for name in names { found += try look(name) }
        return found
    }

    private func look(_ source: String) throws(MartletError) -> [Found] {
        let columns = SubjectSearch.keyColumns(of: nil, in: project)
        var found: [Found] = []
        for batch in try project.sources.history(source) where project.objects.contains(batch.digest) {
            let path = try project.objects.path(batch.digest)
            if batch.name.hasSuffix(".parquet") {
                let rows = try eraser.rows(of: path, in: columns, where: KeyMatch(subject, in: project).fits)
                if !rows.isEmpty { found.append(Found(batch: batch, rows: rows)) }
            } else if let text = try lookThroughText(batch, path) {
                found.append(text)
            }
        }
        return found
    }

    private func lookThroughText(_ batch: SourceBatch, _ path: String) throws(MartletError) -> Found? {
        let file = SourceFile(name: "\(batch.source)/\(batch.sequence)-\(batch.name)", path: path, size: batch.bytes)
        let search = SourceSearch(project: project, subject: subject, engine: engine)
        // By its name in the source: the object that holds it has no ending that tells what it is.
        var plan = DataPlan(source: SourcePlan(train: [NamedSource.prefix + "erased"]))
        plan.fetched = ["erased": [file]]
        do {
            guard let lines = try search.rows(of: file, plan), !lines.lines.isEmpty else { return nil }
            return Found(batch: batch, rows: lines.lines, isRewritable: lines.areExact)
        } catch  where error.code == .invalidInput {
            // What is no table holds nobody's rows, unless the key stands in it: then it goes as a whole.
            guard let key = subject.key, try readWhole(path).holds(Array(key.utf8), asWord: true) else { return nil }
            return Found(batch: batch, rows: [], isRewritable: false)
        }
    }

    /// Takes the rows out, batch by batch: the new file first, then one transaction that names it and leaves a tombstone for the old one. The old bytes
    /// go with the other buried objects.
    func remove(_ erasure: Erasure) throws(MartletError) {
        let names = try project.database.read { try SourceStore.names(in: $0) }
        for name in names where try !look(name).isEmpty {
            try BatchErasing.alone(with: name, folder: project.sourcesFolder) { (work) throws(MartletError) in
                for found in try look(name) { try remove(found, erasure, work) }
            }
        }
    }

    private func remove(_ found: Found, _ erasure: Erasure, _ work: String) throws(MartletError) {
        let batch = found.batch
        let file = found.isRewritable ? try rewritten(found, work) : nil
        try project.database.write { session in
            if let file { try SourceStore.replace(batch, with: file, in: session) } else { try SourceStore.remove(batch, in: session) }
            try project.bury(
                batch.digest, "source rows", of: "source:\(batch.source)", rows: found.rows.count, replacement: file?.digest, erasure, in: session)
            try project.events.append(
                "source.erased", "source:\(batch.source)",
                [
                    "erasure": JSONValue(erasure.id), "batch": JSONValue(batch.sequence), "rows": JSONValue(found.rows.count),
                    "because": .string(erasure.reason),
                ], in: session)
        }
    }

    /// - Returns: nil where no row is left.
    private func rewritten(_ found: Found, _ work: String) throws(MartletError) -> SourceStore.NewFile? {
        let (path, target) = (try project.objects.path(found.batch.digest), "\(work)/erased-\(found.batch.sequence)")
        var rows = found.batch.rows.map { $0 - found.rows.count }
        if found.batch.name.hasSuffix(".parquet") {
            rows = try eraser.write(path, without: found.rows, to: target)
        } else {
            try eraser.write(text: path, without: found.rows, to: target)
        }
        if rows == 0 { return nil }
        return try SourceStore.NewFile(adopting: target, name: found.batch.name, rows: rows, into: project.objects)
    }
}
