package import Support
internal import Synchronization
import Tables

/// Several versions behind one name.
extension Endpoint {
    // MARK: What is in force

    /// The plan by which requests are shared; nil where the champion answers all.
    package var traffic: TrafficPlan? { live.withLock { $0 }?.plan }

    /// Why the plan that should be in force is not; the champion answers all meanwhile.
    package var trafficFailure: TrafficFailure? { live.withLock { $0 }?.failure }

    /// Puts the plan in force that the provider tells of, after each of its versions is loaded and has answered a warm-up request. Requests under way
    /// end with the version that they began with. Where a version cannot take part, the champion goes on alone (`trafficFailure`).
    /// - Returns: whether something changed.
    /// - Throws: where there is no champion, or what the provider throws; then everything stays as it was.
    @discardableResult
    package func refreshTraffic() async throws(MartletError) -> Bool {
        _ = try await versions()
        return try await pool.run { () throws(MartletError) in
            try self.loading.withLock { _ throws(MartletError) in
                guard let before = self.live.withLock({ $0 }) else { return false }
                let after = try self.versions(of: before.champion, keeping: before)
                self.put(after)
                self.noteSize()
                return after.plan != before.plan || after.failure != before.failure
            }
        }
    }

    /// The champion with the plan that should be in force, or alone where that cannot be.
    func versions(of champion: any ServedModel, keeping before: LiveVersions?) throws(MartletError) -> LiveVersions {
        guard let plan = try provider.traffic() else { return LiveVersions(champion: champion) }
        if let before, before.champion.digest == champion.digest, before.failure?.plan == plan.id { return before }
        do throws(MartletError) { return try LiveVersions(champion: champion, plan: plan, from: provider, keeping: before) } catch {
            return LiveVersions(champion: champion, failure: TrafficFailure(plan: plan.id, message: error.message))
        }
    }

    func put(_ versions: LiveVersions?) {
        live.withLock { $0 = versions }
        // Models that were let go and come again go on with the counts of their plan.
        guard let versions else { return }
        let plan = versions.plan?.id
        let isAnother = begunPlan.withLock { begun in
            defer { begun = plan }
            return begun != plan
        }
        if isAnother { tallies.withLock { $0.beginPlan() } }
    }

    // MARK: Who answers

    /// The champion, or the version that the caller insists on.
    /// - Throws: `notFound` for one that does not answer here; `unavailable` without a model.
    package func model(_ version: Int?) async throws(MartletError) -> any ServedModel {
        let live = try await versions()
        return try version.map { version throws(MartletError) in try insisted(version, live) } ?? live.champion
    }

    func insisted(_ version: Int, _ live: LiveVersions) throws(MartletError) -> any ServedModel {
        let isShadow = version == live.plan?.shadow && version != live.champion.version
        if !isShadow, let model = live.model(version) { return model }
        let served = live.answering
        let several = served.count == 1 ? "version \(served[0])" : "versions \(served.map(String.init).joined(separator: ", "))"
        let shadow = isShadow ? " That one is a shadow: it is compared and never answers." : ""
        throw MartletError(.notFound, "Endpoint “\(name)” serves \(several), not \(version).\(shadow)")
    }

    /// The versions that callers may insist on, ascending: the champion, and those of the plan that answer; none before the first is loaded.
    package var answeringVersions: [Int] { live.withLock { $0 }?.answering ?? [] }

    /// The version that answers a request which insists on none, and whether its rows belong to different versions.
    /// - Parameter own: the identifier of its first prediction.
    func chosen(
        _ live: LiveVersions, _ question: Question, _ keys: TextValues?, own: TimeOrderedID
    ) -> (model: any ServedModel, isMixed: Bool) {
        guard let plan = live.plan else { return (live.champion, false) }
        switch plan.decision(keys: plan.stickyKeys(question.table, keys: keys, callersKey: self.plan.key), own: own.description, endpoint: name) {
        case .champion: return (live.champion, false)
        case .version(let version): return (live.model(version) ?? live.champion, false)
        case .mixed: return (live.champion, true)
        }
    }

    /// Lets the shadow see a request that was answered.
    func mirror(_ live: LiveVersions, _ question: Question, _ answers: Answers, own: TimeOrderedID) {
        guard let shadow = live.shadow, live.plan?.isMirrored(own.description, endpoint: name) == true else { return }
        shadow.offer(question, answered: answers)
    }

    // MARK: Figures

    /// The versions behind the endpoint, the champion first.
    package var versionTraffic: [VersionTraffic] {
        guard let live = live.withLock({ $0 }) else { return [] }
        let hasPlan = live.plan != nil
        return live.all.map { model in
            let isChampion = model.version == live.champion.version
            let role = isChampion ? .champion : VersionTraffic.Role(rawValue: live.plan?.kind.rawValue ?? "") ?? .champion
            let share = live.plan.map { $0.share(of: model.version, champion: live.champion.version) ?? (isChampion ? 0 : nil) } ?? 1
            let figures = tallies.withLock { $0.figures(of: model.version, sincePlan: hasPlan) }
            return VersionTraffic(
                version: model.version, role: role, share: share, figures: figures, shadow: isChampion ? nil : live.shadow?.figures)
        }
    }

    /// What each version answered since the server began, the newest twenty of them.
    package var versionFigures: [(version: Int, figures: ServingFigures)] { tallies.withLock { $0.newest } }

    /// Requests since the plan in force began that were left to the champion, as their rows have sticky keys of different versions.
    package var mixedRequests: Int { tallies.withLock { $0.mixed } }

    func countFailure(of version: Int, _ error: MartletError) {
        let isCallersMistake = Endpoint.isCallersMistake(error)
        tallies.withLock { $0.failed(version, isCallersMistake: isCallersMistake) }
    }
}
