internal import Foundation
package import Support
internal import Synchronization

/// Contents as files of one folder in DVC's layout: `files/md5/ab/cdef…`, and `ab/cdef…` of what DVC 2 stored. The cache of a repository is one, a
/// remote on a disk another, what a server keeps for DVC's clients a third. A content is written under a temporary name and renamed when it is whole, so
/// that a name never stands for half of it. Files are read-only.
package struct ContentStore: Sendable {
    /// Which generation of DVC a name was made by.
    package enum Layout: Sendable, Hashable, CaseIterable {
        /// Contents as they are, below `files/md5`.
        case current
        /// Text with Windows' line ends counted as if it had Unix's, at the root.
        case legacy
    }

    package let root: String

    /// - Parameter root: an absolute folder; it is made with the first content.
    package init(root: String) { self.root = root }

    /// Where a content lies, there or not.
    package func path(_ name: ContentName, _ layout: Layout = .current) -> String {
        layout == .current ? "\(root)/files/md5/\(name.path)" : "\(root)/\(name.path)"
    }

    package func contains(_ name: ContentName, _ layout: Layout = .current) -> Bool { access(path(name, layout), F_OK) == 0 }

    /// The bytes of a content, not held against their name.
    /// - Throws: `notFound`, `inputOutput`; `tooLarge` beyond `limit` bytes.
    package func bytes(_ name: ContentName, _ layout: Layout = .current, limit: Int = .max) throws(MartletError) -> [UInt8] {
        try FileBytes.read(path(name, layout), limit: limit)
    }

    /// A file of this store's own file system under a name that nobody else uses; see ``publish(_:as:_:)``.
    /// - Throws: `inputOutput`, `storageFull`.
    package func temporaryPath() throws(MartletError) -> String {
        let folder = "\(root)/tmp"
        if access(folder, W_OK) != 0 { try Folders.make(folder) }
        return "\(folder)/\(ContentStore.uniqueName())"
    }

    private static func temporary(in folder: String) -> String { "\(folder)/.\(uniqueName()).tmp" }

    private static func uniqueName() -> String { "\(process).\(counter.wrappingAdd(1, ordering: .relaxed).newValue).\(session)" }

    private static let process = getpid()

    private static let counter = Atomic<UInt64>(0)
    /// Keeps names of processes with one number apart, as on a disk that several machines share.
    private static let session = UInt32.random(in: 0 ... .max)

    /// Moves a finished temporary file, whose bytes were held against the name, to the place of its content. What stands there already is replaced: it is
    /// the same or damaged.
    /// - Throws: `inputOutput`, `storageFull`.
    package func publish(_ temporary: String, as name: ContentName, _ layout: Layout = .current) throws(MartletError) {
        let target = path(name, layout)
        ContentSeal.set(own: temporary, name)
        chmod(temporary, 0o444)
        if rename(temporary, target) == 0 { return }
        guard errno == ENOENT else { throw .system("store", target) }
        try Folders.make(Folders.parent(of: target))
        guard rename(temporary, target) == 0 else { throw .system("store", target) }
    }

    /// Stores a content that is brought into a temporary file and held against its name there. It is written in the folder in which it stays: a file
    /// system moves a file within a folder far sooner than between two.
    /// - Parameter bring: makes the file at a path.
    /// - Throws: as `bring`; `inputOutput`, `storageFull`. Nothing is left of the file then.
    func take(_ name: ContentName, _ layout: Layout, _ bring: (String) throws(MartletError) -> Void) throws(MartletError) {
        let folder = Folders.parent(of: path(name, layout))
        if access(folder, W_OK) != 0 { try Folders.make(folder) }
        let temporary = ContentStore.temporary(in: folder)
        do throws(MartletError) {
            try bring(temporary)
            try publish(temporary, as: name, layout)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Stores bytes that are known to have this name, in the folder in which they stay.
    /// - Throws: `inputOutput`, `storageFull`.
    package func store(_ bytes: [UInt8], as name: ContentName, _ layout: Layout = .current) throws(MartletError) {
        let target = path(name, layout)
        let folder = Folders.parent(of: target)
        let temporary = ContentStore.temporary(in: folder)
        do throws(MartletError) {
            if try !write(bytes, to: temporary) {
                try Folders.make(folder)
                try FileBytes.write(bytes, to: temporary, mode: 0o444)
            }
            guard rename(temporary, target) == 0 else { throw .system("store", target) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// - Returns: false where the folder is missing.
    private func write(_ bytes: [UInt8], to path: String) throws(MartletError) -> Bool {
        do throws(MartletError) {
            try FileBytes.write(bytes, to: path, mode: 0o444)
            return true
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    /// The names that are stored, in no order. What is no content is passed over.
    package func names(_ layout: Layout = .current) -> [ContentName] {
        let folder = layout == .current ? "\(root)/files/md5" : root
        return Folders.names(folder).filter { $0.utf8.count == 2 }.flatMap { prefix in
            Folders.names("\(folder)/\(prefix)").compactMap { ContentName(checking: prefix + $0) }
        }
    }

    /// Removes what killed programs left unfinished a day ago or longer; what is younger may be at work, also on another machine.
    package func removeUnfinished() {
        let beside = ["\(root)/files/md5", root].flatMap { folder in
            Folders.names(folder).filter { $0.utf8.count == 2 }.map { "\(folder)/\($0)" }
        }
        for folder in ["\(root)/tmp"] + beside {
            for name in Folders.names(folder) where folder == "\(root)/tmp" || name.hasPrefix(".") && name.hasSuffix(".tmp") {
                var info = stat()
                if stat("\(folder)/\(name)", &info) == 0, time(nil) - info.st_mtim.tv_sec > 86_400 { unlink("\(folder)/\(name)") }
            }
        }
    }
}
