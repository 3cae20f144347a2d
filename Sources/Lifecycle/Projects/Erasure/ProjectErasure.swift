internal import Data
internal import Database
internal import Events
internal import Ingestion
internal import Monitoring
internal import Objects
internal import Registry
internal import Serving
package import Support

extension Project {
    /// Finds a person and removes them from everything that Martlet keeps, leaving tombstones.
    ///
    /// The order survives a kill at any moment: the journal, the tombstones of predictions and the removal of labels are one transaction; the files
    /// follow, each replaced in one step; then the database's own pages; the end is recorded last. Whatever began and did not end is gone on with
    /// by the next call.
    /// - Parameter isRehearsal: whether it is only said what would go.
    /// - Throws: `refused` for somebody under a legal hold, which is recorded; `conflict` where a run or, without this process being it, a server
    ///   is at work.
    package func erase(_ key: String, because reason: String, isRehearsal: Bool) throws(MartletError) -> ErasureReport {
        try Project.check(key, reason)
        let lock = try ProjectLock(folder: stateFolder, name: "run")
        let sharing = try ProjectLock(folder: stateFolder, sharing: "gc")
        defer { withExtendedLifetime((lock, sharing)) {} }
        let subject = try database.write { try Subject(key: key, secret: subjectSecret(in: $0)) }
        if !isRehearsal { try finishErasures() }
        try refuseHeld(key, subject)
        let search = SubjectSearch(project: self, subject: subject)
        try requireWriters()
        let predictions = try search.predictions()
        var report = try look(search, predictions)
        guard !isRehearsal, !report.isEmpty else {
            let answer = try settled(report, subject, isRehearsal: isRehearsal)
            if !isRehearsal, answer.state == .nothing {
                try events.record("erasure.searched", "subject:\(subject.digest)", ["because": .string(reason), "found": 0])
            }
            return answer
        }
        let erasure = try begin(report, search, predictions, reason)
        try carryOut(erasure, search)
        report.erasure = try finish(erasure, report)
        report.state = report.sources.isEmpty ? .done : .pending
        return report
    }

    /// - Throws: `conflict` where another process writes predictions: it may hold some that are in no file yet.
    private func requireWriters() throws(MartletError) {
        for endpoint in try PredictionLogReader.endpoints(in: predictionsFolder) {
            try withLog(of: endpoint) { log throws(MartletError) in log.flush() }
        }
    }

    /// What there is of the person.
    private func look(_ search: SubjectSearch, _ predictions: [LoggedRow]) throws(MartletError) -> ErasureReport {
        var report = ErasureReport(state: .found, subject: search.subject.digest)
        report.predictions = predictions.count
        report.labels = try database.read { try search.labels(of: predictions, in: $0).count }
        report.backups = try backupPlaces()
        let engine = try openDuckDB()
        let source = try SourceSearch(project: self, subject: search.subject, engine: engine).look()
        report.sources = source.sources
        report.left =
            source.unread + SourceSearch(project: self, subject: search.subject, engine: engine).others(besides: Set(source.sources.map(\.file)))
        let batches = try BatchErasure(project: self, subject: search.subject, engine: engine).look()
        for (source, found) in Dictionary(grouping: batches, by: \.batch.source).sorted(by: { $0.key < $1.key }) {
            report.batches.append(ErasureReport.Batch(source: source, rows: found.reduce(0) { $0 + $1.rows.count }))
            report.left.append(
                "The source “\(source)” came from elsewhere. Take the subject out there too; what is still to come of it may bring them back.")
        }
        let found = try search.datasets(engine)
        report.datasets = found.map { ErasureReport.Dataset(reference: $0.version.reference.description, rows: $0.count) }
        report.earliestDataset = found.map(\.version.created).min()
        report.models = try SubjectSearch.models(of: Set(report.datasets.map(\.reference)), in: self).map(\.reference.description)
        let texts = try OwnTexts(of: found, keys: search.key.map { [$0] } ?? [], in: self, engine: engine)
        let sweep = try ObjectSweep(project: self, subject: search.subject, engine: engine).look(texts)
        report.objects = sweep.strays.count
        report.left += sweep.left
        return report
    }

