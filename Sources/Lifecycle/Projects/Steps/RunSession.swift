internal import Data
internal import Digests
internal import DuckDB
internal import Objects
internal import Planning
internal import Statistics
internal import Support
internal import Synchronization
internal import Tables
internal import Training

/// What the steps of one run share: DuckDB, opened when a step first needs it, and tables that were read already.
final class RunSession: Sendable {
    let project: Project
    let trainers: Trainers

    private let engine = Mutex<DuckDB?>(nil)
    private let tables = Mutex<[Digest: Table]>([:])

    init(_ project: Project) {
        self.project = project
        trainers = Trainers(locator: project.engines)
    }

    /// DuckDB, loaded with the first call.
    func duckDB() throws(MartletError) -> DuckDB {
        if let open = engine.withLock({ $0 }) { return open }
        let opened = try project.openDuckDB()
        engine.withLock { $0 = opened }
        return opened
    }

    /// The cleaned, typed rows of a part, read once a run.
    func table(_ part: DatasetVersion.Part) throws(MartletError) -> Table {
        if let known = tables.withLock({ $0[part.digest] }) { return known }
        let table = try PreparedFile.load(project.objects.path(part.digest), engine: duckDB())
        tables.withLock { $0[part.digest] = table }
        return table
    }

    /// The dataset version that the data step made or kept.
    func dataset(_ outputs: [String: JSONValue]) throws(MartletError) -> DatasetVersion {
        guard let ref = outputs["data"]?["dataset"].text.flatMap({ Reference($0) }) else {
            throw MartletError(.defect, "The data step left no dataset version.")
        }
        return try project.datasets.version(ref.name, ref.version)
    }

    /// The rows of a split with target and weights as a model learns or is judged by them; nil where the dataset has no such split.
    func rows(_ split: String, of dataset: DatasetVersion, classes: [String]? = nil) throws(MartletError) -> (set: TrainingSet, table: Table)? {
        guard let part = dataset.part(split), part.rows > 0 else { return nil }
        let charter = project.file.charter
        let all = try table(part)
        let (set, rows) = try TrainingSet.make(
            all, target: charter.target, features: dataset.columns(.feature).map(\.name), weight: dataset.columns(.weight).first?.name,
            problem: charter.problem, positive: charter.positive, classes: classes)
        return (set, rows.count == all.rowCount ? all : all.rows(rows))
    }

    /// The classes of the target over all splits, so that every split codes them alike; nil for regression.
    func classes(of dataset: DatasetVersion) throws(MartletError) -> [String]? {
        guard project.file.charter.problem != .regression else { return nil }
        var columns: [Column] = []
        for part in dataset.details.parts where part.rows > 0 { columns.append(try table(part).column(project.file.charter.target)) }
        return Target.classes(in: columns)
    }
}
