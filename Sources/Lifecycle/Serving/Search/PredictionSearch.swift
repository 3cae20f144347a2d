package import Support

/// Which predictions are looked for in a log.
package struct PredictionSearch: Sendable {
    /// Those answered in [from, to).
    package var period = PredictionLogReader.always
    package var filter: PredictionFilter?
    /// The forms that the caller's key has in the log, each; nil for every key.
    package var keys: Set<String>?
    /// Only those that are older than this one: where a page before has ended.
    package var before: TimeOrderedID?
    /// How many are wanted.
    package var limit = 20
    /// How many rows are looked at before the search stops and says where to go on.
    package var rowLimit = 20_000_000
    /// For how many seconds it looks before it stops and says so.
    package var secondLimit = 30.0

    package init() {}
}

/// What a search has found.
package struct FoundPredictions: Sendable {
    /// The newest first.
    package var records: [PredictionRecord] = []
    /// Going on with `before` set to it finds older ones; nil where none can be.
    package var next: TimeOrderedID?
    /// How many rows were looked at.
    package var examined = 0
    /// Where the search stopped before it had found as many as were wanted; nil where it looked at all that it should.
    package var stoppedAt: Timestamp?
    /// What a reader must know of columns that were not always logged as they came, and of damage.
    package var notes: [String] = []

    package init() {}

    /// What was found for `--json`.
    package var json: JSONValue {
        [
            "predictions": .array(records.map(\.searchJSON)), "next": JSONValue(next?.description), "examined": JSONValue(examined),
            "stopped_at": JSONValue(stoppedAt?.description), "notes": JSONValue(notes),
        ]
    }
}

extension PredictionRecord {
    /// The record with the names of the columns that were not logged as they came.
    fileprivate var searchJSON: JSONValue {
        var json = json
        json["withheld"] = JSONValue(withheld.sorted())
        return json
    }
}

extension PredictionLogReader {
    /// The newest predictions that are looked for. Blocks are read from the newest on, one at a time, until there are enough: what is held in memory
    /// is one block and what was found. What the writer has not written yet is not seen.
    /// - Throws: `usage` for a filter that does not fit the log.
    package func search(_ search: PredictionSearch) throws(MartletError) -> FoundPredictions {
        var walk = try LogWalk(segmentFiles(), search)
        var found = FoundPredictions()
        found.notes = try search.filter?.check(against: walk.schemas) ?? []
        var newest = NewestRecords(limit: search.limit)
        let start = monotonicSeconds()
        while let (segment, entry) = try walk.next(), newest.mayTake(entry.header.bounds.maxID) {
            let mayGoOn = found.examined < search.rowLimit && monotonicSeconds() - start < search.secondLimit
            guard mayGoOn || !walk.isProgress(entry) else {
                found.stoppedAt = Timestamp(microseconds: entry.header.bounds.maxTime)
                found.next = newest.cut(at: entry.header.bounds.maxID)
                break
            }
            do throws(MartletError) { try newest.add(segment, entry, search, &found.examined) } catch {
                guard error.code == .corrupted else { throw error }
                found.notes.append("A part of the log with \(entry.header.rows) predictions is damaged and left out.")
            }
        }
        found.records = newest.records
        found.next = newest.next ?? found.next
        if newest.next != nil { found.stoppedAt = nil }
        return found
    }

    private func segmentFiles() throws(MartletError) -> [OpenFile] {
        var files: [OpenFile] = []
        for name in try PredictionLogReader.segments(in: path) {
            do { files.append(try OpenFile("\(path)/\(name)", .read)) } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        return files
    }
}
