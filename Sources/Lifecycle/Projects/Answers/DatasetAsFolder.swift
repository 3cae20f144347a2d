internal import Data
internal import Digests
internal import Foundation
internal import Objects
internal import Support
package import Versions

extension Project {
    /// What clients of DVC push to and fetch from.
    package var contents: ContentStore { ContentStore(root: "\(stateFolder)/dvc") }

    /// The parts of a dataset version as DVC names them: the listing of a folder with a Parquet file for each part, which DVC fetches from this project's
    /// server. The listing is kept with the contents; the parts stay where they are, so that what is erased there is gone here, too.
    /// - Returns: null where a part is not on this machine.
    func folder(of version: DatasetVersion) throws(MartletError) -> JSONValue {
        var entries: [FolderListing.Entry] = []
        var size = 0
        for part in version.details.parts {
            guard let path = try? objects.path(part.digest), let stamp = try? FileStamp(of: path) else { return .null }
            let digest = try contentDigest(of: path, part.digest)
            try link(ContentName(digest), to: path)
            entries.append(FolderListing.Entry(path: TreePath("\(part.split).parquet"), digest: digest))
            size += stamp.size
        }
        let bytes = FolderListing(entries).bytes
        let name = ContentName(MD5Digest(of: bytes), isFolder: true)
        if !contents.contains(name) { try contents.store(bytes, as: name) }
        return ["md5": .string(name.description), "size": JSONValue(size), "nfiles": JSONValue(entries.count)]
    }

    /// The MD5 of an object, remembered beside the contents: an object never changes.
    private func contentDigest(of path: String, _ digest: Digest) throws(MartletError) -> MD5Digest {
        let memory = "\(contents.root)/objects/\(digest.rawValue)"
        if let known = try? FileBytes.read(memory, limit: 64), let known = MD5Digest(checking: known) { return known }
        let found = try ContentCopy.digest(of: path)
        try Folders.make("\(contents.root)/objects")
        try FileBytes.replace(memory, with: Array(found.description.utf8))
        return found
    }

    /// Puts a link to an object in the place of a content, relative so that the project can be moved.
    private func link(_ name: ContentName, to path: String) throws(MartletError) {
        let place = contents.path(name)
        guard access(place, F_OK) != 0 else { return }
        try Folders.make(Folders.parent(of: place))
        let temporary = try contents.temporaryPath()
        guard symlink(RelativePaths.way(from: Folders.parent(of: place), to: path), temporary) == 0, rename(temporary, place) == 0 else {
            let number = errno
            unlink(temporary)
            throw .system("store", place, number: number)
        }
    }
}
