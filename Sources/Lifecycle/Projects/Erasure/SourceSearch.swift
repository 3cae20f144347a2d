internal import Data
internal import DuckDB
internal import Foundation
internal import Ingestion
internal import Monitoring
internal import Objects
internal import Support
internal import Tables

/// Looks for a person in the files that are the user's own: what `data.source` and `monitoring.labels` read. They are never edited.
struct SourceSearch {
    /// What was seen in them.
    struct Answer {
        var sources: [ErasureReport.Source] = []
        /// Sentences on files that could not be read.
        var unread: [String] = []
    }

    let project: Project
    let subject: Subject
    let engine: DuckDB

    func look() throws(MartletError) -> Answer {
        var answer = Answer()
        guard let plan = try? project.dataPlan() else { return answer }
        // What came of sources with names is kept by Martlet, which takes rows out of it itself.
        for pattern in plan.source.train + plan.source.test where !pattern.hasPrefix(NamedSource.prefix) { look(pattern, plan, &answer) }
        let joined = DataPlan(source: SourcePlan(train: []))
        for pattern in plan.joins where !pattern.hasPrefix(NamedSource.prefix) { look(pattern, joined, &answer) }
        guard let labels = project.file.monitoring.labels?.path, let source = try? SourceFile.resolve([labels], in: project.root) else {
            return answer
        }
        for file in source { look(file.path, DataPlan(source: SourcePlan(train: [file.path])), &answer) }
        return answer
    }

    /// Sentences on other files of the project's folder that hold the key as a word of its own. Hidden folders, backups and files beyond 64 MB are
    /// passed over.
    func others(besides known: Set<String>) -> [String] {
        guard let key = subject.key, key.utf8.count >= SourceSearch.shortest else { return [] }
        let wanted = Array(key.utf8)
        guard let files = FileManager.default.enumerator(atPath: project.root) else { return [] }
        var sentences: [String] = []
        while let name = files.nextObject() as? String {
            let path = "\(project.root)/\(name)"
            let isFolder = files.fileAttributes?[.type] as? FileAttributeType == .typeDirectory
            if (name as NSString).lastPathComponent.hasPrefix(".") || FileManager.default.fileExists(atPath: "\(path)/backup.json") {
                if isFolder { files.skipDescendants() }
                continue
            }
            guard !isFolder, !known.contains(name), let size = files.fileAttributes?[.size] as? Int, size <= 64 << 20 else { continue }
            guard let bytes = try? readWhole(path), bytes.holds(wanted, asWord: true) else { continue }
            sentences.append("\(name) holds the key, too. Martlet does not read it as data; whether it goes is yours to decide.")
        }
        return sentences.sorted()
    }

    /// Shorter keys are not looked for as words: they would be found everywhere.
    private static let shortest = 4

    private func look(_ pattern: String, _ plan: DataPlan, _ answer: inout Answer) {
        do throws(MartletError) {
            for file in try SourceFile.resolve([pattern], in: project.root, fetched: plan.fetched) {
                let lines = try lines(of: file, plan)
                if !lines.isEmpty { answer.sources.append(ErasureReport.Source(file: file.name, lines: lines)) }
            }
        } catch {
            if error.code != .notFound { answer.sources.append(ErasureReport.Source(file: pattern, lines: [])) }
            answer.unread.append("\(pattern) could not be read, so that it is not known whether it holds the subject: \(error.message)")
        }
    }

    /// The lines whose key is the person's, from 1. Where rows and lines are not one to one, as with line breaks inside of quotes, a row's line is
    /// found by its text.
    private func lines(of file: SourceFile, _ plan: DataPlan) throws(MartletError) -> [Int] {
        var plan = plan
        plan.source.train = [file.path]
        plan.source.test = []
        return try rows(of: file, plan)?.lines ?? []
    }

    /// The same, and whether each row is exactly one line of a text that can be cut; nil where the file has no column that names people.
    /// - Parameter plan: reads this file alone.
    func rows(of file: SourceFile, _ plan: DataPlan) throws(MartletError) -> (lines: [Int], areExact: Bool)? {
        let read = try SourceReader(engine: engine, plan: plan, directory: project.root).read(train: "martlet_erasure")
        let columns = SubjectSearch.keyColumns(of: nil, in: project).filter { name in read.format.fields.contains { $0.name == name } }
        guard !columns.isEmpty else { return nil }
        let names = columns.map { DuckDB.quote(identifier: $0) }.joined(separator: ", ")
        let table = try engine.query("SELECT \(names) FROM martlet_erasure ORDER BY rowid")
        try engine.execute("DROP TABLE martlet_erasure")
        let match = KeyMatch(subject, in: project)
        let keys = (0..<table.rowCount).map { row in
            table.columns.lazy.compactMap { column in column.category(row).flatMap { match.fits(column.name, $0) ? $0 : nil } }.first
        }
        let rows = keys.indices.filter { keys[$0] != nil }
        guard !rows.isEmpty, read.format.layout != .parquet else { return (rows.map { $0 + 1 }, false) }
        let header = read.format.hasHeader ? 1 : 0
        let found = lines(rows.compactMap { row in keys[row].map { (row, $0) } }, in: file, header: header)
        return (found, found == rows.map { $0 + 1 + header } && SourceSearch.lineCount(of: file) == table.rowCount + header)
    }

    /// The lines of a text, without an empty one at its end; nil for what is no text.
    private static func lineCount(of file: SourceFile) -> Int? {
        guard let text = try? String(contentsOfFile: file.path, encoding: .utf8), !text.utf8.contains(0) else { return nil }
        return text.utf8.count { $0 == 0x0A } + (text.utf8.last == 0x0A || text.isEmpty ? 0 : 1)
    }

    private func lines(_ rows: [(row: Int, key: String)], in file: SourceFile, header: Int) -> [Int] {
        let text = (try? String(contentsOfFile: file.path, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        func holds(_ line: Int, _ key: String) -> Bool { lines.indices.contains(line - 1) && lines[line - 1].contains(key) }
        return rows.map { row, key in
            let straight = row + 1 + header
            if holds(straight, key) { return straight }
            return lines.indices.first { $0 + 1 > straight && holds($0 + 1, key) }.map { $0 + 1 } ?? straight
        }
    }
}
