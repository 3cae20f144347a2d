internal import Data
internal import Digests
internal import DuckDB
internal import Exploration
internal import Foundation
internal import Objects
internal import Pipelines
internal import Planning
internal import Quality
internal import Statistics
internal import Support
internal import Tables

/// Source to dataset version: read, clean, check expectations, profile, split, store.
struct DataStep: Sendable {
    private let session: RunSession
    private var project: Project { session.project }

    init(_ session: RunSession) throws(MartletError) { self.session = session }

    func prepared() -> PreparedStep {
        PreparedStep(
            id: "data", needs: [], inputs: { () throws(MartletError) in try inputs() }, isIntact: { isIntact($0) },
            execute: { context throws(MartletError) in try execute(context) })
    }

    private func inputs() throws(MartletError) -> JSONValue {
        let file = project.file
        var sources: JSONValue = .object([])
        let plan = try project.dataPlan()
        for source in try SourceFile.resolve(
            plan.reads, in: project.root, fetched: plan.fetched, place: plan.places["source"])
        {
            sources[source.name] = .string(try project.files.digest(source.path).rawValue)
        }
        if case .file(let header) = file.data.source.header { sources[header] = .string(try project.files.digest(project.path(header)).rawValue) }
        return [
            "version": 1, "plan": .string(Digest(of: try JSONText.value(file.data).compact).rawValue), "target": .string(file.charter.target),
            "problem": .string(file.charter.problem.rawValue),
            "sources": sources,
        ]
    }

    private func isIntact(_ output: JSONValue) -> Bool {
        guard let ref = output["dataset"].text.flatMap({ Reference($0) }), let version = try? project.datasets.version(ref.name, ref.version) else {
            return false
        }
        return version.details.parts.allSatisfy { project.objects.contains($0.digest) }
    }

    private func execute(_ context: StepContext) throws(MartletError) -> JSONValue {
        let engine = try session.duckDB()
        context.progress("reading the source", nil)
        let folder = project.objects.temporaryPath()
        try makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let preparation = Preparation(
            plan: try project.dataPlan(), target: project.file.charter.target, problem: project.file.charter.problem, engine: engine,
            directory: project.root, memory: Project.memory)
        defer { preparation.close() }
        let prepared = try preparation.prepare(into: folder)
        context.progress("checking expectations", nil)
        let validation = try Validation(
            engine: engine, relation: prepared.view, columns: prepared.columns.map { TypedColumn($0.name, $0.kind) }
        ).validate(project.file.data.expectations, rejects: RejectedRows(path: "\(folder)/unmet.parquet", keepsValues: false))
        let anomalies = try anomalies(of: prepared, engine)
        context.progress("profiling columns", nil)
        let profile = try Profile.make(relation: prepared.view, columns: prepared.columns.map { ($0.name, $0.kind) }, engine: engine)
        let version = try project.datasets.add(project.file.project, details(prepared, validation, anomalies, profile, engine), run: context.run)
        if let failure = validation.failures(.critical).first {
            throw MartletError(
                .invalidInput, "A critical expectation does not hold: \(failure.sentence) The data is kept as \(version.reference) for a look.")
        }
        if let anomaly = anomalies?.sentences.first, project.file.data.schema?.severity == .critical {
            throw MartletError(.invalidInput, "The schema does not hold: \(anomaly) The data is kept as \(version.reference) for a look.")
        }
        return [
            "dataset": .string(version.reference.description), "notes": JSONValue(version.details.notes), "digest": .string(version.digest.rawValue),
            "rows": JSONValue(version.rows),
        ]
    }

    /// What is wrong by the schema, compared with the version before; nil where there is no schema.
    private func anomalies(of prepared: PreparedData, _ engine: DuckDB) throws(MartletError) -> AnomalyReport? {
        guard let plan = project.file.data.schema else { return nil }
        var before: JudgedTable?
        if let last = try lastAccepted(plan) {
            // A test file of its own is no part of what is judged here.
            let parts = last.details.judgedParts(settingsNameTestFile: !project.file.data.source.test.isEmpty)
            before = try JudgedTable(
                last.reference.description, relation: project.relation(of: parts),
                columns: last.details.columns.map { TypedColumn($0.name, $0.kind) }, engine: engine,
                judgedRows: judgedRows(of: last))
        }
        let rows = try JudgedTable(
            "the rows", relation: prepared.view, columns: prepared.columns.map { TypedColumn($0.name, $0.kind) }, engine: engine)
        return try SchemaValidator(plan.schema, environment: plan.environment, previous: before, previousVersion: before).anomalies(of: rows)
    }

    /// How many rows of a version were judged, those without a target included, which no part has; nil where that is not known any more.
    private func judgedRows(of version: DatasetVersion) throws(MartletError) -> Int? {
        guard project.objects.contains(version.details.profile) else { return nil }
        return try JSONValue(parsing: project.objects.bytes(version.details.profile))["rows"].int
    }

