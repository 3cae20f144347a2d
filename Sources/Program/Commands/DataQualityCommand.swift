import ArgumentParser
import Data
import Foundation
import Planning
import Projects
import Quality
import Support
import Tables

extension DataCommand {
    struct Validate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "validate", abstract: "Check expectations, or a schema, on a dataset version or a file.",
            discussion: """
                Without --suite and --schema the expectations are those of data.expect
                and the schema that of data.schema. A file is read as data.source
                says, where there is one, and without the rules of data.clean; a
                dataset version is checked as it was prepared.
                Exit code 1: a critical expectation or the schema does not hold.

                A schema is TensorFlow Data Validation's: text format or bytes. Its
                drift comparators compare with --previous (the version before, where
                a version is checked), its skew comparators with --serving.

                Examples:
                  martlet data validate
                  martlet data validate new.csv --rejects rejected.parquet
                  martlet data validate --suite suite.json orders.parquet --json
                  martlet data validate new.csv --schema schema.pbtxt --previous old.csv
                """)

        @Argument(help: "A file, or dataset:NAME@v3; the newest version where it is left out.", completion: .file())
        var rows: String?
        @Option(help: "A suite file of Great Expectations (JSON).", completion: .file())
        var suite: String?
        @Option(help: "Where the rows that do not meet an expectation go, with the reasons: a Parquet file.", completion: .file())
        var rejects: String?
        @Option(help: "A schema of TensorFlow Data Validation (text format or bytes).", completion: .file())
        var schema: String?
        @Option(help: "With a schema: the environment that the rows belong to.")
        var environment: String?
        @Option(help: "With a schema: a file or version that drift is measured against.", completion: .file())
        var previous: String?
        @Option(help: "With a schema: a file or version that skew is measured against.", completion: .file())
        var serving: String?
        @Option(
            help: "With a schema: where the anomalies go as TensorFlow Data Validation's message: text format for .pbtxt, else bytes.",
            completion: .file())
        var anomalies: String?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let source = QualitySource(rows: rows, options: options)
            let (expectations, plan) = try wanted(source)
            guard !expectations.isEmpty || plan != nil else {
                throw MartletError(
                    .usage,
                    "There is nothing to check: data.expect is empty. “martlet data propose” proposes expectations, with --schema a schema.")
            }
            let check = try source.check()
            let report = expectations.isEmpty ? nil : try check.validate(expectations, rejects: rejects)
            let found = try plan.map { try judge(check, by: $0, source) }
            show(report, found)
            guard report?.isUsable != false, found?.isEmpty != false || plan?.severity != .critical else { throw ExitCode(1) }
        }

        /// What the options name; without any, what the project says.
        private func wanted(_ source: QualitySource) throws -> ([Quality.Expectation], SchemaPlan?) {
            guard suite != nil || schema != nil else {
                let plan = try source.project().file.data
                return (plan.expectations, plan.schema)
            }
            var plan = schema.map(SchemaPlan.init)
            if let schema { plan?.schema = try QualitySource.schema(schema) }
            return (try suite.map { try QualitySource.suite($0).expectations } ?? [], plan)
        }

        private func judge(_ check: QualityCheck, by plan: SchemaPlan, _ source: QualitySource) throws -> AnomalyReport {
            let before = try previous.map { try QualitySource(rows: $0, options: options).check() } ?? source.before()
            let found = try check.anomalies(
                plan.schema, environment: environment ?? plan.environment, previous: before,
                serving: serving.map { try QualitySource(rows: $0, options: options).check() })
            if let anomalies {
                try QualitySource.write(anomalies.hasSuffix("txt") ? Array(found.text.utf8) : found.bytes, to: anomalies)
            }
            return found
        }

        private func show(_ report: ValidationReport?, _ found: AnomalyReport?) {
            let console = Console.standard
            if options.json {
                var json = report?.json ?? found?.json ?? nil
                if report != nil, let found { json["anomalies"] = found.json }
                console.json(json)
            } else {
                ((report?.lines ?? []) + (found?.lines ?? [])).forEach { console.line($0) }
            }
            guard let rejects, let count = report?.rejectedRows, !options.quiet else { return }
            console.note(count == 0 ? "No row is rejected." : "\(count == 1 ? "1 row is" : "\(count) rows are") rejected: \(rejects).")
        }
    }

    struct Rejects: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rejects", abstract: "Show the rows that could not be read, were left out by rules or do not meet an expectation.",
            discussion: """
                A file and the newest version are held against --suite or data.expect
                (critical and warning), a version that is named against the
                expectations that it was checked by.

                Examples:
                  martlet data rejects
                  martlet data rejects new.csv -o rejected.parquet
                """)

        @Argument(help: "A file, or dataset:NAME@v3; the newest version where it is left out.", completion: .file())
        var rows: String?
        @Option(help: "A suite file of Great Expectations (JSON).", completion: .file())
        var suite: String?
        @Option(name: .shortAndLong, help: "Where all rows that do not meet an expectation go: a Parquet file.", completion: .file())
        var output: String?
        @Option(help: "How many rows are shown.")
        var limit = 20
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let source = QualitySource(rows: rows, options: options)
            let check = try source.check()
            var expectations = try suite.map { try QualitySource.suite($0).expectations }
            // What is asked of the newest version is what the file says now; an older one keeps to what it was checked by.
            if expectations == nil, rows == nil || check.expectations == nil { expectations = try source.project().file.data.expectations }
            let found = try check.rejected(by: expectations, to: output, limit: limit)
            let leftOut = try check.rowsLeftOut(limit: limit)
            let console = Console.standard
            guard !options.json else {
                return console.json([
                    "rows": .string(check.name), "unreadable": .array(check.unreadable), "rejected": JSONValue(found.count),
                    "shown": .array(found.rows.objects),
                    "left_out": ["rows": JSONValue(leftOut.count), "shown": .array(leftOut.rows.objects)],
                ])
            }
            for row in check.unreadable.prefix(limit) {
                console.line("\(row["file"].text ?? ""):\(row["line"].int ?? 0): \(row["reason"].text ?? "")")
            }
            if leftOut.count > 0 {
                console.line("\(leftOut.count == 1 ? "1 row was" : "\(leftOut.count) rows were") left out by rules.")
                leftOut.rows.text.lines(indent: "").forEach { console.line($0) }
            }
            console.line("\(found.count == 1 ? "1 row does" : "\(found.count) rows do") not meet an expectation.")
            guard found.count > 0 else { return }
            found.rows.text.lines(indent: "").forEach { console.line($0) }
        }
    }

    struct Propose: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "propose", abstract: "Propose expectations, and columns that tell of people, from data.",
            discussion: """
                What is printed can be pasted below “data:” of martlet.yaml; --json
                prints a suite file of Great Expectations. Ranges are wider where
                earlier versions of the dataset were different. “pii” is proposed
                from values and names until you write it. Read it before you keep it.

                With --schema a schema of TensorFlow Data Validation is written, as its
                infer_schema would: in text format, for .pb as bytes.

                Examples:
                  martlet data propose orders.csv
                  martlet data propose --json > suite.json
                  martlet data propose orders.csv --schema schema.pbtxt
                """)

        @Argument(help: "A file, or dataset:NAME@v3; the newest version where it is left out.", completion: .file())
        var rows: String?
        @Option(help: "Where a schema goes, in place of expectations: text format, or bytes for .pb.", completion: .file())
        var schema: String?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let source = QualitySource(rows: rows, options: options)
            let check = try source.check()
            if let schema { return try write(check.proposeSchema(), to: schema) }
            let suite = try check.propose(earlier: source.earlier(), target: source.target)
            let console = Console.standard
            guard !options.json else {
                var json = suite.json
                json["meta"]["martlet"] = [
                    "personal_data": .array(try check.personalData().map(\.json)), "oddities": JSONValue(try check.oddities()),
                ]
                return console.json(json)
            }
            try check.oddities().forEach { console.line("# look at: \($0)") }
            console.line("data:")
            SuiteText.yaml(suite, personal: try check.personalData()).forEach { console.line($0) }
        }

        private func write(_ proposed: TableSchema, to path: String) throws {
            try QualitySource.write(path.hasSuffix(".pb") ? proposed.bytes : Array(proposed.text.utf8), to: path)
            let count = proposed.features.count
            Console.standard.line("\(count == 1 ? "1 column" : "\(count) columns") in \(path).")
        }
    }
}

