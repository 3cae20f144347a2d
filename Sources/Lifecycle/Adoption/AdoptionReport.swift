package import Support

/// What came of an adoption.
package struct AdoptionReport: Sendable, Equatable {
    /// Runs that were not here before; those that went on; those of which nothing was new.
    package var added = 0
    package var continued = 0
    package var unchanged = 0
    package var experiments = 0
    /// Logged models that were added or have changed.
    package var models = 0
    /// Versions of registered models that were added, and models of which anything was new.
    package var versions = 0
    package var registered = 0
    package var points = 0
    package var files = 0
    /// Runs whose identifier is taken by one that came from elsewhere, at most as many as a person reads.
    package var clashes: [String] = []
    /// Parameters that have another value there now than what was kept first.
    package var changedParameters: [String] = []
    /// What there was that is no run, or could not be read, with how often.
    package var leftOut: [String: Int] = [:]
    package var isRehearsal = false

    package static let most = 20

    package init() {}

    package var changedSomething: Bool { added + continued + experiments + models + registered > 0 }

    package var json: JSONValue {
        [
            "added": JSONValue(added), "continued": JSONValue(continued), "unchanged": JSONValue(unchanged),
            "experiments": JSONValue(experiments), "models": JSONValue(models), "registered_models": JSONValue(registered),
            "versions": JSONValue(versions), "points": JSONValue(points), "files": JSONValue(files),
            "clashes": JSONValue(clashes), "changed_parameters": JSONValue(changedParameters),
            "left_out": .object(leftOut.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, JSONValue($0.value)) }),
            "rehearsal": .bool(isRehearsal),
        ]
    }

    /// Adds what another pass over the same store came to.
    package mutating func add(_ other: AdoptionReport) {
        (added, continued, unchanged) = (added + other.added, continued + other.continued, other.unchanged)
        (experiments, models) = (experiments + other.experiments, models + other.models)
        (registered, versions) = (registered + other.registered, versions + other.versions)
        (points, files) = (points + other.points, files + other.files)
        clashes = other.clashes
        changedParameters = Array(Set(changedParameters + other.changedParameters)).sorted()
        leftOut.merge(other.leftOut) { $1 }
    }
}

/// Watches an adoption and may stop it.
package protocol AdoptionObserver: Sendable {
    /// Called after each batch.
    /// - Parameter run: the name of the one that is being read.
    func reached(_ run: String, runs: Int, points: Int)

    /// Whether it is to stop. What is kept by then stays, and the next adoption goes on there.
    var isCancelled: Bool { get }
}

/// Watches nothing.
package struct SilentAdoption: AdoptionObserver {
    package init() {}
    package func reached(_: String, runs _: Int, points _: Int) {}
    package var isCancelled: Bool { false }
}
