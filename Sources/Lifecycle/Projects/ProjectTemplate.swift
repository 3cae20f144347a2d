internal import Data
internal import DuckDB
package import EngineLibraries
internal import Foundation
internal import Objects
internal import Planning
internal import Statistics
package import Support
internal import Tables

/// Makes a project from a table: a complete, commented `martlet.yaml` that runs as it is, and the sentences on what was assumed.
package enum ProjectTemplate {
    /// What the user said.
    package struct Request: Sendable {
        package var folder: String
        /// Paths and globs of the training data.
        package var data: [String]
        package var target: String
        package var test: [String]
        /// The names of the columns, where the files do not hold them.
        package var columns: [String]
        package var delimiter: String?
        package var missing: [String]
        /// `utf-8`, `latin-1` or `utf-16`.
        package var encoding: String

        package init(
            folder: String, data: [String], target: String, test: [String] = [], columns: [String] = [], delimiter: String? = nil,
            missing: [String] = [], encoding: String = "utf-8"
        ) {
            self.folder = folder
            self.data = data
            self.target = target
            self.test = test
            self.columns = columns
            self.delimiter = delimiter
            self.missing = missing
            self.encoding = encoding
        }
    }

    /// What came of it.
    package struct Made: Sendable {
        package var path: String
        /// What stands in it.
        package var text: String
        /// What was assumed, what needs a person, and what may be wrong.
        package var sentences: [String]
        package var json: JSONValue
    }

    /// Looks at the data and writes the file.
    /// - Parameter rehearses: whether the file is left unwritten, for `--dry-run`.
    /// - Throws: `alreadyExists` where the folder has one that would have to be replaced; what reading the data throws.
    package static func make(_ request: Request, engines: EngineLocator, rehearses: Bool = false) throws(MartletError) -> Made {
        let path = path(in: request.folder)
        let present = try TrackingTemplate.present(in: request.folder, mayBeWhole: rehearses)
        if !rehearses { try makeFolder(request.folder) }
        var plan = DataPlan(source: source(request))
        let (inspection, read) = try inspect(request, plan, engines)
        adopt(inspection, into: &plan)
        let settings = SettingsText(
            project: present?.project ?? name(of: request.folder), model: present?.freeModel, target: request.target, request: request,
            inspection: inspection, plan: plan)
        let text = present.map { settings.added(to: $0.text) } ?? settings.text
        _ = try ProjectFile(yaml: text, file: ProjectFile.name)
        if !rehearses { try replaceFile(path, with: Array(text.utf8)) }
        return Made(path: path, text: text, sentences: (present?.sentences ?? []) + sentences(inspection, read), json: facts(path, inspection))
    }

    static func path(in folder: String) -> String { "\(folder)/\(ProjectFile.name)" }

    /// What looking at the data tells, without writing anything.
    package static func findings(_ request: Request, engines: EngineLocator) throws(MartletError) -> JSONValue {
        facts("", try inspect(request, DataPlan(source: source(request)), engines).inspection)
    }

    private static func inspect(
        _ request: Request, _ plan: DataPlan, _ engines: EngineLocator
    ) throws(MartletError) -> (inspection: SourceInspection, read: SourceRead) {
        let engine = try DuckDB(locator: engines)
        let read = try SourceReader(engine: engine, plan: plan, directory: request.folder).read()
        let inspection = try SourceInspection.make(
            train: DuckDB.quote(identifier: read.train.table), test: read.test.map { DuckDB.quote(identifier: $0.table) },
            columns: read.format.fields.map { (name: $0.name, kind: $0.kind) }, target: request.target, engine: engine)
        return (inspection, read.train)
    }

    private static func source(_ request: Request) -> SourcePlan {
        var source = SourcePlan(
            train: request.data.map { relative($0, to: request.folder) }, test: request.test.map { relative($0, to: request.folder) })
        source.names = request.columns
        if !request.columns.isEmpty { source.header = .detect }
        source.delimiter = request.delimiter
        source.missing = request.missing
        source.encoding = request.encoding
        return source
    }

    /// The path below the project where it lies there, so that the folder can be moved.
    private static func relative(_ path: String, to folder: String) -> String {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        return absolute.hasPrefix(folder + "/") ? String(absolute.dropFirst(folder.count + 1)) : absolute
    }

    private static func adopt(_ inspection: SourceInspection, into plan: inout DataPlan) {
        for marker in inspection.missingMarkers where !plan.source.missing.contains(marker) { plan.source.missing.append(marker) }
        plan.source.decimal = inspection.decimal
        plan.columns = inspection.columns.filter { !$0.use || $0.sensitive || $0.key || $0.weight || $0.kind != nil }
        plan.rules = inspection.rules
        plan.split = inspection.split
    }

    /// The project's name: the folder's, made to fit.
    static func name(of folder: String) -> String {
        let fitting = String(URL(fileURLWithPath: folder).lastPathComponent.map { ProjectFile.isName(String($0)) ? $0 : "-" }.prefix(64))
        return ProjectFile.isName(fitting) ? fitting : "project"
    }

    private static func sentences(_ inspection: SourceInspection, _ read: SourceRead) -> [String] {
        var sentences = inspection.findings.map { finding in
            let mark =
                switch finding.severity {
                case .assumed: "assumed"
                case .ask: "please say"
                case .warning: "look at"
                }
            return "\(mark): \(finding.sentence)"
        }
        if read.rejectedCount > 0 { sentences.append("look at: \(read.rejectedCount) rows could not be read; they are kept with line and reason.") }
        sentences += read.uneven.map { "assumed: \($0) mixes line ends; each ends a row, except within quotes." }
        let times = Dictionary(grouping: read.files, by: \.path).filter { $0.value.count > 1 }
        sentences += times.sorted { $0.key < $1.key }.map { "look at: \($1[0].name) is given \($1.count) times, so that its rows count as often." }
        return sentences
    }

    private static func facts(_ path: String, _ inspection: SourceInspection) -> JSONValue {
        [
            "file": .string(path), "problem": .string(inspection.problem.rawValue), "positive": JSONValue(inspection.positive),
            "rows": JSONValue(inspection.rowCount),
            "findings": .array(
                inspection.findings.map {
                    ["severity": .string($0.severity.rawValue), "column": JSONValue($0.column), "sentence": .string($0.sentence)]
                }),
        ]
    }
}
