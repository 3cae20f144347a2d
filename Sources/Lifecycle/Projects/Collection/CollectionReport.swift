package import Support

/// What went for good, or would go.
package struct CollectionReport: Sendable, Equatable {
    package var runs = 0
    package var points = 0
    package var models = 0
    package var versions = 0
    package var experiments = 0
    /// Batches of sources that were kept as long as agreed.
    package var batches = 0
    /// Paths that led to files.
    package var artifacts = 0
    /// Stored files that nothing refers to any more.
    package var files = 0
    package var bytes = 0
    /// Files that were taken in and never finished.
    package var unfinished = 0
    /// Files that nothing refers to and that were stored too short a time ago.
    package var spared = 0
    package var sparedBytes = 0
    /// Deleted things that something else stands on.
    package var kept = Kept()
    /// Whether it is only said what would go.
    package var isRehearsal = false
    /// Whether it was stopped before its end.
    package var isStopped = false

    package struct Kept: Sendable, Equatable {
        package var runs = 0
        package var models = 0
        package var versions = 0
        package var experiments = 0
    }

    package var isEmpty: Bool { runs + points + models + versions + experiments + batches + artifacts + files + unfinished == 0 }

    /// What went, for the record.
    var gone: JSONValue {
        [
            "runs": JSONValue(runs), "points": JSONValue(points), "logged_models": JSONValue(models), "model_versions": JSONValue(versions),
            "experiments": JSONValue(experiments), "source_batches": JSONValue(batches), "artifacts": JSONValue(artifacts), "files": JSONValue(files),
            "bytes": JSONValue(bytes),
            "unfinished_files": JSONValue(unfinished),
        ]
    }

    package var json: JSONValue {
        var json = gone
        json["dry_run"] = .bool(isRehearsal)
        json["stopped"] = .bool(isStopped)
        json["young_files"] = JSONValue(spared)
        json["young_bytes"] = JSONValue(sparedBytes)
        json["kept"] = [
            "runs": JSONValue(kept.runs), "logged_models": JSONValue(kept.models), "model_versions": JSONValue(kept.versions),
            "experiments": JSONValue(kept.experiments),
        ]
        return json
    }
}

/// Is told how far a collection has come.
package protocol CollectionObserver: Sendable {
    func reached(_ report: CollectionReport)

    /// Asked between transactions.
    var isCancelled: Bool { get }
}