extension Table {
    /// The rows as JSON objects.
    fileprivate var objects: [JSONValue] {
        (0..<rowCount).map { row in JSONValue.object(columns.map { JSONValue.Member($0.name, $0.json(row)) }) }
    }

    /// The rows below the names of their columns.
    fileprivate var text: TextTable {
        var table = TextTable(rows: [columns.map(\.name)])
        for row in 0..<rowCount { table.add(columns.map { $0.json(row) }.map { $0.text ?? ($0 == .null ? "" : $0.compact) }) }
        return table
    }
}

/// The rows that a command names: a file needs no project.
private struct QualitySource {
    let rows: String?
    let options: GlobalOptions

    private var isFile: Bool { rows.map { FileManager.default.fileExists(atPath: $0) } ?? false }
    private var hasProject: Bool { FileManager.default.fileExists(atPath: "\(options.folder)/\(ProjectFile.name)") }

    func project() throws -> Project { try options.open() }

    func check() throws -> QualityCheck {
        if let rows, isFile, !hasProject {
            return try QualityCheck(file: URL(fileURLWithPath: rows).standardizedFileURL.path, in: options.folder, engines: options.engines)
        }
        return try project().qualityCheck(rows)
    }

    func earlier() throws -> [QualityCheck] { isFile ? [] : try project().earlierChecks(rows) }

    /// The column that the project's model learns.
    var target: String? { hasProject ? (try? project())?.file.charter.target : nil }

    /// The version before the one that is checked; nil for a file.
    func before() throws -> QualityCheck? { isFile ? nil : try project().checkBefore(rows) }

    static func schema(_ path: String) throws -> TableSchema {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw MartletError(.notFound, "There is no file \(path).") }
        return try TableSchema(Array(bytes), file: path)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        do { try Foundation.Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw MartletError(.unavailable, "\(path) could not be written. Choose a place that you may write to.", cause: "\(error)")
        }
    }

    static func suite(_ path: String) throws -> ExpectationSuite {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw MartletError(.notFound, "There is no file \(path).") }
        return try ExpectationSuite(text: String(decoding: bytes, as: UTF8.self), file: path)
    }
}
