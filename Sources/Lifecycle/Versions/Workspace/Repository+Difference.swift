internal import Digests
package import Support

/// How the tracked data of two moments differ, file by file, each list in the order of paths.
package struct DataDifference: Sendable {
    package struct File: Sendable, Equatable {
        /// Relative to the repository; a folder whose listing is not on this machine stands for all that lies in it, with `/` behind it.
        package var path: String
        package var old: ContentName?
        package var new: ContentName?
        /// What it was called before, where the content only moved.
        package var oldPath: String?
    }

    package var added: [File] = []
    package var modified: [File] = []
    package var deleted: [File] = []
    package var renamed: [File] = []

    package var isEmpty: Bool { added.isEmpty && modified.isEmpty && deleted.isEmpty && renamed.isEmpty }
}

extension Repository {
    /// Compares two sets of tracked outputs, as pointer files name them.
    /// - Throws: `invalidInput` for a damaged listing.
    package func difference(from old: [TrackedOutput], to new: [TrackedOutput]) throws(MartletError) -> DataDifference {
        let (before, after) = (try files(of: old, beside: new), try files(of: new, beside: old))
        var difference = DataDifference()
        for (path, name) in after {
            if let earlier = before[path] {
                if earlier != name { difference.modified.append(.init(path: path, old: earlier, new: name)) }
            } else {
                difference.added.append(.init(path: path, new: name))
            }
        }
        for (path, name) in before where after[path] == nil { difference.deleted.append(.init(path: path, old: name)) }
        difference.pairRenames()
        difference.sort()
        return difference
    }

    /// Each file with its content. Where two folders have one content, nothing of them differs, and no listing is needed.
    private func files(of outputs: [TrackedOutput], beside others: [TrackedOutput]) throws(MartletError) -> [String: ContentName] {
        var files: [String: ContentName] = [:]
        for output in outputs {
            guard let content = output.content else { continue }
            guard content.isFolder else {
                files[output.path] = content
                continue
            }
            let twin = others.first { $0.path == output.path }?.content
            guard twin != content, cache.contains(content, output.layout), twin.map({ !$0.isFolder || cache.contains($0, output.layout) }) ?? true
            else {
                files[output.path + "/"] = content
                continue
            }
            for entry in try listing(content, output.layout).entries { files["\(output.path)/\(entry.path)"] = ContentName(entry.digest) }
        }
        return files
    }
}

extension DataDifference {
    /// A file that is gone and one that is new with the same content are one that moved, where it is clear which.
    fileprivate mutating func pairRenames() {
        let gone = Dictionary(grouping: deleted) { $0.old }.filter { $0.value.count == 1 }
        let fresh = Dictionary(grouping: added) { $0.new }.filter { $0.value.count == 1 }
        for (name, files) in fresh {
            guard let name, let file = files.first, let earlier = gone[name]?.first else { continue }
            renamed.append(File(path: file.path, old: name, new: name, oldPath: earlier.path))
            added.removeAll { $0 == file }
            deleted.removeAll { $0 == earlier }
        }
    }

    fileprivate mutating func sort() {
        added.sort { $0.path < $1.path }
        modified.sort { $0.path < $1.path }
        deleted.sort { $0.path < $1.path }
        renamed.sort { $0.path < $1.path }
    }
}
