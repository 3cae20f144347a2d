import Monitoring
import Pages
import Projects
import Support

/// Incidents as the pages show them.
struct IncidentFacts {
    let project: Project

    func list() throws(MartletError) -> [IncidentView] { try project.incidents.all(closed: true, limit: 200).map(IncidentFacts.view) }

    func detail(_ id: Int) throws(MartletError) -> IncidentDetailView {
        let incident = try project.incidents.incident(id)
        let timeline = try project.timeline(of: incident)
        return IncidentDetailView(
            IncidentFacts.view(incident), timeline: timeline.map { IncidentDetailView.Entry($0.at, $0.what, by: $0.actor, reason: $0.reason) })
    }

    private static func view(_ incident: Incident) -> IncidentView {
        IncidentView(
            id: incident.id, state: IncidentView.State(rawValue: incident.state.rawValue) ?? .firing,
            severity: IncidentView.Severity(rawValue: incident.severity.rawValue) ?? .critical, kind: incident.kind.rawValue, title: incident.title,
            endpoint: incident.endpoint, cause: incident.cause, summary: incident.summary, opened: incident.opened, seen: incident.seen,
            count: incident.count, cleared: incident.cleared, acknowledgedBy: incident.acknowledgedBy, closedBy: incident.closedBy)
    }
}
