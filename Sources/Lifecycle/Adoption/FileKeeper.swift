import Database
import Digests
import Experiments
import Objects
import Support

/// Takes files into the object store, from which a transaction then gives them their paths.
struct FileKeeper {
    let adopter: Adopter
    let store: any ForeignStore
    /// The folder of artifacts that they belong to.
    let root: String

    /// A file that lies in the object store by now.
    struct Stored {
        var path: ArtifactPath
        var digest: Digest
        var size: Int
    }

    func stored(_ files: [ForeignFile]) throws(MartletError) -> [Stored] {
        var lines: [String: String] = [:]
        var order: [String] = []
        var stored: [Stored] = []
        for file in files {
            guard case .lines(let text) = file.content else {
                stored.append(try store(file))
                continue
            }
            if lines[file.path] == nil { order.append(file.path) }
            lines[file.path, default: ""] += text
        }
        for path in order { stored.append(try append(lines[path] ?? "", to: path)) }
        return stored
    }

    private func place(_ path: String) throws(MartletError) -> ArtifactPath {
        if let place = try? ArtifactPath("\(root)/\(path)") { return place }
        return try ArtifactPath("\(root)/\(FilePath.harmless(path))")
    }

    private func store(_ file: ForeignFile) throws(MartletError) -> Stored {
        let path = try place(file.path)
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
    private func append(_ text: String, to path: String) throws(MartletError) -> Stored {
        let place = try place(path)
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
