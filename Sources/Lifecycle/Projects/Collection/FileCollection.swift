internal import Audit
internal import Database
internal import Digests
internal import Foundation
internal import Objects
internal import Support

/// Removes stored files that nothing refers to and that were stored long enough ago.
struct FileCollection {
    let project: Project
    /// What was stored since stays.
    let cutoff: Timestamp
    let observer: any CollectionObserver

    /// How many files go in one transaction, in which nobody else writes rows.
    private static let page = 64

    /// - Parameter plan: what would have gone before, for a rehearsal.
    func collect(_ report: inout CollectionReport, plan: CollectionPlan?) throws(MartletError) {
        let references = try references(plan)
        for prefix in project.objects.prefixes {
            observer.reached(report)
            if observer.isCancelled {
                report.isStopped = true
                return
            }
            try collect(prefix, references, plan, &report)
        }
        report.unfinished = project.objects.removeAbandoned(before: cutoff, isRehearsal: plan != nil)
    }

    /// What refers to objects: rows, the copies of the database that going back to an older program would take up, and the list of anchors.
    private func references(_ plan: CollectionPlan?) throws(MartletError) -> ObjectReferences {
        var references = try project.database.read { session in
            var references = ObjectReferences(project.objects)
            try references.add(session, without: plan?.versions ?? [])
            return references
        }
        for copy in SQLiteDatabase.keptCopies(beside: "\(project.stateFolder)/martlet.db") {
            let snapshot = try SQLiteSnapshot(path: copy)
            references = try snapshot.read { session in
                var references = references
                try references.add(copy: session)
                return references
            }
        }
        try references.add(AnchorFile("\(project.stateFolder)/anchors.jsonl").text() ?? "")
        return references
    }

    private func collect(
        _ prefix: String, _ references: ObjectReferences, _ plan: CollectionPlan?, _ report: inout CollectionReport
    ) throws(MartletError) {
        let artifacts = try project.database.read { try ObjectReferences.artifacts(of: prefix, in: $0) }
        let loose = project.objects.objects(in: prefix).filter { digest in
            !references.contains(digest) && artifacts[digest, default: 0] <= plan?.artifacts[digest] ?? 0
        }.compactMap(project.objects.stored)
        let old = loose.filter { $0.stored < cutoff }
        for object in loose where object.stored >= cutoff {
            report.spared += 1
            report.sparedBytes += object.size
        }
        guard plan == nil else {
            report.files += old.count
            report.bytes += old.reduce(0) { $0 + $1.size }
            return
        }
        for start in stride(from: 0, to: old.count, by: FileCollection.page) {
            let gone = try remove(old[start..<min(start + FileCollection.page, old.count)])
            report.files += gone.count
            report.bytes += gone.reduce(0) { $0 + $1.size }
        }
    }

    /// Removes objects within a transaction that writes nothing, so that no row that names one comes in between; an object that has been stored
    /// again meanwhile stays.
    private func remove(_ objects: ArraySlice<StoredObject>) throws(MartletError) -> [StoredObject] {
        try project.database.write { session in
            try objects.filter { object in
                try !ObjectReferences.isNamed(object.digest, in: session) && project.objects.remove(object.digest, unlessStoredSince: cutoff)
            }
        }
    }
}
