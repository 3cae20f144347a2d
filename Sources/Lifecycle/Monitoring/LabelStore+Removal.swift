package import Database
package import Support

extension LabelStore {
    /// The subjects of labels, of all endpoints, that fit.
    package static func subjects(in session: SQLSession, where fits: (Label.Subject) -> Bool) throws -> [Label.Subject] {
        try session.rows("SELECT DISTINCT subject FROM label").compactMap { $0.text("subject").flatMap(subject) }.filter(fits)
    }

    /// Removes the labels of some subjects, of all endpoints.
    /// - Returns: the number of labels that went, and when the first of them was known.
    package static func remove(_ subjects: [Label.Subject], in session: SQLSession) throws -> (count: Int, earliest: Timestamp?) {
        var (count, earliest) = (0, Timestamp?.none)
        for subject in subjects {
            let rows = try session.rows("SELECT known FROM label WHERE subject = ?", [SQLValue(text(subject))])
            count += rows.count
            for known in rows.compactMap({ $0.time("known") }) where earliest.map({ known < $0 }) ?? true { earliest = known }
            try session.execute("DELETE FROM label WHERE subject = ?", [SQLValue(text(subject))])
        }
        return (count, earliest)
    }

    /// Removes the labels that were known before a moment, except those of subjects that are held.
    /// - Returns: how many went, and how many stayed because they are held.
    package static func remove(
        knownBefore limit: Timestamp, in session: SQLSession, holding isHeld: (Label.Subject) -> Bool
    ) throws -> (removed: Int, held: Int) {
        let rows = try session.rows("SELECT endpoint, subject FROM label WHERE known < ?", [SQLValue(limit)])
        var (removed, held) = (0, 0)
        for row in rows {
            guard let name = row.text("subject"), let subject = subject(name), let endpoint = row.text("endpoint") else { continue }
            guard !isHeld(subject) else {
                held += 1
                continue
            }
            try session.execute("DELETE FROM label WHERE endpoint = ? AND subject = ?", [SQLValue(endpoint), SQLValue(name)])
            removed += 1
        }
        return (removed, held)
    }
}
