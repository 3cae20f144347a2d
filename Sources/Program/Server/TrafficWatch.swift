import Monitoring
import Planning
import Projects
import Serving
import Support
import Synchronization

/// What a server does about versions that share its requests: takes changes up, and takes out what does harm.
final class TrafficWatch: Sendable {
    private let live: LiveProject
    private let endpoint: Endpoint
    /// When the charter's objectives were last judged on a canary, and figures kept.
    private let lastLook = Mutex(0.0)

    init(live: LiveProject, endpoint: Endpoint) {
        self.live = live
        self.endpoint = endpoint
    }

    private var project: Project { live.current.serving(endpoint.plan) }

    /// Puts the plan that stands in the database in force, or ends one whose time is over. What cannot be put in force is taken back.
    func pickUp() async {
        do throws(MartletError) {
            if try project.endTrafficInTime() { Console.standard.note("The time of the traffic plan is over; the champion answers all.") }
            guard endpoint.held != nil else { return }
            let standing = try project.trafficPlan()
            let before = (endpoint.traffic, endpoint.versionTraffic)
            if standing?.id != (endpoint.traffic?.id ?? endpoint.trafficFailure?.plan), try await endpoint.refreshTraffic() {
                if let old = before.0 { try project.keep(old, before.1) }
                if let plan = endpoint.traffic { Console.standard.note("Sharing the requests from now on: \(plan.sentence).") }
            }
            if let failure = endpoint.trafficFailure { try await rollBack(failure.plan, failure.message) }
        } catch { Console.standard.note("A change of the traffic could not be taken up. \(error)") }
    }

    /// Looks at what the canary does: at its failures each time, at the charter's objectives as often as the server looks, and at least once a
    /// minute.
    func look() async {
        guard let plan = endpoint.traffic else { return }
        do throws(MartletError) {
            let versions = endpoint.versionTraffic
            if let fault = quickFault(plan, versions) { return try await rollBack(plan.id, fault) }
            guard isDue() else { return }
            guard plan.kind == .canary else { return try project.keep(plan, versions) }
            if let fault = try project.look(at: plan, versions) { try await rollBack(plan.id, fault) }
        } catch { Console.standard.note("The traffic could not be judged. \(error)") }
    }

    private func quickFault(_ plan: TrafficPlan, _ versions: [VersionTraffic]) -> String? {
        guard plan.kind == .canary, let champion = versions.first, let canary = versions.first(where: { $0.role == .canary }) else { return nil }
        let file = project.file
        return CanaryRules(objectives: file.isBesideMain ? [] : file.charter.objectives).fault(of: canary.figures, beside: champion.figures)
    }

    private func isDue() -> Bool {
        let now = monotonicSeconds()
        return lastLook.withLock { last in
            guard now >= last + min(60, project.file.monitoring.every) else { return false }
            last = now
            return true
        }
    }

    private func rollBack(_ plan: Int, _ reason: String) async throws(MartletError) {
        guard try project.rollBack(plan: plan, reason: reason, endpoint.versionTraffic) != nil else { return }
        try await endpoint.refreshTraffic()
        Console.standard.note("✗ The traffic plan was rolled back; the champion answers all. \(reason)")
    }
}
