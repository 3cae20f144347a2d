import Support
internal import Synchronization

/// Which endpoints beside the main one hold their models, and which let go where that becomes too many: the one that was asked longest ago first, and
/// never one that answers just now.
package final class Residency: Sendable {
    private struct Seat {
        let endpoint: Endpoint
        var bytes: Int
    }

    private let plan: ResidencyPlan
    private let seats = Mutex<[String: Seat]>([:])
    private let counts = Mutex<[String: ResidencyCounts]>([:])
    /// Models are loaded one after the other, so that what memory grows by is that one's.
    private let turn = Mutex<Void>(())
    /// Who waits for a model waits here, and holds up no thread of another endpoint.
    let loaders = WorkPool(width: 1, limit: 8192)

    package init(_ plan: ResidencyPlan) { self.plan = plan }

    /// Loads an endpoint's model, after others have let go where there is no room for one more.
    /// - Parameter load: loads it; nil where there is none to load. Blocks.
    func load(
        _ endpoint: Endpoint, _ load: () throws(MartletError) -> LiveVersions?
    ) throws(MartletError) -> LiveVersions? {
        try turn.withLock { _ throws(MartletError) in
            makeRoom(for: endpoint, models: 1, bytes: counts(of: endpoint.name).bytes)
            let before = ResidentMemory.bytes
            guard let loaded = try load() else { return nil }
            // What loading needed for a moment is no part of the model.
            if plan.memory != nil { ResidentMemory.trim() }
            let growth = before.flatMap { before in ResidentMemory.bytes.map { $0 - before } } ?? 0
            seat(endpoint, bytes: max(loaded.size, growth))
            makeRoom(for: endpoint)
            return loaded
        }
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
        vacate(endpoint.name)
        ResidentMemory.trim()
    }

    private func seat(_ endpoint: Endpoint, bytes: Int, isNew: Bool = true) {
        seats.withLock { $0[endpoint.name] = Seat(endpoint: endpoint, bytes: bytes) }
        counts.withLock { counts in
            if isNew { counts[endpoint.name, default: ResidencyCounts()].loads += 1 }
            counts[endpoint.name, default: ResidencyCounts()].bytes = bytes
        }
    }

    private func vacate(_ name: String) {
        seats.withLock { $0[name] = nil }
        counts.withLock { $0[name, default: ResidencyCounts()].evictions += 1 }
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
        let held = seats.withLock { seats in (seats.count, seats.values.reduce(0) { $0 + $1.bytes }) }
        return plan.isExceeded(models: held.0 + models, bytes: held.1 + bytes)
    }

    /// - Returns: false where all others answer just now, or there are none.
    private func letOneGo(but new: Endpoint?) -> Bool {
        let others = seats.withLock { $0.values.map(\.endpoint) }.filter { $0 !== new }
        let byUse = others.map { ($0.lastUse, $0) }.sorted { $0.0 < $1.0 }
        guard let gone = byUse.first(where: { $0.1.release(evenInUse: false) })?.1 else { return false }
        vacate(gone.name)
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
