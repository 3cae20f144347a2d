internal import Database
internal import Events
package import Registry
package import Serving
package import Support
internal import Tables

/// What somebody wants to share the requests by.
package struct TrafficWish: Sendable {
    package var kind: TrafficPlan.Kind
    /// References of versions with their weights.
    package var versions: [(reference: String, weight: Double)]
    package var key: String?
    /// Seconds after which it ends by itself.
    package var duration: Double?

    package init(_ kind: TrafficPlan.Kind, _ versions: [(reference: String, weight: Double)], key: String? = nil, duration: Double? = nil) {
        self.kind = kind
        self.versions = versions
        self.key = key
        self.duration = duration
    }
}

extension Project {
    /// The traffic plans of the project's endpoint.
    package var traffic: TrafficStore { TrafficStore(database: database, clock: clock) }

    /// The plan that should be in force; nil where the champion answers all.
    package func trafficPlan() throws(MartletError) -> TrafficPlan? {
        guard let change = try traffic.standing(file.serving.endpoint), change.model == file.serving.model, let plan = change.plan,
            plan.until.map({ $0 > clock.now() }) ?? true
        else { return nil }
        return plan
    }

    // MARK: - What people change

    /// Shares the endpoint's requests anew. A server takes it up within a second, after each version has answered a warm-up request.
    /// - Throws: `refused` for a version that may not answer, which is recorded.
    package func share(_ wish: TrafficWish, reason: String) throws(MartletError) -> TrafficChange {
        let reason = try Project.reason(reason)
        let plan = try plan(wish)
        return try database.write { session in
            let change = try traffic.add(
                plan, endpoint: file.serving.endpoint, model: file.serving.model, by: events.currentActor, reason: reason, in: session)
            try record("endpoint.shared", change, in: session)
            try report([rollBackFinding(isBad: false, "The traffic was shared anew.")], in: session)
            return change
        }
    }

    /// Lets the champion answer all again.
    /// - Throws: `notFound` where it does already.
    package func endTraffic(reason: String) throws(MartletError) -> TrafficChange {
        let reason = try Project.reason(reason)
        return try database.write { session in
            guard let standing = try traffic.standing(file.serving.endpoint, in: session), standing.plan != nil else {
                throw MartletError(.notFound, "The champion answers every request of “\(file.serving.endpoint)” already.")
            }
            return try endTraffic(standing, "endpoint.cleared", reason: reason, in: session)
        }
    }

    /// Ends a plan whose time is over.
    /// - Returns: whether one was.
    package func endTrafficInTime() throws(MartletError) -> Bool {
        guard let standing = try traffic.standing(file.serving.endpoint), let until = standing.plan?.until, until <= clock.now() else { return false }
        return try database.write { session in
            guard try traffic.standing(file.serving.endpoint, in: session)?.id == standing.id else { return false }
            _ = try endTraffic(standing, "endpoint.cleared", reason: "Its time was over.", in: session)
            return true
        }
    }

    /// A version that has become champion is no canary or shadow of itself.
    func endTraffic(of version: ModelVersion, in session: SQLSession) throws {
        for standing in try traffic.standing(of: version.model, in: session) {
            guard let plan = standing.plan, plan.kind != .split, plan.versions == [version.version] else { continue }
            _ = try endTraffic(standing, "endpoint.cleared", reason: "v\(version.version) has become champion.", in: session)
        }
    }

    /// Adds the end of a plan, with its event, in the caller's transaction.
    func endTraffic(
        _ standing: TrafficChange, _ kind: String, reason: String, facts: JSONValue = .null, in session: SQLSession
    ) throws -> TrafficChange {
        let change = try traffic.add(
            nil, endpoint: standing.endpoint, model: standing.model, by: events.currentActor, reason: reason, in: session)
        try record(kind, change, before: standing.plan, facts: facts, in: session)
        return change
    }

    private func record(
        _ kind: String, _ change: TrafficChange, before: TrafficPlan? = nil, facts: JSONValue = .null, in session: SQLSession
    ) throws {
        var body: JSONValue = ["plan": change.plan?.json ?? .null, "reason": .string(change.reason)]
        if let before { body["before"] = before.json }
        if !facts.isNull { body["figures"] = facts }
        try events.append(kind, "endpoint:\(change.endpoint)", body, in: session)
    }

    // MARK: - What is let through

    private func plan(_ wish: TrafficWish) throws(MartletError) -> TrafficPlan {
        guard let champion = try servedVersion() else {
            throw MartletError(
                .notFound, "“\(file.serving.endpoint)” has no champion that others could share requests with. Run “martlet run” and promote it.")
        }
        var weights: [TrafficPlan.Share] = []
        for (text, weight) in wish.versions {
            let version = try sharer(text)
            try check(version, as: wish.kind, beside: champion)
            weights.append(.init(version: version.version, share: weight))
        }
        try check(key: wish.key, champion.details.request)
        let key = wish.kind == .split ? wish.key ?? file.serving.key ?? "id" : wish.key
        let now = clock.now()
        return try TrafficPlan(
            id: 0, kind: wish.kind, weights: weights, key: key, since: now, until: wish.duration.map { now.advanced(bySeconds: $0) })
    }

    /// The version that a reference names for a part in the traffic: `income@v3`, with or without `model:`.
    package func sharer(_ text: String) throws(MartletError) -> ModelVersion {
        try candidate(Reference(text) == nil && text.contains("@") ? "model:\(text)" : text)
    }

    private func check(_ version: ModelVersion, as kind: TrafficPlan.Kind, beside champion: ModelVersion) throws(MartletError) {
        let endpoint = file.serving.endpoint
        guard version.model == file.serving.model else {
            throw MartletError(.usage, "“\(endpoint)” answers with versions of \(file.serving.model), and \(version.reference) is none.")
        }
        if version.version == champion.version {
            guard kind == .split else { throw MartletError(.usage, "\(version.reference) is the champion: it answers already.") }
            return
        }
        if let objection = version.details.request.objection(toStandInFor: champion.details.request) {
            throw MartletError(
                .refused,
                "\(version.reference) cannot share the requests of v\(champion.version): it \(objection). Serve it under an endpoint of its own.")
        }
        if kind != .shadow { try checkMayAnswer(version) }
    }

    /// Refuses to let a version answer, if only a few, that never was champion and could not become it.
    /// - Throws: `refused` with what is missing, which is recorded.
    private func checkMayAnswer(_ version: ModelVersion) throws(MartletError) {
        let objection: String? = try database.read { session in
            let moves = try models.history(of: version.model, in: session)
            if moves.contains(where: { $0.alias == Project.protected && $0.version == version.version }) { return nil }
            let decision = try standingDecision(on: version, in: session)
            return decision.passes ? nil : decision.sentence
        }
        guard let objection else { return }
        try record("serving.refused", version, objection)
        throw MartletError(
            .refused,
            "\(objection) What may not be champion may not answer as a canary or in a split. To compare it without letting it answer: martlet endpoint shadow \(version.reference)."
        )
    }

    private func check(key: String?, _ signature: Signature) throws(MartletError) {
        guard let key, key != file.serving.key, key != "id" else { return }
        let names = signature.inputs.map(\.name)
        guard !names.contains(key) else { return }
        throw MartletError(
            .usage,
            "“\(key)” is neither the callers' key nor an input of the model.\(didYouMean(key, among: names)) It takes: \(names.prefix(30).joined(separator: ", "))."
        )
    }
}
