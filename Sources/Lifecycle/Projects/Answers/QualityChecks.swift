package import Data
internal import DuckDB
package import EngineLibraries
internal import Exploration
internal import Foundation
internal import Objects
package import Quality
package import Support
package import Tables

/// Expectations checked on, and proposed for, rows that no run is about: a file as it is, or a dataset version again.
package struct QualityCheck {
    /// What is checked, for a person.
    package let name: String
    private let engine: DuckDB
    private let relation: String
    private let columns: [TypedColumn]
    /// Rows that could not be read, as JSON.
    package let unreadable: [JSONValue]
    /// The file of rows that rules left out of the version, and how many they are; nil where there is none.
    private let leftOut: (path: String, rows: Int)?
    /// The expectations that the version was checked by; nil for a file.
    package let expectations: [Expectation]?
    /// The rows that were kept with the version as not meeting them: where all go, and how many are answered. Nil where none were.
    private let kept: ((String?, Int) throws(MartletError) -> (count: Int, rows: Table)?)?

    /// The rows of a file of CSV, JSON lines or Parquet, without any rules.
    /// - Parameter source: how it is written, where a project says so.
    /// - Throws: `notFound`; `invalidInput` with file, line and what to do.
    package init(file path: String, like source: SourcePlan? = nil, in directory: String, engines: EngineLocator) throws(MartletError) {
        engine = try DuckDB(locator: engines)
        name = path
        expectations = nil
        leftOut = nil
        kept = nil
        if path.lowercased().hasSuffix(".parquet") {
            // Its types are its own: nothing has to be decided or copied.
            let place = path.hasPrefix("/") ? path : "\(directory)/\(path)"
            guard FileManager.default.fileExists(atPath: place) else { throw MartletError(.notFound, "There is no file \(path).") }
            relation = "read_parquet(\(SQL.text(place)))"
            columns = try engine.query("SELECT * FROM \(relation) LIMIT 0").columns.map { TypedColumn($0.name, $0.kind) }
            unreadable = []
            return
        }
        var own = source ?? SourcePlan(train: [])
        own.train = [path]
        own.test = []
        let read = try SourceReader(engine: engine, plan: DataPlan(source: own), directory: directory).read()
        relation = SQL.name(read.train.table)
        columns = read.format.fields.map { TypedColumn($0.name, $0.kind) }
        unreadable = try JSONText.value(read.train.rejected).elements
    }

    /// The rows of a dataset version, as they were prepared.
    init(_ version: DatasetVersion, in project: Project) throws(MartletError) {
        kept = { path, limit throws(MartletError) in try project.unmetRows(of: version, to: path, limit: limit) }
        engine = try project.openDuckDB()
        var files: [String] = []
        for part in version.details.parts { files.append(SQL.text(try project.objects.path(part.digest))) }
        name = version.reference.description
        relation = "(SELECT * EXCLUDE (\(PreparedData.rowColumn)) FROM read_parquet([\(files.joined(separator: ", "))]))"
        columns = version.details.columns.map { TypedColumn($0.name, $0.kind) }
        leftOut = try project.leftOut(of: version)
        unreadable = try JSONValue(parsing: project.objects.bytes(version.details.rejects)).elements
        let stored = try JSONValue(parsing: project.objects.bytes(version.details.validation))
        let suite: JSONValue = ["expectations": .array(stored["results"].elements.map { $0["expectation_config"] })]
        expectations = try ExpectationSuite(text: suite.compact, file: "the stored validation").expectations
    }

    /// How the expectations turn out.
    /// - Parameter rejects: where rows that were not expected are written, as Parquet.
    package func validate(_ expectations: [Expectation], rejects: String? = nil) throws(MartletError) -> ValidationReport {
        try Validation(engine: engine, relation: relation, columns: columns)
            .validate(expectations, rejects: rejects.map { RejectedRows(path: $0) })
    }

    /// The rows that do not meet an expectation, each once, with the reasons in `martlet_reason`. Of a version that is judged by its own expectations they
    /// are those that were kept with it.
    /// - Parameters:
    ///   - expectations: those of the version where nil; a file needs them.
    ///   - path: where all of them are written, as Parquet; nil keeps no file.
    ///   - limit: how many are answered.
    package func rejected(
        by expectations: [Expectation]? = nil, to path: String?, limit: Int
    ) throws(MartletError) -> (count: Int, rows: Table) {
        if expectations == nil || expectations == self.expectations, let kept = try kept?(path, limit) { return kept }
        let file = path ?? FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString).parquet").path(percentEncoded: false)
        defer { if path == nil { try? FileManager.default.removeItem(atPath: file) } }
        let report = try validate(expectations ?? self.expectations ?? [], rejects: file)
        let count = report.rejectedRows ?? 0
        guard count > 0 else { return (0, .empty) }
        let rows = try engine.query("SELECT * FROM read_parquet(\(SQL.text(file))) ORDER BY martlet_row LIMIT \(max(0, limit))")
        return (count, rows)
    }

    /// The rows that rules left out, with `martlet_rule`, `martlet_reason` and `martlet_place`, the place among the rows that the rule saw, from 1.
    /// - Returns: how many there are, and the first of them.
    package func rowsLeftOut(limit: Int) throws(MartletError) -> (count: Int, rows: Table) {
        guard let leftOut else { return (0, .empty) }
        return (leftOut.rows, try LeftOutRows.first(limit, of: leftOut.path, engine: engine))
    }

    /// The rows, as a schema judges them.
    func judgedTable() throws(MartletError) -> JudgedTable { try JudgedTable(name, relation: relation, columns: columns, engine: engine) }

    /// Expectations that the rows meet, and so did earlier versions.
    /// - Parameters:
    ///   - earlier: checks of earlier versions, the newest first.
    ///   - target: the column that a model learns.
    package func propose(earlier: [QualityCheck] = [], target: String? = nil) throws(MartletError) -> ExpectationSuite {
        var profiles = [try profile()]
        for check in earlier { profiles.append(try check.profile()) }
        return SuiteProposer(profiles, target: target).suite
    }

    private func profile() throws(MartletError) -> ProfileReport {
        try Profile.make(relation: relation, columns: columns.map { ($0.name, $0.kind) }, engine: engine)
    }

    /// The columns that seem to tell of people.
    package func personalData() throws(MartletError) -> [PersonalData.Proposal] {
        try PersonalData.proposals(relation: relation, columns: columns, engine: engine)
    }

    /// What looks odd, as sentences.
    package func oddities() throws(MartletError) -> [String] { try TableOddities.sentences(relation: relation, columns: columns, engine: engine) }
}

