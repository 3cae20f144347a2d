internal import Database
internal import Events
internal import Monitoring
internal import Serving
package import Support

/// What one run of retention let go.
package struct RetentionReport: Sendable {
    /// One kind of rows.
    package struct Part: Sendable, Equatable {
        /// `predictions` or `labels`.
        package var what: String
        /// Everything before this moment went.
        package var until: Timestamp
        package var removed: Int
        /// Older rows that stay because a legal hold says so.
        package var held: Int
        /// The oldest row that is there now.
        package var oldest: Timestamp?
    }

    package var parts: [Part] = []

    package var json: JSONValue {
        .object(
            parts.map { part in
                .init(
                    part.what,
                    [
                        "until": .string(part.until.description), "removed": JSONValue(part.removed), "held": JSONValue(part.held),
                        "oldest": JSONValue(part.oldest?.description),
                    ])
            })
    }
}

/// When retention ran, as the record knows it.
package struct RetentionRun: Sendable {
    package var at: Timestamp
    package var actor: String
    package var event: Int
    package var body: JSONValue

    package var json: JSONValue { ["at": .string(at.description), "by": .string(actor), "event": JSONValue(event), "let_go": body] }
}

extension Project {
    private static let retained = "data.retained"

    /// Lets go of what is older than `retention` says, to the row; what is held stays.
    /// - Parameters:
    ///   - isRehearsal: whether it is only counted.
    ///   - isRoutine: whether a run that found nothing is recorded once a day only, as for a server that looks again and again.
    /// - Throws: `usage` where nothing is ever let go; `conflict` where another process writes predictions.
    package func retain(isRehearsal: Bool = false, isRoutine: Bool = false) throws(MartletError) -> RetentionReport {
        let plan = file.retention
        guard plan.isSet else {
            throw MartletError(.usage, "Everything is kept for ever. Write retention: {predictions: 400d, labels: 400d} in \(ProjectFile.name).")
        }
        let held = try logged(keys: Set(holds().map(\.key)))
        let heldPredictions = held.isEmpty ? [] : try heldPredictions(held)
        var report = RetentionReport()
        if let keep = plan.predictions { report.parts.append(try retainPredictions(keep, held, isRehearsal)) }
        if let keep = plan.labels { report.parts.append(try retainLabels(keep, held, heldPredictions)) }
        let isEmpty = report.parts.allSatisfy { $0.removed == 0 }
        if isRoutine, isEmpty, let last = try retentionRuns(1).first, clock.now().seconds - last.at.seconds < 86_400 { return report }
        try events.record(Project.retained, "project:\(file.project)", report.json)
        return report
    }

    /// The newest runs of retention, newest first: the record proves that they were.
    package func retentionRuns(_ count: Int) throws(MartletError) -> [RetentionRun] {
        try events.find(EventFilter(kind: Project.retained, subject: "project:\(file.project)"), limit: count).map {
            RetentionRun(at: $0.at, actor: $0.actor, event: $0.sequence, body: $0.body)
        }
    }

    /// The oldest prediction and label that are there.
    package func oldestRows() throws(MartletError) -> (prediction: Timestamp?, label: Timestamp?) { (try oldestPrediction(), try oldestLabel()) }

    private func heldPredictions(_ held: Set<String>) throws(MartletError) -> Set<TimeOrderedID> {
        var ids: Set<TimeOrderedID> = []
        for endpoint in try PredictionLogReader.endpoints(in: predictionsFolder) {
            let reader = try PredictionLogReader(folder: predictionsFolder, endpoint: endpoint)
            ids.formUnion(try reader.rows(withKey: held.contains).map(\.id))
        }
        return ids
    }

    private func retainPredictions(_ keep: Double, _ held: Set<String>, _ isRehearsal: Bool) throws(MartletError) -> RetentionReport.Part {
        let limit = clock.now().advanced(bySeconds: -keep)
        var part = RetentionReport.Part(what: "predictions", until: limit, removed: 0, held: 0)
        for endpoint in try PredictionLogReader.endpoints(in: predictionsFolder) {
            let gone = try isRehearsal ? counted(endpoint, limit, held) : removed(endpoint, limit, held)
            part.removed += gone.removed
            part.held += gone.held
        }
        part.oldest = try oldestPrediction()
        return part
    }

    private func removed(_ endpoint: String, _ limit: Timestamp, _ held: Set<String>) throws(MartletError) -> (removed: Int, held: Int) {
        try withLog(of: endpoint) { log throws(MartletError) in try log.remove(before: limit, holding: held) }
    }

    private func counted(_ endpoint: String, _ limit: Timestamp, _ held: Set<String>) throws(MartletError) -> (removed: Int, held: Int) {
        let reader = try PredictionLogReader(folder: predictionsFolder, endpoint: endpoint)
        let old = PredictionLogReader.always.lowerBound..<limit
        let staying = held.isEmpty ? 0 : try reader.rows(old, withKey: held.contains).count
        return (try reader.count(old) - staying, staying)
    }

    private func retainLabels(_ keep: Double, _ held: Set<String>, _ ids: Set<TimeOrderedID>) throws(MartletError) -> RetentionReport.Part {
        let limit = clock.now().advanced(bySeconds: -keep)
        let gone = try database.write { session in
            try LabelStore.remove(knownBefore: limit, in: session) { subject in
                switch subject {
                case .key(let key): held.contains(key)
                case .prediction(let id): ids.contains(id)
                }
            }
        }
        return RetentionReport.Part(what: "labels", until: limit, removed: gone.removed, held: gone.held, oldest: try oldestLabel())
    }

    private func oldestPrediction() throws(MartletError) -> Timestamp? {
        var oldest: Timestamp?
        for endpoint in try PredictionLogReader.endpoints(in: predictionsFolder) {
            guard let first = try PredictionLogReader(folder: predictionsFolder, endpoint: endpoint).span()?.lowerBound else { continue }
            if oldest.map({ first < $0 }) ?? true { oldest = first }
        }
        return oldest
    }

    private func oldestLabel() throws(MartletError) -> Timestamp? {
        try database.read { try $0.row("SELECT min(known) AS k FROM label")?.time("k") }
    }
}
