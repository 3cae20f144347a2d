internal import Data
internal import Database
internal import Events
internal import Experiments
internal import Ingestion
internal import Registry
package import Support

extension Project {
    /// Removes for good what was deleted, and stored files that nothing refers to.
    ///
    /// Rows go first, in transactions between which others write; files follow, each only while nothing refers to it. So whatever kills it leaves rows
    /// without files never, files without rows at worst, and the next collection goes on.
    /// - Parameters:
    ///   - age: for how many seconds something was deleted before it goes.
    ///   - spare: for how many seconds a file stays after it was stored, whether anything refers to it or not: whoever stored it may be about to.
    ///   - isRehearsal: whether it is only said what would go.
    /// - Throws: `conflict` while a backup or another collection is at work.
    package func collect(
        olderThan age: Double, sparing spare: Double, isRehearsal: Bool, observer: any CollectionObserver
    ) throws(MartletError) -> CollectionReport {
        let lock: ProjectLock
        do { lock = try ProjectLock(folder: stateFolder, name: "gc") } catch  where error.code == .conflict {
            throw MartletError(.conflict, "A backup, an erasure or another “martlet gc” is at work in this project. Wait until it ends.")
        }
        defer { withExtendedLifetime(lock) {} }
        let limit = clock.now().advanced(bySeconds: -age)
        let removal = Removal(events: events, deletedBefore: limit)
        let files = FileCollection(project: self, cutoff: clock.now().advanced(bySeconds: -spare), observer: observer)
        var report: CollectionReport
        if isRehearsal {
            let plan = try database.read { try CollectionPlan(removal, deletedBefore: limit, in: $0) }
            report = plan.report
            report.batches = try expireSources(isRehearsal: true)
            try files.collect(&report, plan: plan)
        } else {
            report = try RowCollection(project: self, removal: removal, limit: limit, observer: observer).collect()
            if !report.isStopped { report.batches = try expireSources(isRehearsal: false) }
            if !report.isStopped { try files.collect(&report, plan: nil) }
            if !report.isEmpty { try events.record("project.collected", "project:\(file.project)", report.gone) }
        }
        return report
    }
}

extension Project {
    /// Removes what came from sources longer ago than it is kept.
    /// - Returns: how many batches.
    private func expireSources(isRehearsal: Bool) throws(MartletError) -> Int {
        var count = 0
        for source in file.data.sources {
            guard let keep = source.keep else { continue }
            count += try sources.expire(source, before: clock.now().advanced(bySeconds: -keep), isRehearsal: isRehearsal).count
        }
        return count
    }
}

/// Removes rows, a page of them in each transaction.
struct RowCollection {
    let project: Project
    let removal: Removal
    let limit: Timestamp
    let observer: any CollectionObserver

    /// How many things go in a transaction, and how many points.
    private static let (page, points) = (100, 20_000)

    func collect() throws(MartletError) -> CollectionReport {
        var report = CollectionReport()
        try removeVersions(&report)
        try go(\.models, \.kept.models, &report, removal.models, removal.remove(model:in:))
        try go(\.runs, \.kept.runs, &report, removal.runs, removal.remove(run:in:))
        try clearRuns(&report)
        try removeExperiments(&report)
        return report
    }

    private func isStopped(_ report: inout CollectionReport) -> Bool {
        observer.reached(report)
        if observer.isCancelled { report.isStopped = true }
        return report.isStopped
    }

    private func removeVersions(_ report: inout CollectionReport) throws(MartletError) {
        while !isStopped(&report) {
            let (gone, kept) = try project.database.write { session in
                let found = try ModelCatalog.removableVersions(deletedBefore: limit, in: session)
                let page = found.going.prefix(RowCollection.page)
                for version in page { try ModelCatalog.remove(version, project.events, in: session) }
                return (page.count, found.kept)
            }
            report.versions += gone
            report.kept.versions = kept
            if gone < RowCollection.page { return }
        }
    }

    /// Goes through pages of things; each is looked up in the transaction that removes it.
    private func go(
        _ count: WritableKeyPath<CollectionReport, Int>, _ kept: WritableKeyPath<CollectionReport, Int>, _ report: inout CollectionReport,
        _ find: (Removal.Place, Int, KeptThings, SQLSession) throws -> Removal.Page, _ remove: (Removal.Thing, SQLSession) throws -> Int
    ) throws(MartletError) {
        var place: Removal.Place? = .start
        while let from = place, !isStopped(&report) {
            let (page, files) = try project.database.write { session in
                let page = try find(from, RowCollection.page, ModelCatalog.kept(in: session), session)
                return (page, try page.things.reduce(0) { try $0 + remove($1, session) })
            }
            report[keyPath: count] += page.things.count
            report[keyPath: kept] += page.kept
            report.artifacts += files
            place = page.next
        }
    }

    private func clearRuns(_ report: inout CollectionReport) throws(MartletError) {
        while !isStopped(&report) {
            guard let points = try project.database.write({ try Removal.clear(atMost: RowCollection.points, in: $0) }) else { return }
            report.points += points
        }
    }

    private func removeExperiments(_ report: inout CollectionReport) throws(MartletError) {
        guard !isStopped(&report) else { return }
        let (page, files) = try project.database.write { session in
            let page = try removal.experiments(sparing: ModelCatalog.kept(in: session), in: session)
            return (page, try page.things.reduce(0) { try $0 + removal.remove(experiment: $1, in: session) })
        }
        report.experiments = page.things.count
        report.kept.experiments = page.kept
        report.artifacts += files
    }
}
