import Database
import Experiments
import Support

/// Keeps a batch of a run: its files in the object store first, then everything in one transaction with the cursor behind it.
struct BatchKeeper {
    let adopter: Adopter
    let store: any ForeignStore

    struct Kept {
        var points = 0
        /// Names of parameters that have another value already, which stays.
        var changed: [String] = []
    }

    /// - Parameter cursor: what the run was read up to before.
    /// - Throws: `conflict` where somebody else has read it further meanwhile.
    func keep(_ batch: ForeignBatch, in run: inout TrackedRun, after cursor: String) throws(MartletError) -> Kept {
        let root = "\(run.experiment)/\(run.id)/artifacts"
        let files = try FileKeeper(adopter: adopter, store: store, root: root).stored(batch.files)
        let before = run
        let (after, kept) = try adopter.database.write { session in
            guard try RunReader.tag(Adopter.cursorTag, of: before, in: session) == cursor else {
                throw MartletError(.conflict, "Another adoption is reading the run \(before.id). Wait for its end and start again.")
            }
            let kept = try put(batch, in: before, session)
            for file in files { try ArtifactTree.put(file.path, file.digest, size: file.size, at: adopter.clock.now(), in: session) }
            try adopter.log.update(before, status: batch.status, ended: batch.ended, name: batch.name, in: session)
            if batch.deletes { try adopter.log.delete(before, in: session) }
            return (try RunReader.run(before.id, in: session) ?? before, kept)
        }
        run = after
        return kept
    }

    private func put(_ batch: ForeignBatch, in run: TrackedRun, _ session: SQLSession) throws -> Kept {
        if let step = batch.restartedAt { try adopter.log.dropPoints(of: run, from: step, in: session) }
        var content = RunBatch(points: batch.points.map(storable), parameters: unique(batch.parameters.map(\.storable)))
        let conflicts = try adopter.log.log(RunBatch(parameters: content.parameters), to: run, in: session)
        content.parameters = []
        content.tags = batch.tags.map(\.storable).filter { $0.key != Adopter.originTag && $0.key != Adopter.cursorTag }
        content.tags.append(KeyValue(Adopter.cursorTag, batch.cursor))
        _ = try adopter.log.log(content, to: run, in: session)
        try adopter.log.log(batch.inputs, models: batch.models, to: run, in: session)
        return Kept(points: batch.points.count, changed: conflicts.map(\.key))
    }

    /// The point with a name that a database keeps.
    private func storable(_ point: MetricPoint) -> MetricPoint {
        guard point.name.utf8.contains(0) else { return point }
        var point = point
        point.name = point.name.replacing("\0", with: "\u{FFFD}")
        return point
    }

    /// The last value of each parameter.
    private func unique(_ parameters: [KeyValue]) -> [KeyValue] {
        var last: [String: KeyValue] = [:]
        for parameter in parameters { last[parameter.key] = parameter }
        return last.values.sorted { $0.key < $1.key }
    }
}
