internal import Data
internal import Database
internal import Experiments
internal import Ingestion
internal import LineageEvents
internal import Pipelines
internal import Planning
internal import Registry
internal import Support
internal import Tables

/// Says in OpenLineage's events what is recorded of the project's runs. An event holds the names and the figures of columns, never a value of a row.
struct RunEvents {
    let project: Project
    let plan: LineagePlan
    /// Of the program.
    let version: String

    var producer: String { "urn:martlet:\(version)" }

    /// The event that something happened to a run.
    /// - Throws: `notFound` for a run that was removed.
    func event(_ state: EventState, at moment: Timestamp, of id: RunID) throws(MartletError) -> LineageEvent {
        guard let run = try project.runs.run(id) else { throw MartletError(.notFound, "The run \(id) is not there any more.") }
        var event = LineageEvent(state, at: moment, run: id, job: job(run.step), producer: producer)
        event.runFacets = runFacets(run, state)
        event.jobFacets = jobFacets(run)
        guard run.step != "pipeline" else { return event }
        let made = state == .complete || state == .fail ? try datasets(of: id, "made_by", "kept") : []
        event.inputs = try inputs(of: run, state, made: made)
        event.outputs =
            state == .complete ? try outputs(of: run, made: made) : try made.map { (dataset) throws(MartletError) in try output(dataset, id) }
        var verdicts: [EventVerdict] = []
        for dataset in made { verdicts += try self.verdicts(on: dataset) }
        if !verdicts.isEmpty { event.runFacets.append(.tests(verdicts)) }
        return event
    }

    /// The events of a run that is over, or its first where it is not.
    func events(of run: Run) throws(MartletError) -> [LineageEvent] {
        var events = [try event(.start, at: run.started, of: run.id)]
        if let end = RunEvents.state(run.status), let ended = run.ended { events.append(try event(end, at: ended, of: run.id)) }
        return events
    }

    /// What the end of a run is called; nil for one that is not over.
    static func state(_ status: Run.Status) -> EventState? {
        switch status {
        case .running, .scheduled: nil
        case .finished: .complete
        case .failed: .fail
        case .killed, .interrupted: .abort
        }
    }

    func job(_ step: String) -> EventJob {
        EventJob(namespace: plan.namespace, name: step == "pipeline" ? project.file.project : "\(project.file.project).\(step)")
    }

    // MARK: Runs and jobs

    private func runFacets(_ run: Run, _ state: EventState) -> [EventFacet] {
        var facets: [EventFacet] = [.processingEngine("Martlet", version: version)]
        if let parent = run.parent { facets.append(.parent(parent, job("pipeline"))) }
        // What an error says may hold a value of a row, which is nobody's business elsewhere.
        if state == .fail, run.error != nil { facets.append(.error("It failed. “martlet show run:\(run.id)” tells why.")) }
        let parameters = run.parameters["parameters"].members.map { (key: $0.key, value: $0.value.text ?? $0.value.compact) }
        if !parameters.isEmpty { facets.append(.parameters(parameters)) }
        return facets
    }

    private func jobFacets(_ run: Run) -> [EventFacet] {
        var facets: [EventFacet] = [.jobType(run.step == "pipeline" ? "JOB" : "TASK")]
        if let command = run.parameters["command"].text { facets.append(.sourceCode(command, language: "shell")) }
        let people = project.file.charter.people.map { (name: $0.1, type: $0.0) }
        if run.step == "pipeline", !people.isEmpty { facets.append(.jobOwners(people)) }
        if let code = run.code, let url = GitFolder.remote(of: project.root) {
            facets.append(.git(url: url, commit: code.commit, branch: code.branch))
        }
        if run.step == "data", let (query, dialect) = queries().first { facets.append(.sql(query, dialect: dialect)) }
        return facets
    }

    /// The queries of the sources that the data is read from.
    private func queries() -> [(String, String)] {
        let read = project.file.data.source.train + project.file.data.source.test
        return project.file.data.sources.filter { read.contains($0.reference) }.compactMap { source -> (String, String)? in
            switch source.place {
            case .postgres(let place): return (place.query, "postgres")
            case .sqlite(let place): return (place.query, "sqlite")
            default: return nil
            }
        }
    }