    /// The newest version whose rows are there; where anomalies end a run, one that has none: what was refused is not what the next is held against.
    private func lastAccepted(_ plan: SchemaPlan) throws(MartletError) -> DatasetVersion? {
        for version in try project.datasets.versions(of: project.file.project).reversed() {
            guard version.details.parts.allSatisfy({ project.objects.contains($0.digest) }) else { continue }
            guard plan.severity == .critical, project.objects.contains(version.details.validation) else { return version }
            let judgement = try JSONValue(parsing: project.objects.bytes(version.details.validation))
            if judgement["anomalies"]["anomaly_info"].members.isEmpty, judgement["anomalies"]["dataset_anomaly_info"].isNull { return version }
        }
        return nil
    }

    /// Keeps which rows do not meet an expectation, by their numbers in the parts.
    private func unmet(_ validation: ValidationReport, _ prepared: PreparedData, _ engine: DuckDB) throws(MartletError) -> DatasetVersion.UnmetRows? {
        guard let rows = validation.rejectedRows, rows > 0,
            let folder = prepared.parts.first.map({ URL(filePath: $0.path).deletingLastPathComponent() })
        else { return nil }
        let (found, kept) = (
            folder.appending(path: "unmet.parquet").path(percentEncoded: false),
            folder.appending(path: "unmet-numbers.parquet").path(percentEncoded: false)
        )
        let select = """
            SELECT n.number AS \(PreparedData.rowColumn), r.martlet_reason FROM read_parquet(\(SQL.text(found))) r
            JOIN \(prepared.numbers) n ON n.place = r.martlet_row ORDER BY n.number
            """
        try engine.execute("COPY (\(select)) TO \(SQL.text(kept)) (FORMAT parquet, COMPRESSION zstd)")
        return DatasetVersion.UnmetRows(digest: try project.objects.adopt(file: kept), rows: rows)
    }

    private func details(
        _ prepared: PreparedData, _ validation: ValidationReport, _ anomalies: AnomalyReport?, _ profile: ProfileReport, _ engine: DuckDB
    ) throws(MartletError) -> DatasetVersion.Details {
        // The view reads the parts where they were written.
        let unmet = try unmet(validation, prepared, engine)
        var judgement = validation.json
        if let anomalies { judgement["anomalies"] = anomalies.json }
        var parts: [DatasetVersion.Part] = []
        for part in prepared.parts {
            parts.append(DatasetVersion.Part(split: part.split, digest: try project.objects.adopt(file: part.path), rows: part.rows))
        }
        var sources: [DatasetVersion.SourceFile] = []
        for file in prepared.files {
            sources.append(DatasetVersion.SourceFile(path: file.name, size: file.size, digest: try project.files.digest(file.path)))
        }
        var details = DatasetVersion.Details(
            parts: parts, columns: prepared.columns, raw: prepared.raw, sources: sources, rules: try JSONText.value(prepared.rules),
            rejectedRows: prepared.rejectedCount, rowsWithoutTarget: prepared.rowsWithoutTarget, expectationsPassed: validation.passed,
            expectationsFailed: validation.failed, validation: try store(judgement), profile: try store(profile.json),
            rejects: try store(JSONText.value(prepared.rejected)),
            notes: prepared.notes + validation.results.filter { !$0.success }.map(\.sentence) + (anomalies?.sentences ?? []),
            cleaning: prepared.cleaning, unmet: unmet)
        details.tableRules = prepared.tableRules.map {
            TableRuleAccount(
                rule: $0.rule.word, columns: $0.rule.columns, rowsBefore: $0.rowsBefore, rowsAfter: $0.rowsAfter, unmatched: $0.unmatched,
                added: $0.added)
        }
        details.hasTestFile = !project.file.data.source.test.isEmpty
        if let part = prepared.leftOut {
            details.leftOut = DatasetVersion.Part(split: part.split, digest: try project.objects.adopt(file: part.path), rows: part.rows)
        }
        return details
    }

    private func store(_ value: JSONValue) throws(MartletError) -> Digest { try project.objects.put(Array(value.pretty.utf8)) }
}

/// Values that code themselves, as JSON values and back.
enum JSONText {
    static func value(_ value: some Encodable) throws(MartletError) -> JSONValue {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return try JSONValue(parsing: Array(try encoder.encode(value)))
        } catch { throw MartletError(.defect, "A value could not be written as JSON.", cause: "\(error)") }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws(MartletError) -> Value {
        do { return try JSONDecoder().decode(type, from: Data(value.compact.utf8)) } catch {
            throw MartletError(.corrupted, "A stored value cannot be read; it may come from another version.", cause: "\(error)")
        }
    }
}
