import Database
import Digests
import Experiments
import Objects
import Support

/// Keeps a batch of a run: its files in the object store first, then everything in one transaction with the cursor behind it.
struct BatchKeeper {
    let adopter: Adopter
    let store: any ForeignStore

    struct Kept {
        var points = 0
        /// Names of parameters that have another value already, which stays.
        var changed: [String] = []
    }

    /// A file that lies in the object store by now.
    private struct Stored {
        var path: ArtifactPath
        var digest: Digest
        var size: Int
    }

    /// - Parameter cursor: what the run was read up to before.
    /// - Throws: `conflict` where somebody else has read it further meanwhile.
    func keep(_ batch: ForeignBatch, in run: inout TrackedRun, after cursor: String) throws(MartletError) -> Kept {
        let files = try stored(batch.files, of: run)
        let before = run
        let (after, kept) = try adopter.database.write { session in
            guard try RunReader.tag(Adopter.cursorTag, of: before, in: session) == cursor else {
                throw MartletError(.conflict, "Another adoption is reading the run \(before.id). Wait for its end and start again.")
            }
            let kept = try put(batch, in: before, session)
            for file in files { try ArtifactTree.put(file.path, file.digest, size: file.size, at: adopter.clock.now(), in: session) }
            try adopter.log.update(before, status: batch.status, ended: batch.ended, name: batch.name, in: session)
            if batch.deletes { try adopter.log.delete(before, in: session) }
            return (try RunReader.run(before.id, in: session) ?? before, kept)
        }
        run = after
        return kept
    }

    private func put(_ batch: ForeignBatch, in run: TrackedRun, _ session: SQLSession) throws -> Kept {
        if let step = batch.restartedAt { try adopter.log.dropPoints(of: run, from: step, in: session) }
        var content = RunBatch(points: batch.points, parameters: unique(batch.parameters))
        let conflicts = try adopter.log.log(RunBatch(parameters: content.parameters), to: run, in: session)
        content.parameters = []
        content.tags = batch.tags.filter { $0.key != Adopter.originTag && $0.key != Adopter.cursorTag }
        content.tags.append(KeyValue(Adopter.cursorTag, batch.cursor))
        _ = try adopter.log.log(content, to: run, in: session)
        try adopter.log.log(batch.inputs, models: batch.models, to: run, in: session)
        return Kept(points: batch.points.count, changed: conflicts.map(\.key))
    }

    /// The last value of each parameter.
    private func unique(_ parameters: [KeyValue]) -> [KeyValue] {
        var last: [String: KeyValue] = [:]
        for parameter in parameters { last[parameter.key] = parameter }
        return last.values.sorted { $0.key < $1.key }
    }

    // MARK: - Files

    private func stored(_ files: [ForeignFile], of run: TrackedRun) throws(MartletError) -> [Stored] {
        var lines: [String: String] = [:]
        var order: [String] = []
        var stored: [Stored] = []
        for file in files {
            guard case .lines(let text) = file.content else {
                stored.append(try store(file, of: run))
                continue
            }
            if lines[file.path] == nil { order.append(file.path) }
            lines[file.path, default: ""] += text
        }
        for path in order { stored.append(try append(lines[path] ?? "", to: path, of: run)) }
        return stored
    }

    private func place(_ path: String, of run: TrackedRun) throws(MartletError) -> ArtifactPath {
        let root = "\(run.experiment)/\(run.id)/artifacts/"
        if let place = try? ArtifactPath(root + path) { return place }
        return try ArtifactPath(root + FilePath.harmless(path))
    }

    private func store(_ file: ForeignFile, of run: TrackedRun) throws(MartletError) -> Stored {
        let path = try place(file.path, of: run)
        if case .bytes(let bytes) = file.content { return Stored(path: path, digest: try adopter.objects.put(bytes), size: bytes.count) }
        return try takeIn(as: path) { (temporary) throws(MartletError) in
            switch file.content {
            case .file(let source): try FileCopy.append(source, to: temporary)
            case .address(let address): try store.fetch(address, into: temporary)
            case .bytes, .lines: break
            }
        }
    }

    /// Puts lines behind what an artifact holds already.
    private func append(_ text: String, to path: String, of run: TrackedRun) throws(MartletError) -> Stored {
        let place = try place(path, of: run)
        let old = try adopter.database.read { try ArtifactTree.file(place, in: $0) }
        return try takeIn(as: place) { (temporary) throws(MartletError) in
            if let old { try FileCopy.append(adopter.objects.path(old.digest), to: temporary) }
            try FileCopy.append(bytes: Array(text.utf8), to: temporary)
        }
    }

    /// Lets a file be written below a temporary name and takes it into the object store.
    private func takeIn(as path: ArtifactPath, _ write: (String) throws(MartletError) -> Void) throws(MartletError) -> Stored {
        let temporary = adopter.objects.temporaryPath()
        do throws(MartletError) {
            try write(temporary)
            let size = FileWindow.size(of: temporary) ?? 0
            return Stored(path: path, digest: try adopter.objects.adopt(file: temporary), size: size)
        } catch {
            FileCopy.remove(temporary)
            throw error
        }
    }
}