extension Project {
    /// The rows of a dataset version, the newest where none is named, or of a file.
    /// - Throws: `notFound` where it is neither.
    package func qualityCheck(_ text: String?) throws(MartletError) -> QualityCheck {
        if let text, FileManager.default.fileExists(atPath: text) {
            let path = URL(fileURLWithPath: text).standardizedFileURL.path
            return try QualityCheck(file: path, like: file.data.source, in: root, engines: engines)
        }
        return try QualityCheck(try dataset(text), in: self)
    }

    /// The versions before one, the newest first; none for a file.
    /// - Parameter most: how many at most.
    package func earlierChecks(_ text: String?, most: Int = 5) throws(MartletError) -> [QualityCheck] {
        if let text, FileManager.default.fileExists(atPath: text) { return [] }
        let newest = try dataset(text)
        var checks: [QualityCheck] = []
        for version in try datasets.versions(of: newest.name).filter({ $0.version < newest.version }).suffix(most).reversed() {
            // Versions whose rows are gone tell nothing any more.
            guard version.details.parts.allSatisfy({ objects.contains($0.digest) }) else { continue }
            checks.append(try QualityCheck(version, in: self))
        }
        return checks
    }

    /// The file of rows that rules left out of a version, and how many they are; nil where there are none, or they are gone.
    fileprivate func leftOut(of version: DatasetVersion) throws(MartletError) -> (path: String, rows: Int)? {
        guard let part = version.details.leftOut, objects.contains(part.digest) else { return nil }
        return (try objects.path(part.digest), part.rows)
    }

    /// The first rows that rules left out of a version, and how many there are; nil where they left none out.
    package func leftOutRows(of version: DatasetVersion, limit: Int) throws(MartletError) -> (count: Int, rows: Table)? {
        guard let found = try leftOut(of: version), found.rows > 0 else { return nil }
        return (found.rows, try LeftOutRows.first(limit, of: found.path, engine: openDuckDB()))
    }

    private func dataset(_ text: String?) throws(MartletError) -> DatasetVersion {
        let reference = try text.map { text throws(MartletError) in try resolve(text) } ?? Reference(.dataset, file.project)
        guard reference.kind == .dataset else {
            throw MartletError(.usage, "Only files and datasets are checked: rows.csv or dataset:\(file.project)@v1.")
        }
        return try datasets.version(reference.name, reference.version)
    }
}
