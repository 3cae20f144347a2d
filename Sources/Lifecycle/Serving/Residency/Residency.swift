import Support
internal import Synchronization

/// Which endpoints beside the main one hold their models, and which let go where that becomes too many: the one that was asked longest ago first, and
/// never one that answers just now.
package final class Residency: Sendable {
    private struct Seat {
        let endpoint: Endpoint
        var bytes: Int
    }

    /// A load that brought no model.
    private struct Failure {
        /// Nil where there was none to load.
        let error: MartletError?
        /// When it ended, on the clock of `monotonicSeconds()`.
        let at: Double
    }

    /// For how many seconds a load that failed answers those who ask after it; then it is tried again.
    private static let patience = 3.0

    private let plan: ResidencyPlan
    private let seats = Mutex<[String: Seat]>([:])
    private let counts = Mutex<[String: ResidencyCounts]>([:])
    /// The last loads of endpoints that brought no model, until one brings it.
    private let failures = Mutex<[String: Failure]>([:])
    /// Models are loaded one after the other, so that what memory grows by is that one's.
    private let turn = Mutex<Void>(())
    /// Who waits for a model waits here, and holds up no thread of another endpoint.
    let loaders = WorkPool(width: 1, limit: 8192)

    package init(_ plan: ResidencyPlan) { self.plan = plan }

    /// Loads an endpoint's model; others let go where there is no room for one more.
    /// - Parameters:
    ///   - askedAt: since when somebody waits for it, on the clock of `monotonicSeconds()`. A load that failed since then, or just before, is their
    ///     answer too.
    ///   - load: loads it; nil where there is none to load. Blocks.
    func load(
        _ endpoint: Endpoint, askedAt: Double, _ load: () throws(MartletError) -> LiveVersions?
    ) throws(MartletError) -> LiveVersions? {
        let failure = failures.withLock { $0[endpoint.name] }
        if let failure, let error = failure.error, askedAt <= failure.at || monotonicSeconds() < failure.at + Residency.patience { throw error }
        do throws(MartletError) {
            let loaded: LiveVersions? = try turn.withLock { _ throws(MartletError) in
                try loadInTurn(endpoint, isTrusted: failure == nil, load)
            }
            if loaded == nil { note(nil, of: endpoint) }
            return loaded
        } catch {
            note(error, of: endpoint)
            throw error
        }
    }

    /// - Parameter isTrusted: whether no load failed since one brought a model. For one that may bring none, and for one that was never loaded, nobody
    ///   lets go before it is there.
    private func loadInTurn(
        _ endpoint: Endpoint, isTrusted: Bool, _ load: () throws(MartletError) -> LiveVersions?
    ) throws(MartletError) -> LiveVersions? {
        let known = counts(of: endpoint.name)
        if isTrusted, known.loads > 0 { makeRoom(for: endpoint, models: 1, bytes: known.bytes) }
        let before = ResidentMemory.bytes
        guard let loaded = try load() else { return nil }
        // What loading needed for a moment is no part of the model.
        if plan.memory != nil { ResidentMemory.trim() }
        let growth = before.flatMap { before in ResidentMemory.bytes.map { $0 - before } } ?? 0
        seat(endpoint, bytes: max(loaded.size, growth))
        makeRoom(for: endpoint)
        return loaded
    }

    /// Notes that a load brought no model.
    private func note(_ error: MartletError?, of endpoint: Endpoint) {
        let failure = Failure(error: error, at: monotonicSeconds())
        failures.withLock { $0[endpoint.name] = failure }
    }

    /// Notes that an endpoint holds another model than before.
    func replaced(_ endpoint: Endpoint, size: Int) {
        turn.withLock { _ in
            let known = seats.withLock { $0[endpoint.name]?.bytes }
            seat(endpoint, bytes: max(size, known ?? 0), isNew: known == nil)
            makeRoom(for: endpoint)
        }
    }

    /// Lets models go that are too many, as far as they do not answer just now. Blocks for as long as one is being loaded.
    package func settle() {
        guard isExceeded(models: 0, bytes: 0) else { return }
        turn.withLock { _ in makeRoom(for: nil) }
    }

    /// Lets an endpoint's model go, because somebody wants that. Requests under way end with it.
    func unload(_ endpoint: Endpoint) {
        guard endpoint.release(evenInUse: true) else { return }
        vacate(endpoint)
        ResidentMemory.trim()
    }

    private func seat(_ endpoint: Endpoint, bytes: Int, isNew: Bool = true) {
        seats.withLock { $0[endpoint.name] = Seat(endpoint: endpoint, bytes: bytes) }
        failures.withLock { $0[endpoint.name] = nil }
        counts.withLock { counts in
            if isNew { counts[endpoint.name, default: ResidencyCounts()].loads += 1 }
            counts[endpoint.name, default: ResidencyCounts()].bytes = bytes
        }
    }

    private func vacate(_ endpoint: Endpoint) {
        // It may have been loaded again since it let go: then the place is taken.
        seats.withLock { seats in
            guard !endpoint.isHolding else { return }
            seats[endpoint.name] = nil
        }
        counts.withLock { $0[endpoint.name, default: ResidencyCounts()].evictions += 1 }
    }

    /// - Parameters:
    ///   - new: the one that is to stay.
    ///   - models: how many are about to come, and their bytes as far as they are known.
    private func makeRoom(for new: Endpoint?, models: Int = 0, bytes: Int = 0) {
        var hasChanged = false
        while isExceeded(models: models, bytes: bytes), letOneGo(but: new) { hasChanged = true }
        if hasChanged { ResidentMemory.trim() }
    }

    private func isExceeded(models: Int, bytes: Int) -> Bool {
        let held = seats.withLock { seats in
            // Who lost the model otherwise, as where its alias was deleted, takes no place.
            seats = seats.filter { $0.value.endpoint.isHolding }
            return (seats.count, seats.values.reduce(0) { $0 + $1.bytes })
        }
        return plan.isExceeded(models: held.0 + models, bytes: held.1 + bytes)
    }

    /// - Returns: false where all others answer just now, or there are none.
    private func letOneGo(but new: Endpoint?) -> Bool {
        let others = seats.withLock { $0.values.map(\.endpoint) }.filter { $0 !== new }
        let byUse = others.map { ($0.lastUse, $0) }.sorted { $0.0 < $1.0 }
        guard let gone = byUse.first(where: { $0.1.release(evenInUse: false) })?.1 else { return false }
        vacate(gone)
        return true
    }

    /// What was loaded and let go of an endpoint.
    func counts(of endpoint: String) -> ResidencyCounts { counts.withLock { $0[endpoint] ?? ResidencyCounts() } }
}

/// How often an endpoint's model was loaded on demand, and let go.
package struct ResidencyCounts: Sendable, Equatable {
    package var loads = 0
    package var evictions = 0
    /// What it was counted with when it was last loaded.
    package var bytes = 0

    package init(loads: Int = 0, evictions: Int = 0, bytes: Int = 0) {
        self.loads = loads
        self.evictions = evictions
        self.bytes = bytes
    }
}
