import Events
import Pages
import Projects
import Support

/// The record as its page shows it.
struct AuditFacts {
    let project: Project

    /// How many events a page shows.
    private static let count = 50

    func view(_ filter: AuditFilter) throws(MartletError) -> AuditView {
        func text(_ text: String) -> String? { text.isEmpty ? nil : text }
        let since = try text(filter.since).map { text throws(MartletError) in try Past.moment(text, now: project.clock.now()) }
        let wanted = EventFilter(
            since: since, actor: text(filter.who), kind: text(filter.what), subject: text(filter.about), text: text(filter.text),
            before: try text(filter.before).map(AuditFacts.number))
        let found = try project.events.find(wanted, limit: AuditFacts.count + 1)
        let shown = found.prefix(AuditFacts.count)
        return AuditView(events: shown.map(AuditFacts.view), older: found.count > shown.count ? shown.last?.sequence : nil)
    }

    private static func number(_ text: String) throws(MartletError) -> Int {
        guard let number = Int(text), number > 0 else { throw MartletError(.usage, "“\(text.prefix(40))” is not the number of an event.") }
        return number
    }

    private static func view(_ event: Event) -> AuditView.Event {
        AuditView.Event(
            event.sequence, at: event.at, actor: event.actor, kind: event.kind, subject: event.subject, via: event.body["via"].text,
            summary: AuditText.summary(event.body), body: event.body, hash: event.hash)
    }
}