    // MARK: What is read and written

    private func inputs(of run: Run, _ state: EventState, made: [DatasetVersion]) throws(MartletError) -> [EventDataset] {
        if run.step == "data" { return sourceInputs(run, made.first) }
        var inputs = try datasets(of: run.id, "read").map { (dataset) throws(MartletError) in try input(dataset) }
        let steps = project.file.pipeline
        if run.step == "gate", state != .start { for version in try versions(judgedIn: run.id) { inputs += try trainedOn(version) } }
        if run.step == "compare" || run.step == "gate" { inputs += steps.filter(isCandidate).map { EventDataset(candidate($0.id)) } }
        guard let step = steps.first(where: { $0.id == run.step }) else { return inputs }
        inputs += step.dependencies.map { EventDataset(.file(project.path($0))) }
        return inputs
    }

    private func outputs(of run: Run, made: [DatasetVersion]) throws(MartletError) -> [EventDataset] {
        var outputs = try made.map { (dataset) throws(MartletError) in try output(dataset, run.id) }
        for version in try versions(judgedIn: run.id) { outputs.append(model(version)) }
        guard let step = project.file.pipeline.first(where: { $0.id == run.step }) else { return outputs }
        if isCandidate(step) { outputs.append(EventDataset(candidate(step.id), facets: [.version(run.id.rawValue)])) }
        return outputs + step.outputs.map { EventDataset(.file(project.path($0))) }
    }

    private func trainedOn(_ version: ModelVersion) throws(MartletError) -> [EventDataset] {
        guard let reference = Reference(version.dataset), let number = reference.version,
            let dataset = try? project.datasets.version(reference.name, number)
        else { return [] }
        return [try input(dataset)]
    }

    /// Whether a step leaves a model for the comparison.
    private func isCandidate(_ step: StepDefinition) -> Bool {
        if case .builtIn = step.action { return true }
        return step.outputs.contains { $0.hasSuffix(".onnx") }
    }

    private func candidate(_ step: String) -> DatasetName { DatasetName(plan.namespace, "candidate:\(project.file.project).\(step)") }

    private func model(_ version: ModelVersion) -> EventDataset {
        let columns = version.details.signature.inputs.map { (name: $0.name, type: $0.kind.rawValue) }
        return EventDataset(
            DatasetName(plan.namespace, "model:\(version.model)"),
            facets: [.version("v\(version.version)"), .columns(columns), .lifecycle(version.version == 1 ? "CREATE" : "OVERWRITE")],
            ownFacets: [.outputStatistics(rows: 1, bytes: version.details.size, files: 1)])
    }

    /// The versions of datasets at the other end of the arrows to or from a run.
    private func datasets(of run: RunID, _ relations: String...) throws(MartletError) -> [DatasetVersion] {
        let edges = try project.database.read { try RunArrows.around(run, in: $0) }
        var found: [DatasetVersion] = []
        for edge in edges where relations.contains(edge.relation) {
            guard let reference = Reference(edge.other), reference.kind == .dataset, let number = reference.version else { continue }
            if let version = try? project.datasets.version(reference.name, number), !found.contains(version) { found.append(version) }
        }
        return found
    }

    private func versions(judgedIn run: RunID) throws(MartletError) -> [ModelVersion] {
        let edges = try project.database.read { try RunArrows.around(run, in: $0) }
        return edges.filter { $0.relation == "judged_in" }.compactMap { edge in
            Reference(edge.other).flatMap { try? project.models.version($0.name, $0.selector) }
        }
    }
}

/// The arrows of the lineage at a run.
private enum RunArrows {
    static func around(_ run: RunID, in session: SQLSession) throws -> [(relation: String, other: String)] {
        let ref = SQLValue("run:\(run)")
        let rows = try session.rows(
            """
            SELECT relation, target AS other FROM edge WHERE source = ? UNION ALL SELECT relation, source AS other FROM edge WHERE target = ?
            ORDER BY relation, other LIMIT 1000
            """, [ref, ref])
        return rows.map { ($0.text("relation") ?? "", $0.text("other") ?? "") }
    }
}
