internal import Database
package import Support

/// The erasure of a person: a line of the journal while it goes on, the tombstone afterwards.
package struct Erasure: Sendable, Equatable {
    package enum State: String, Sendable {
        /// Begun and not finished: the next command that erases, runs, serves or backs up goes on with it.
        case begun
        /// Done as far as Martlet keeps anything; a file that is not Martlet's still holds the person.
        case pending
        case done
    }

    package var id: Int
    /// The keyed digest of the person's key.
    package var subject: String
    package var reason: String
    package var begun: Timestamp
    package var actor: String
    package var state: State
    /// Before this nothing of the person was here: older backups cannot hold them.
    package var earliest: Timestamp
    /// What was found, in numbers and names of things.
    package var found: JSONValue
    package var finished: Timestamp?

    /// What stands in the place of what is gone.
    package var sentence: String { "erased on \(begun) because \(reason)" }

    package var json: JSONValue {
        [
            "erasure": JSONValue(id), "subject": .string(subject), "because": .string(reason), "at": .string(begun.description),
            "by": .string(actor), "state": .string(state.rawValue), "finished": JSONValue(finished?.description), "found": found,
        ]
    }
}

extension Erasure {
    init(_ row: SQLRow) {
        id = row.int("id") ?? 0
        subject = row.text("subject") ?? ""
        reason = row.text("reason") ?? ""
        begun = row.time("begun") ?? Timestamp(microseconds: 0)
        actor = row.text("actor") ?? ""
        state = row.text("state").flatMap(State.init) ?? .begun
        earliest = row.time("earliest") ?? Timestamp(microseconds: 0)
        found = (try? JSONValue(parsing: row.text("found") ?? "")) ?? .object([])
        finished = row.time("finished")
    }
}

/// The tombstone of a prediction: that it was answered, when and by which version; not of whom nor what.
package struct ErasedPrediction: Sendable {
    package var id: String
    package var endpoint: String
    package var at: Timestamp
    /// The model version, as a reference.
    package var model: String
    package var erasure: Erasure
}

/// The tombstone of a stored object.
package struct ErasedObject: Sendable {
    package var digest: String
    /// What it belonged to.
    package var subject: String
    /// `train`, `profile` and the like.
    package var kind: String
    package var rows: Int
    package var replacement: String?
    package var erasure: Erasure
}

extension Project {
    /// All erasures, oldest first.
    package func erasures() throws(MartletError) -> [Erasure] {
        try database.read { try $0.rows("SELECT * FROM erasure ORDER BY id").map(Erasure.init) }
    }

    /// The tombstone of a prediction; nil where it was not erased.
    package func erasedPrediction(_ id: String) throws(MartletError) -> ErasedPrediction? {
        try database.read { session in
            guard let row = try session.row("SELECT * FROM erased_prediction WHERE id = ?", [SQLValue(id)]), let erasure = row.int("erasure"),
                let record = try session.row("SELECT * FROM erasure WHERE id = ?", [SQLValue(erasure)])
            else { return nil }
            return ErasedPrediction(
                id: id, endpoint: row.text("endpoint") ?? "", at: row.time("at") ?? Timestamp(microseconds: 0), model: row.text("model") ?? "",
                erasure: Erasure(record))
        }
    }

    /// What is left to do about erasures.
    func unfinishedErasures() throws(MartletError) -> [(command: String, why: String)] {
        let open = try erasures().filter { $0.state != .done }
        guard let last = open.last else { return [] }
        let what = open.count == 1 ? "an erasure" : "\(open.count) erasures"
        let why = last.state == .pending ? "a file of yours still held the person" : "it was begun and did not end"
        return [("martlet data erase", "\(what) of \(last.begun.date) \(open.count == 1 ? "is" : "are") not finished: \(why)")]
    }

    /// How many rows each erasure took from a dataset version, oldest first.
    package func erasedRows(of dataset: String) throws(MartletError) -> [(rows: Int, erasure: Erasure)] {
        guard Reference(dataset)?.kind == .dataset else { return [] }
        var sums: [(rows: Int, erasure: Erasure)] = []
        for object in try erasedObjects(of: dataset) where object.rows > 0 {
            if let last = sums.last, last.erasure.id == object.erasure.id {
                sums[sums.count - 1].rows += object.rows
            } else {
                sums.append((object.rows, object.erasure))
            }
        }
        return sums
    }

    /// The tombstones of what belonged to a thing, oldest first.
    package func erasedObjects(of subject: String) throws(MartletError) -> [ErasedObject] {
        try database.read { session in
            let sql =
                "SELECT o.digest, o.subject AS thing, o.kind, o.rows, o.replacement, e.* FROM erased_object o JOIN erasure e ON e.id = o.erasure "
                + "WHERE o.subject = ? ORDER BY e.id, o.kind"
            return try session.rows(sql, [SQLValue(subject)]).map { row in
                ErasedObject(
                    digest: row.text("digest") ?? "", subject: row.text("thing") ?? "", kind: row.text("kind") ?? "", rows: row.int("rows") ?? 0,
                    replacement: row.text("replacement"), erasure: Erasure(row))
            }
        }
    }
}
