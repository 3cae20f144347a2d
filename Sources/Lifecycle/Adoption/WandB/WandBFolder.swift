internal import Experiments
import Foundation
package import Support

/// A folder in which W&B has kept runs, offline or not: `wandb` with a folder for each run, or one of these.
package final class WandBFolder: ForeignStore {
    /// The folders of one run: it has several where it was resumed.
    private struct Found {
        var run: WandBRun
        var started: Timestamp
        var files: [String]
    }

    private let root: String
    private let experiment: String?
    private let follows: Bool
    private var found: [String: Found] = [:]
    /// The projects, which become experiments.
    private var projects: [String] = []
    package private(set) var leftOut: [String: Int] = [:]

    private static let batchWeight = 2 << 20

    /// - Parameters:
    ///   - experiment: what its runs are put into; each run's project where it is nil.
    ///   - follows: whether runs without an end may still be going on.
    /// - Throws: `notFound`, `invalidInput` for a folder without runs.
    package init(_ path: String, experiment: String? = nil, follows: Bool = false) throws(MartletError) {
        root = path
        self.experiment = experiment
        self.follows = follows
        guard FolderFiles.exists(path) else { throw MartletError(.notFound, "There is no folder \(path).") }
        guard follows || !WandBFolder.logs(in: path).isEmpty else {
            throw MartletError(
                .invalidInput, "\(path) holds no .wandb file, nor do the folders in it. Name the folder “wandb” that lies beside the program.")
        }
    }

    package func origin(of run: ForeignRun) -> String { "wandb/\(found[run.place]?.run.project ?? "")" }

    /// Looks for runs anew: those that have begun since are among them.
    package func experiments() throws(MartletError) -> [ForeignExperiment] {
        found = [:]
        for path in WandBFolder.logs(in: root) {
            guard let run = try head(of: path), !run.id.isEmpty else {
                leftOut["\(path), which does not say of which run it is"] = 1
                continue
            }
            let key = "\(run.project)/\(run.id)"
            let started = run.started ?? Timestamp(microseconds: 0)
            found[key, default: Found(run: run, started: started, files: [])].files.append(path)
        }
        let names = Set(found.values.map { name(of: $0.run) })
        projects += names.subtracting(projects).sorted()
        return projects.map { ForeignExperiment(name: $0) }
    }

    private func name(of run: WandBRun) -> String { experiment ?? (run.project.isEmpty ? "uncategorized" : run.project) }

    package func eachRun(_ visit: (ForeignRun) throws(MartletError) -> Void) throws(MartletError) {
        for (key, one) in found.sorted(by: { ($0.value.started, $0.key) < ($1.value.started, $1.key) }) {
            guard let place = projects.firstIndex(of: name(of: one.run)) else { continue }
            try visit(
                ForeignRun(
                    id: RunID(one.run.id), place: key, experiment: place, name: one.run.name.isEmpty ? one.run.id : one.run.name, status: .running,
                    started: one.started))
        }
    }

    // MARK: - One run

    package func isRead(_ run: ForeignRun, upTo text: String) -> Bool {
        let cursor = FileCursor(text)
        guard let one = found[run.place], follows || cursor.notes["ended"] == true else { return false }
        guard one.files.allSatisfy({ cursor.files[name(of: $0)]?.size == FileWindow.size(of: $0) }) else { return false }
        return cursor.notes["ended"] != true || one.files.allSatisfy { pending(beside: $0, cursor).isEmpty }
    }

    package func read(
        _ run: ForeignRun, after text: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        guard let one = found[run.place] else { return }
        var cursor = FileCursor(text)
        let isEnded = cursor.notes["ended"]
        var scribe = WandBScribe(started: one.started, notes: cursor.notes)
        for path in one.files {
            let (key, size) = (name(of: path), FileWindow.size(of: path) ?? 0)
            if cursor.files[key]?.size == size { continue }
            let begin = cursor.files[key]?.offset ?? 0
            var log = try BlockLog(FileWindow(path), from: begin <= size ? begin : 0)
            while try log.next({ (bytes) throws(MartletError) in try scribe.take(bytes) }) {
                guard scribe.batch.weight > WandBFolder.batchWeight else { continue }
                cursor.files[key] = FileCursor.Position(offset: log.offset, size: -1)
                cursor.notes = scribe.notes
                cursor.notes["ended"] = isEnded
                try keep(batch(&scribe, cursor))
            }
            cursor.files[key] = FileCursor.Position(offset: log.offset, size: size)
            if let damage = log.damage { leftOut["the rest of \(path), because \(damage)"] = 1 }
        }
        try finish(one, &scribe, &cursor, keep)
        leftOut.merge(scribe.leftOut, uniquingKeysWith: +)
    }

    private func batch(_ scribe: inout WandBScribe, _ cursor: FileCursor) -> ForeignBatch {
        var batch = scribe.takeBatch()
        batch.cursor = cursor.text
        return batch
    }

    /// What comes behind the last record: where the run has ended, or nobody follows it, also its summary and its files.
    private func finish(
        _ one: Found, _ scribe: inout WandBScribe, _ cursor: inout FileCursor, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        let ends = scribe.exitCode != nil || !follows
        if ends { scribe.addSummary() }
        cursor.notes = scribe.notes
        try keep(batch(&scribe, cursor))
        guard ends else { return }
        for path in one.files {
            let pending = pending(beside: path, cursor)
            for start in stride(from: 0, to: pending.count, by: RunArtifacts.atOnce) {
                var batch = ForeignBatch()
                for entry in pending[start..<min(start + RunArtifacts.atOnce, pending.count)] {
                    batch.files.append(ForeignFile(entry.path, .file("\(filesFolder(beside: path))/\(entry.path)")))
                    cursor.files["\(name(of: path))/\(entry.path)"] = WandBFolder.position(entry)
                }
                batch.cursor = cursor.text
                try keep(batch)
            }
        }
        cursor.notes["ended"] = .bool(true)
        var last = ForeignBatch()
        last.status = scribe.exitCode.map { $0 == 0 ? .finished : .failed } ?? .interrupted
        (last.ended, last.cursor) = (scribe.newest, cursor.text)
        try keep(last)
    }

    // MARK: - Files

    /// The files of a run that have not been taken over as they are now.
    private func pending(beside path: String, _ cursor: FileCursor) -> [FolderFiles.Entry] {
        FolderFiles(filesFolder(beside: path)).entries.filter { cursor.files["\(name(of: path))/\($0.path)"] != WandBFolder.position($0) }
    }

    private static func position(_ entry: FolderFiles.Entry) -> FileCursor.Position {
        FileCursor.Position(offset: Int(exactly: (entry.modified * 1000).rounded()) ?? 0, size: entry.size)
    }

    private func filesFolder(beside path: String) -> String { "\((path as NSString).deletingLastPathComponent)/files" }

    /// A file by the folder that it lies in, whose name holds the time.
    private func name(of path: String) -> String { ((path as NSString).deletingLastPathComponent as NSString).lastPathComponent }

    /// The `.wandb` files of a folder, of those in it, and of those in these; links are passed over (`latest-run` is one).
    private static func logs(in path: String, depth: Int = 2) -> [String] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        let logs = names.filter { $0.hasSuffix(".wandb") }.map { "\(path)/\($0)" }
        guard depth > 0 else { return logs }
        let folders = names.map { "\(path)/\($0)" }.filter {
            FolderFiles.exists($0) && (try? FileManager.default.destinationOfSymbolicLink(atPath: $0)) == nil
        }
        return logs + folders.flatMap { WandBFolder.logs(in: $0, depth: depth - 1) }
    }

    /// What a file says of its run, which is among its first records.
    private func head(of path: String) throws(MartletError) -> WandBRun? {
        guard var log = try? BlockLog(FileWindow(path), from: 0) else { return nil }
        var run: WandBRun?
        var count = 0
        let look = { (bytes: UnsafeRawBufferPointer) throws(MartletError) in
            var record = WireReader(bytes)
            var field = WireReader.Field()
            while try record.next(&field) { if field.number == 17 { run = try WandBRun(field.reader) } }
        }
        while run == nil, count < 100, (try? log.next(look)) == true { count += 1 }
        return run
    }
}
