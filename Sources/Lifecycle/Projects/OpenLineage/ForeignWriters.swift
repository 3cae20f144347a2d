package import Data
internal import Database
internal import Digests
internal import Lineage
package import LineageEvents
package import Support

extension Project {
    /// The runs of other tools that wrote what a version was read from, before it was.
    package func writers(of version: DatasetVersion) throws(MartletError) -> [(source: String, run: ForeignRun)] {
        var (found, seen) = ([(source: String, run: ForeignRun)](), Set<DatasetName>())
        for source in version.details.sources {
            for name in origins(of: source.path) where seen.insert(name).inserted {
                for run in try foreignLineage.writers(of: name.spellings, by: version.created, limit: 1) { found.append((source.path, run)) }
            }
        }
        return found
    }

    /// What stands behind a file that a version was read from, as OpenLineage names it.
    func origins(of path: String) -> [DatasetName] { namedSource(of: path).map { origins(of: $0) } ?? [.file(self.path(path))] }
}

extension Why {
    /// How many runs of other tools a chain goes back over at most.
    private static let mostRuns = 30

    /// Adds the jobs of other tools that wrote what the data was read from, and those that wrote what they read.
    /// - Parameter moment: what was heard later is not told; nil for the present.
    mutating func addWriters(of project: Project, until moment: Timestamp?) throws(MartletError) {
        var sought: [(ref: String, name: DatasetName, by: Timestamp)] = []
        for link in links where link.kind == "source" {
            guard let path = link.facts.first(where: { $0.name == "path" })?.value else { continue }
            let by = [link.at, moment].compactMap { $0 }.min() ?? project.clock.now()
            sought += project.origins(of: path).map { (link.ref, $0, by) }
        }
        var (known, count) = (Set(links.map(\.ref)), 0)
        while !sought.isEmpty, count < Why.mostRuns {
            let next = sought.removeFirst()
            for run in try project.foreignLineage.writers(of: next.name.spellings, by: next.by, limit: 1) {
                let ref = "job:\(run.job.namespace)/\(run.job.name)" + (run.run.map { "@\($0.prefix(12))" } ?? "")
                edges.append(LineageEdge(source: next.ref, relation: "written_by", target: ref))
                guard known.insert(ref).inserted else { continue }
                count += 1
                links.append(Why.link(run, ref, wrote: next.name))
                sought += run.inputs.map { (ref, $0, run.started ?? run.last) }
            }
        }
    }

    private static func link(_ run: ForeignRun, _ ref: String, wrote name: DatasetName) -> Why.Link {
        var facts: [(name: String, value: String)] = [("wrote", name.text), ("job", "\(run.job.namespace)/\(run.job.name)")]
        if let id = run.run { facts.append(("run", RunID(id).uuid)) }
        facts.append(("state", run.state.rawValue.lowercased()))
        if let started = run.started { facts.append(("started", started.description)) }
        if let parent = run.parent { facts.append(("part of", "\(parent.namespace)/\(parent.name)")) }
        if !run.inputs.isEmpty { facts.append(("read", run.inputs.prefix(10).map(\.text).joined(separator: ", "))) }
        facts.append(("told by", run.producer))
        return Why.Link(ref: ref, kind: "job", title: "Job \(run.job.name) of another tool", facts: facts, at: run.last)
    }
}
