package import Adoption
internal import Experiments
package import Support

extension Project {
    /// Reads the runs of another tool's store into experiments.
    /// - Parameters:
    ///   - source: what the store is called in the record: a path or an address.
    ///   - isRehearsal: whether it is only found out what would come.
    package func adopt(
        _ store: any ForeignStore, from source: String, isRehearsal: Bool = false, observer: any AdoptionObserver = SilentAdoption()
    ) throws(MartletError) -> AdoptionReport {
        try Adopter(
            database: database, objects: objects, events: events, clock: clock, guarded: KeyValue(file.model, Project.protected), observer: observer
        )
        .adopt(store, source: source, rehearses: isRehearsal)
    }
}

extension Project {
    /// Runs written out for other tools.
    package var export: RunExport { RunExport(database: database, objects: objects, events: events) }
}
