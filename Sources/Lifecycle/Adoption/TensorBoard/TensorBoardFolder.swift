import Digests
internal import Experiments
import Foundation
package import Support

/// A folder of TensorBoard's: each folder below it with event files is a run.
package final class TensorBoardFolder: ForeignStore {
    private let root: String
    private let experiment: String
    /// Whether runs may still be going on.
    private let follows: Bool
    package private(set) var leftOut: [String: Int] = [:]

    private static let batchWeight = 2 << 20

    /// - Parameters:
    ///   - experiment: what its runs are put into; the folder's name where it is nil.
    ///   - follows: whether its files are still being written, so that runs do not count as ended.
    /// - Throws: `notFound`.
    package init(_ path: String, experiment: String? = nil, follows: Bool = false) throws(MartletError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw MartletError(.notFound, "There is no folder \(path). Name the folder that TensorBoard is started with (--logdir).")
        }
        root = path
        self.experiment = experiment ?? (path as NSString).lastPathComponent
        self.follows = follows
    }

    package func origin(of _: ForeignRun) -> String { "tensorboard" }

    package func experiments() -> [ForeignExperiment] { [ForeignExperiment(name: experiment)] }

    package func eachRun(_ visit: (ForeignRun) throws(MartletError) -> Void) throws(MartletError) {
        for (folder, files) in eventFiles().sorted(by: { $0.key < $1.key }) {
            guard let first = files.first, let started = try firstTime("\(path(of: folder))/\(first)") else { continue }
            let id = Digest(of: "tensorboard\n\(folder)\n\(first)").rawValue.prefix(32)
            try visit(
                ForeignRun(
                    id: RunID(String(id)), place: folder, experiment: 0, name: folder.isEmpty ? (root as NSString).lastPathComponent : folder,
                    status: .running, started: started))
        }
    }

    package func isRead(_ run: ForeignRun, upTo text: String) -> Bool {
        let cursor = FileCursor(text)
        return (follows || cursor.notes["ended"] == true)
            && files(of: run).allSatisfy { cursor.files[$0]?.size == FileWindow.size(of: "\(path(of: run.place))/\($0)") }
    }

    package func read(
        _ run: ForeignRun, after text: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var cursor = FileCursor(text)
        var scribe = EventScribe(plugins: TensorBoardFolder.plugins(cursor))
        for name in files(of: run) {
            let path = "\(path(of: run.place))/\(name)"
            let size = FileWindow.size(of: path) ?? 0
            let begin = cursor.files[name]?.offset ?? 0
            if cursor.files[name]?.size == size { continue }
            var records = RecordFile(try FileWindow(path), from: begin <= size ? begin : 0)
            var isEvent = true
            while try records.next({ (bytes) throws(MartletError) in isEvent = took(bytes, &scribe, path) }), isEvent {
                guard scribe.batch.weight > TensorBoardFolder.batchWeight else { continue }
                // The size stays at what it was until the whole file is read, so that a reading that ends here is gone on with.
                cursor.files[name] = FileCursor.Position(offset: records.offset, size: -1)
                try keep(batch(of: &scribe, &cursor))
            }
            cursor.files[name] = FileCursor.Position(offset: records.offset, size: size)
            if let damage = records.damage { leftOut["the rest of \(path), because \(damage)"] = 1 }
        }
        try keep(lastBatch(of: &scribe, &cursor))
        leftOut.merge(scribe.leftOut, uniquingKeysWith: +)
    }

    /// Takes an event; false where it is none, and then nothing more of the file is read.
    private func took(_ bytes: UnsafeRawBufferPointer, _ scribe: inout EventScribe, _ path: String) -> Bool {
        if (try? scribe.take(bytes)) != nil { return true }
        leftOut["the rest of \(path), because a record of it is no event"] = 1
        return false
    }

    private func batch(of scribe: inout EventScribe, _ cursor: inout FileCursor) -> ForeignBatch {
        var batch = scribe.takeBatch()
        cursor.notes["plugins"] = .object(scribe.plugins.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) })
        if let status = batch.status { cursor.notes["status"] = .string(status.rawValue) }
        if scribe.newest > 0 { cursor.notes["newest"] = .number(scribe.newest) }
        batch.cursor = cursor.text
        return batch
    }

    /// The batch behind which nothing is left: event files do not say that a run has ended, so that it counts as ended where nobody follows it.
    private func lastBatch(of scribe: inout EventScribe, _ cursor: inout FileCursor) -> ForeignBatch {
        var last = batch(of: &scribe, &cursor)
        if !follows {
            last.status = cursor.notes["status"].text.flatMap { Run.Status(rawValue: $0) } ?? .finished
            if last.status == .running { last.status = .finished }
            last.ended = last.ended ?? cursor.notes["newest"].double.map { Timestamp(seconds: $0) }
        }
        cursor.notes["ended"] = follows ? .null : .bool(true)
        last.cursor = cursor.text
        return last
    }

    private static func plugins(_ cursor: FileCursor) -> [String: String] {
        Dictionary(cursor.notes["plugins"].members.map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - Files

    private func path(of folder: String) -> String { folder.isEmpty ? root : "\(root)/\(folder)" }

    private func files(of run: ForeignRun) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path(of: run.place))) ?? []
        return names.filter { $0.contains("tfevents") }.sorted()
    }

    /// The event files of each folder, by its path from the root.
    private func eventFiles() -> [String: [String]] {
        var files: [String: [String]] = [:]
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [:] }
        while let path = walk.nextObject() as? String {
            let name = (path as NSString).lastPathComponent
            guard name.contains("tfevents"), walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            files[(path as NSString).deletingLastPathComponent, default: []].append(name)
        }
        return files.mapValues { $0.sorted() }
    }

    /// When the first event of a file was written; nil where there is none yet.
    private func firstTime(_ path: String) throws(MartletError) -> Timestamp? {
        var records = RecordFile(try FileWindow(path), from: 0)
        var time: Timestamp?
        _ = try records.next { (bytes) throws(MartletError) in time = (try? LoggedEvent(bytes)).map { Timestamp(seconds: $0.wallTime) } }
        return time
    }
}
