import Support
internal import Synchronization

/// An endpoint whose model comes with the first request and may go again.
extension Endpoint {
    /// When the models that are held were last asked, on the clock of `monotonicSeconds()`; 0 where none are.
    var lastUse: Double { live.withLock { $0?.lastUse ?? 0 } }

    /// Whether models are held.
    var isHolding: Bool { live.withLock { $0 != nil } }

    /// Lets go of the models.
    /// - Parameter evenInUse: whether also those that answer just now; these go when they have answered.
    /// - Returns: whether there were any, and they went.
    func release(evenInUse: Bool) -> Bool {
        // What is let go is taken apart outside the lock: that takes its time.
        var gone: LiveVersions?
        live.withLock { live in
            // Whoever answers holds a reference of their own.
            guard live != nil, evenInUse || isKnownUniquelyReferenced(&live) else { return }
            (gone, live) = (live, nil)
        }
        return gone != nil
    }

    /// The models that should answer, loaded where none are held and there is room; nil where there are none. Blocks.
    /// - Parameter askedAt: since when somebody waits for them, on the clock of `monotonicSeconds()`.
    func loadOnDemand(askedAt: Double) throws(MartletError) -> LiveVersions? {
        if let live = live.withLock({ $0 }) { return live }
        guard let residency else { return try loadFirst() }
        return try residency.load(self, askedAt: askedAt, loadFirst)
    }

    /// Counts the models that are held now, where they may have to go.
    func noteSize() {
        guard let residency, let size = live.withLock({ $0?.size }) else { return }
        residency.replaced(self, size: size)
    }

    /// How often the model was loaded on demand and let go; nil for an endpoint that keeps its model.
    package var residencyCounts: ResidencyCounts? { residency?.counts(of: name) }

    /// Whether the model comes with the first request and may go again.
    package var isOnDemand: Bool { residency != nil }
}
