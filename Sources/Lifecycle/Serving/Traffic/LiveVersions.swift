import Support
import Synchronization
import Tables

/// Everything that an endpoint answers with at one moment: the champion, and the versions of its traffic plan. It is never changed; the endpoint
/// puts another in its place, and this one, with its models, goes when the last request that began with it has ended.
final class LiveVersions: Sendable {
    let champion: any ServedModel
    /// The plan in force; nil where the champion answers everything.
    let plan: TrafficPlan?
    /// The plan's versions beside the champion.
    private let others: [Int: any ServedModel]
    let shadow: ShadowRun?
    /// Why the plan that should be in force is not.
    let failure: TrafficFailure?
    /// When they were last asked, on the clock of `monotonicSeconds()`.
    private let asked = Atomic(monotonicSeconds().bitPattern)

    /// The champion alone.
    init(champion: any ServedModel, failure: TrafficFailure? = nil) {
        self.champion = champion
        self.failure = failure
        plan = nil
        others = [:]
        shadow = nil
    }

    /// The champion with a plan. Versions that are held already are kept; the others are loaded and must answer a warm-up request first.
    /// - Throws: `unavailable` or `refused` with the version that cannot take part.
    init(champion: any ServedModel, plan: TrafficPlan, from provider: any ModelProvider, keeping before: LiveVersions?) throws(MartletError) {
        var others: [Int: any ServedModel] = [:]
        for version in plan.versions where version != champion.version {
            let model: any ServedModel
            if let held = before?.model(version), held.name == champion.name {
                model = held
            } else {
                model = try provider.model(version)
                try WarmUp.check(model)
            }
            if let objection = model.objection(toStandInFor: champion) {
                throw MartletError(
                    .refused,
                    "\(model.name)@v\(version) cannot share the requests of v\(champion.version): it \(objection). Give it an endpoint of its own.")
            }
            others[version] = model
        }
        self.champion = champion
        self.plan = plan
        self.others = others
        failure = nil
        if let before, before.plan == plan, let running = before.shadow {
            shadow = running
        } else {
            shadow = plan.shadow.flatMap { others[$0] }.map { ShadowRun($0) }
        }
    }

    /// Notes that they are asked.
    func used(at moment: Double) { asked.store(moment.bitPattern, ordering: .relaxed) }

    var lastUse: Double { Double(bitPattern: asked.load(ordering: .relaxed)) }

    /// A loaded version; nil for one that takes no part.
    func model(_ version: Int) -> (any ServedModel)? { version == champion.version ? champion : others[version] }

    /// The versions that answer, ascending.
    var answering: [Int] { Set((plan?.answering ?? []) + [champion.version]).sorted() }

    /// The bytes of their files.
    var size: Int { all.reduce(0) { $0 + $1.size } }

    /// Every loaded version, the champion first.
    var all: [any ServedModel] { [champion] + others.values.sorted { $0.version < $1.version } }
}

/// A plan that could not be put in force.
package struct TrafficFailure: Sendable, Equatable {
    package var plan: Int
    package var message: String
}