    /// The answer where nothing is to be removed. An erasure that only waited for a file of the user's is done once that holds nothing any more.
    private func settled(_ report: ErasureReport, _ subject: Subject, isRehearsal: Bool) throws(MartletError) -> ErasureReport {
        var report = report
        report.erasure = try erasures().last { $0.subject == subject.digest }
        guard report.isEmpty else { return report }
        report.state = report.sources.isEmpty ? .nothing : .pending
        guard !isRehearsal, report.sources.isEmpty, let waiting = report.erasure, waiting.state == .pending else { return report }
        report.erasure = try finish(waiting, report)
        return report
    }

    /// - Throws: `refused` for somebody who is held.
    private func refuseHeld(_ key: String, _ subject: Subject) throws(MartletError) {
        guard let hold = try holds().first(where: { $0.key == key }) else { return }
        try events.record(
            "erasure.refused", "subject:\(subject.digest)", ["because": .string(hold.reason), "held_since": .string(hold.at.description)])
        throw MartletError(
            .refused, "That subject is held since \(hold.at) because \(hold.reason). Nothing was erased; “martlet data release” ends a hold.")
    }

    // MARK: - Journal

    /// Opens the journal: from here on the predictions have tombstones and the labels are gone.
    private func begin(
        _ report: ErasureReport, _ search: SubjectSearch, _ predictions: [LoggedRow], _ reason: String
    ) throws(MartletError) -> Erasure {
        try database.write { session in
            let labels = try removeLabels(search, predictions, in: session)
            let times = predictions.map(\.time) + [labels.earliest, report.earliestDataset].compactMap { $0 }
            let erasure = Erasure(
                id: max(Int(clock.now().microseconds), (try session.row("SELECT max(id) AS n FROM erasure")?.int("n") ?? 0) + 1),
                subject: search.subject.digest, reason: reason,
                begun: clock.now(), actor: events.currentActor, state: .begun, earliest: times.min() ?? clock.now(), found: report.found)
            try session.execute(
                "INSERT INTO erasure (id, subject, reason, begun, actor, state, earliest, found) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    SQLValue(erasure.id), SQLValue(erasure.subject), SQLValue(reason), SQLValue(erasure.begun), SQLValue(erasure.actor),
                    SQLValue(erasure.state.rawValue), SQLValue(erasure.earliest), SQLValue(erasure.found.compact),
                ])
            try bury(predictions, erasure, in: session)
            try events.append(
                "erasure.begun", "subject:\(erasure.subject)", ["erasure": JSONValue(erasure.id), "because": .string(reason)], in: session)
            return erasure
        }
    }

    /// Removes the labels of a person's key and predictions.
    func removeLabels(
        _ search: SubjectSearch, _ predictions: [LoggedRow], in session: SQLSession
    ) throws -> (count: Int, earliest: Timestamp?) {
        try LabelStore.remove(search.labels(of: predictions, in: session), in: session)
    }

    /// Writes the tombstones of predictions.
    func bury(_ predictions: [LoggedRow], _ erasure: Erasure, in session: SQLSession) throws {
        for row in predictions {
            try session.execute(
                "INSERT OR REPLACE INTO erased_prediction (id, erasure, endpoint, at, model) VALUES (?, ?, ?, ?, ?)",
                [
                    SQLValue(row.id.description), SQLValue(erasure.id), SQLValue(row.endpoint), SQLValue(row.time),
                    SQLValue("model:\(row.model.name)@v\(row.model.version)"),
                ])
        }
    }

    private func finish(_ erasure: Erasure, _ report: ErasureReport) throws(MartletError) -> Erasure {
        var finished = erasure
        finished.state = report.sources.isEmpty ? .done : .pending
        finished.finished = clock.now()
        let done = finished
        try database.write { session in
            try session.execute(
                "UPDATE erasure SET state = ?, finished = ? WHERE id = ?",
                [SQLValue(done.state.rawValue), SQLValue(done.finished), SQLValue(done.id)])
            if done.state == .done {
                try session.execute("UPDATE erasure SET state = 'done' WHERE subject = ? AND state = 'pending'", [SQLValue(done.subject)])
            }
            var body = done.found
            body["erasure"] = JSONValue(done.id)
            body["because"] = .string(done.reason)
            body["state"] = .string(done.state.rawValue)
            try events.append("erasure.finished", "subject:\(done.subject)", body, in: session)
        }
        try tellBackups()
        return done
    }

    // MARK: - The work

    /// Goes on with erasures that were begun and did not end. The run's lock is held.
    func finishErasures() throws(MartletError) {
        let begun = try erasures().filter { $0.state == .begun }
        guard !begun.isEmpty else { return }
        let lock = try ProjectLock(folder: stateFolder, sharing: "gc")
        defer { withExtendedLifetime(lock) {} }
        for erasure in begun {
            let secret = try database.write { try subjectSecret(in: $0) }
            let search = SubjectSearch(project: self, subject: Subject(digest: erasure.subject, secret: secret))
            try carryOut(erasure, search)
            var report = ErasureReport(state: .done, subject: erasure.subject)
            report.sources = erasure.found["sources"].elements.map { ErasureReport.Source(file: $0["file"].text ?? "", lines: []) }
            _ = try finish(erasure, report)
        }
    }

    /// Removes from files what the journal says. Doing it twice is doing it once.
    func carryOut(_ erasure: Erasure, _ search: SubjectSearch) throws(MartletError) {
        try removePredictions(of: erasure)
        objects.removeUnfinished()
        try removeBatches(of: erasure, search)
        if try !datasets.names().isEmpty { try removeRows(of: erasure, search) }
        _ = SQLiteDatabase.removeKeptCopies(beside: "\(stateFolder)/martlet.db")
        try database.scour()
    }

    /// Removes rows from what came of sources with names.
    private func removeBatches(of erasure: Erasure, _ search: SubjectSearch) throws(MartletError) {
        guard try database.read({ try $0.row("SELECT 1 FROM source_batch LIMIT 1") }) != nil else { return }
        let engine = try openDuckDB()
        try BatchErasure(project: self, subject: search.subject, engine: engine).remove(erasure)
        try ObjectSweep(project: self, subject: search.subject, engine: engine).removeBuried(by: erasure)
    }

    /// Removes rows from dataset versions, and what repeats their texts. The texts are read from the rows, so that these go last.
    private func removeRows(of erasure: Erasure, _ search: SubjectSearch) throws(MartletError) {
        let engine = try openDuckDB()
        let found = try search.datasets(engine)
        let texts = try OwnTexts(of: found, keys: search.key.map { [$0] } ?? [], in: self, engine: engine)
        let sweep = ObjectSweep(project: self, subject: search.subject, engine: engine)
        let strays = try sweep.look(texts).strays
        try database.write { session in
            for stray in strays {
                try bury(stray.digest, stray.kind, of: stray.subject, rows: stray.rows, replacement: nil, erasure, in: session)
            }
            try models.rewriteBodies(in: session, texts.removed)
        }
        let work = DatasetErasure(project: self, erasure: erasure, engine: engine, texts: texts)
        for dataset in found { try work.replace(dataset) }
        try sweep.removeBuried(by: erasure)
    }

    private func removePredictions(of erasure: Erasure) throws(MartletError) {
        let rows = try database.read { try $0.rows("SELECT id, endpoint FROM erased_prediction WHERE erasure = ?", [SQLValue(erasure.id)]) }
        for (endpoint, rows) in Dictionary(grouping: rows, by: { $0.text("endpoint") ?? "" }).sorted(by: { $0.key < $1.key }) {
            let ids = Set(rows.compactMap { $0.text("id").flatMap { TimeOrderedID($0) } })
            _ = try withLog(of: endpoint) { log throws(MartletError) in try log.remove(ids) }
        }
    }
}
