internal import Database
internal import Digests
internal import Experiments
internal import Registry
internal import Support

/// What would go, as one state of the database has it: for a rehearsal.
struct CollectionPlan: Sendable {
    private(set) var report = CollectionReport()
    /// The versions that would go.
    let versions: Set<VersionKey>
    /// How many artifacts of an object would go.
    private(set) var artifacts: [Digest: Int] = [:]

    init(_ removal: Removal, deletedBefore limit: Timestamp, in session: SQLSession) throws {
        let found = try ModelCatalog.removableVersions(deletedBefore: limit, in: session)
        versions = Set(found.going)
        let kept = try ModelCatalog.kept(without: versions, in: session)
        report.isRehearsal = true
        report.versions = versions.count
        report.kept.versions = found.kept
        let models = try all(\.kept.models) { try removal.models(from: $0, count: $1, sparing: kept, in: session) }
        let runs = try all(\.kept.runs) { try removal.runs(from: $0, count: $1, sparing: kept, in: session) }
        let experiments = try removal.experiments(
            without: CollectionPlan.counts(runs), CollectionPlan.counts(models), sparing: kept, in: session)
        report.models = models.count
        report.runs = runs.count
        report.experiments = experiments.things.count
        report.kept.experiments = experiments.kept
        for run in runs {
            report.points += try session.row("SELECT count(*) AS n FROM metric_point WHERE run = ?", [SQLValue(run.number)])?.int("n") ?? 0
        }
        var seen: Set<String> = []
        for folder in (models + runs + experiments.things).compactMap(\.folder) {
            for file in try ArtifactTree.files(below: folder, in: session) where seen.insert(file.path).inserted {
                artifacts[file.digest, default: 0] += 1
            }
        }
        report.artifacts = seen.count
    }

    private mutating func all(
        _ kept: WritableKeyPath<CollectionReport, Int>, _ find: (Removal.Place, Int) throws -> Removal.Page
    ) throws -> [Removal.Thing] {
        var things: [Removal.Thing] = []
        var place: Removal.Place? = .start
        while let from = place {
            let page = try find(from, 1000)
            things += page.things
            report[keyPath: kept] += page.kept
            place = page.next
        }
        return things
    }

    private static func counts(_ things: [Removal.Thing]) -> [Int: Int] { Dictionary(things.map { ($0.experiment, 1) }, uniquingKeysWith: +) }
}
