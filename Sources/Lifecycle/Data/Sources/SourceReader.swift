package import DuckDB
package import Support
import Tables

/// What was read from the files of a source into a table of the engine.
package struct SourceRead: Sendable, Equatable {
    /// The table of the engine that holds the rows, typed; its `rowid` is the row's number.
    package var table: String
    package var files: [SourceFile]
    package var rows: Int
    /// Rows that could not be read: all of them counted, the first 1,000 kept.
    package var rejectedCount: Int
    package var rejected: [RejectedRow]
    /// Values that are not what a person said the column holds, now missing.
    package var unreadable: [UnreadableValues]
    /// The files whose lines end in more than one way; they were read as if all ended alike.
    package var uneven: [String]
}

/// Values of a column that were made missing because they are not of the kind that was asked for.
package struct UnreadableValues: Sendable, Equatable, Codable {
    package var column: String
    package var kind: String
    package var count: Int
    /// At most five of them.
    package var examples: [String]

    package init(column: String, kind: String, count: Int, examples: [String]) {
        self.column = column
        self.kind = kind
        self.count = count
        self.examples = examples
    }
}

/// Reads the files of a source: looks at them first, then reads with explicit settings, so that a row of another shape is an error or a kept
/// reject, and decides what columns mean by every value, not by a sample.
package struct SourceReader {
    let engine: DuckDB
    let plan: DataPlan
    let directory: String
    /// How many rows are read at most, the first of the files; nil reads all.
    var limit: Int?

    /// - Parameter directory: the folder that the plan's paths are relative to.
    package init(engine: DuckDB, plan: DataPlan, directory: String) {
        self.engine = engine
        self.plan = plan
        self.directory = directory
    }

    /// Reads the training files and, where there are any, the test files, with one format.
    /// - Parameters:
    ///   - train, test: the names of the engine's tables to make; tables of those names are replaced.
    /// - Throws: `invalidInput` with file, line and what to do; `notFound`.
    package func read(train: String = "source_train", test: String = "source_test") throws(MartletError) -> (
        format: SourceFormat, train: SourceRead, test: SourceRead?
    ) {
        try engine.execute(SourceReader.settings)
        let copies = EvenCopies(engine: engine, plan: plan.source)
        defer { copies.remove() }
        do { return try read(train, test, copies, unpacks: false) } catch  where SourceReader.showsMixedLineEnds(error) {}
        let unpacked = EvenCopies(engine: engine, plan: plan.source)
        defer { unpacked.remove() }
        do { return try read(train, test, unpacked, unpacks: true) } catch  where SourceReader.showsMixedLineEnds(error) {
            throw EvenCopies.refusal(try SourceFile.resolve(plan.source.train + plan.source.test, in: directory, fetched: plan.fetched), error)
        }
    }

    /// Whether the engine's text says that lines end in more than one way: it names no cause.
    private static func showsMixedLineEnds(_ error: MartletError) -> Bool { (error.cause ?? "").contains("state machine reached an invalid state") }

    private func read(
        _ train: String, _ test: String, _ copies: EvenCopies, unpacks: Bool
    ) throws(MartletError) -> (format: SourceFormat, train: SourceRead, test: SourceRead?) {
        let trainFiles = try files(plan.source.train, copies, unpacks)
        var format = try SourceProbe(engine: engine, plan: plan, directory: directory).format(of: trainFiles)
        // What takes the engine time that grows with the square of the columns.
        if format.fields.count > SourceProbe.wide { try engine.execute("SET disabled_optimizers = 'common_subexpressions'") }
        var first = try load(trainFiles, &format, into: train, copies)
        guard !plan.source.test.isEmpty else { return (format, first, nil) }
        let testFiles = try files(plan.source.test, copies, unpacks)
        var testFormat = try SourceProbe(engine: engine, plan: plan, directory: directory).format(of: testFiles, like: format)
        let second = try load(testFiles, &testFormat, into: test, copies)
        if testFormat.fields != format.fields {
            format.fields = testFormat.fields
            first = try load(trainFiles, &format, into: train, copies)
        }
        return (format, first, second)
    }

    private func files(_ patterns: [String], _ copies: EvenCopies, _ unpacks: Bool) throws(MartletError) -> [SourceFile] {
        var files: [SourceFile] = []
        for file in try SourceFile.resolve(patterns, in: directory, fetched: plan.fetched, place: plan.places["source"]) {
            try FileProbe(file).refuseForeignFormats(encoding: plan.source.encoding)
            files.append(try copies.readable(file, unpacks: unpacks))
        }
        return files
    }

    private func load(
        _ files: [SourceFile], _ format: inout SourceFormat, into table: String, _ copies: EvenCopies
    ) throws(MartletError) -> SourceRead {
        let unreadable = try fill(table, files, &format)
        let rows = try engine.query("SELECT count(*) AS n FROM \(SQL.name(table))").columns.first?.numbers?.first ?? 0
        var read = SourceRead(
            table: table, files: files.map(copies.original), rows: Int(rows), rejectedCount: 0, rejected: [], unreadable: unreadable,
            uneven: files.filter(copies.isCopy).map(\.name))
        if format.layout == .delimited {
            let rejects = SourceRejects(engine: engine, files: files, format: format, limit: plan.source.maximumRejected)
            (read.rejectedCount, read.rejected) = try rejects.collect(acceptedRows: read.rows)
        }
        guard read.rows > 0 else {
            let name = files.map(\.name).joined(separator: ", ")
            throw MartletError(.invalidInput, "\(name) has \(format.hasHeader ? "a header but no rows" : "no rows"). Give a file with rows.")
        }
        return read
    }

    /// Reads with the forms that a sample showed; where a value proves them wrong, looks at every value and reads again. Wide tables are looked at
    /// first.
    /// - Returns: what is missing now, as it is not what a person said.
    private func fill(_ table: String, _ files: [SourceFile], _ format: inout SourceFormat) throws(MartletError) -> [UnreadableValues] {
        let probe = SourceProbe(engine: engine, plan: plan, directory: directory)
        if probe.looksAtAll(files, format) {
            let marked = try probe.decideForms(files, &format, sample: nil)
            let unreadable = try findUnreadable(files, format)
            try create(table, SourceScan(files: files, format: format).known(marked: marked))
            return unreadable
        }
        do {
            try create(table, SourceScan(files: files, format: format).typed(strict: true))
            return []
        } catch let error
            where [SourceScan.mark, "Conversion Error", "Invalid Input Error: Could not parse"].contains(where: { (error.cause ?? "").contains($0) })
        {
            try probe.decideForms(files, &format, sample: nil)
            let unreadable = try findUnreadable(files, format)
            try create(table, SourceScan(files: files, format: format).typed(strict: false))
            return unreadable
        }
    }

    /// What every connection is told that reads or cleans.
    static let settings = "SET TimeZone = 'UTC'"

    private func create(_ table: String, _ select: String) throws(MartletError) {
        try engine.execute("DROP TABLE IF EXISTS \(SourceScan.rejects); DROP TABLE IF EXISTS \(SourceScan.rejectScans)")
        try engine.execute("CREATE OR REPLACE TABLE \(SQL.name(table)) AS \(select)\(limit.map { " LIMIT \($0)" } ?? "")")
    }

    /// Counts the values that do not fit the kinds that a person decided.
    private func findUnreadable(_ files: [SourceFile], _ format: SourceFormat) throws(MartletError) -> [UnreadableValues] {
        let scan = SourceScan(files: files, format: format)
        let fields = format.fields.filter { $0.isDecided && $0.form != .text && $0.storedType == nil && $0.forms.form != $0.form }
        var found: [UnreadableValues] = []
        for field in fields {
            let column = SQL.name(field.name)
            let wrong = "NOT (\(scan.isMissing(column, field.form))) AND NOT \(field.form.holds(column))"
            let answer = try engine.query("SELECT \(column) AS v, count(*) AS n FROM \(scan.raw()) WHERE \(wrong) GROUP BY 1 ORDER BY n DESC, v")
            let total = answer["n"]?.numbers?.reduce(0, +) ?? 0
            guard total > 0 else { continue }
            let examples = (0..<min(5, answer.rowCount)).compactMap { answer["v"]?.category($0) }
            found.append(UnreadableValues(column: field.name, kind: field.kind.rawValue, count: Int(total), examples: examples))
        }
        return found
    }
}
