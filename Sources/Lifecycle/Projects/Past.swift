internal import Database
internal import Digests
internal import Events
internal import Objects
package import Support

/// The moment at which a project is looked at.
package struct Past: Sendable, Equatable {
    package var moment: Timestamp
    /// When the `martlet.yaml` that is shown was recorded; nil where none had been by then, and the present one stands in.
    package var settingsRecorded: Timestamp?

    /// What a reader must know, in a sentence.
    package var sentence: String {
        let settings =
            settingsRecorded.map { "\(ProjectFile.name) as recorded on \($0)" }
            ?? "\(ProjectFile.name) as it stands now: none had been recorded by then"
        return "As of \(moment), with \(settings)."
    }

    /// Reads a moment: RFC 3339, a date (its beginning in UTC), or how far back: `7d`.
    /// - Throws: `usage` for anything else, and for the future.
    package static func moment(_ text: String, now: Timestamp) throws(MartletError) -> Timestamp {
        let moment: Timestamp
        if let time = Timestamp(text) {
            moment = time
        } else {
            do { moment = now.advanced(bySeconds: -(try LookBack.seconds(text))) } catch {
                throw MartletError(
                    .usage, "“\(text)” is no moment. Write 2026-11-23T21:36:00Z, 2026-11-23 (its beginning in UTC), or 7d for a week ago.")
            }
        }
        guard moment <= now else { throw MartletError(.usage, "\(moment) lies in the future.") }
        return moment
    }
}

extension Project {
    /// The event that says which `martlet.yaml` was at work, and of what.
    package static let settingsEvent = (kind: "settings.recorded", subject: "settings:\(ProjectFile.name)")

    /// The project as it was at a moment: aliases, checks, runs, versions, roles, and the `martlet.yaml` that was recorded last by then.
    /// Nothing can be written through it. What was read through it is recorded all the same.
    package func asOf(_ moment: Timestamp) throws(MartletError) -> Project {
        let database = try database.asOf(moment)
        let then = ManualClock(moment)
        let log = EventLog(database: database, clock: then, actor: events.currentActor)
        let recorded = try log.find(EventFilter(kind: Project.settingsEvent.kind, subject: Project.settingsEvent.subject), limit: 1).first
        let file = recorded.flatMap(settings)
        return Project(
            root: root, file: file ?? self.file, clock: then, database: database, objects: objects, events: log, identifiers: identifiers,
            engines: engines, caller: caller, past: Past(moment: moment, settingsRecorded: file == nil ? nil : recorded?.at), readings: readings)
    }

    /// The settings that an event recorded; nil where they are no longer there, or are of a form that is not read any more.
    private func settings(_ event: Event) -> ProjectFile? {
        guard let digest = event.body["digest"].text, let bytes = try? objects.bytes(Digest(rawValue: digest)),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        return try? ProjectFile(yaml: text, file: ProjectFile.name)
    }

    /// Records `martlet.yaml` as it is at work now, where the last record says otherwise: its text as an object, an event with its digest.
    package func recordSettings() throws(MartletError) {
        let digest = Digest(of: file.text)
        let last = try events.find(EventFilter(kind: Project.settingsEvent.kind, subject: Project.settingsEvent.subject), limit: 1).first
        guard last?.body["digest"].text != digest.rawValue else { return }
        if !(database is RehearsedDatabase) { _ = try objects.put(Array(file.text.utf8)) }
        let body: JSONValue = ["digest": .string(digest.rawValue), "charter": .string(file.charterDigest)]
        try events.record(Project.settingsEvent.kind, Project.settingsEvent.subject, body)
    }
}
