internal import Digests
internal import Dispatch
internal import Foundation
package import Support
internal import Synchronization

/// Contents that a server keeps for others: taken in only where they have their name, and given out only while they still have it. It blocks: keep it off
/// Swift's cooperative threads.
package final class ServedStore: Sendable {
    /// A content whose bytes have its name.
    package struct Sound: Sendable {
        package var path: String
        /// Bytes.
        package var size: Int
    }

    private struct Key: Hashable {
        var name: ContentName
        var layout: ContentStore.Layout
    }

    /// What was found when a file was read: while its stamp is the same, that holds.
    private struct Finding {
        var stamp: FileStamp
        var isSound: Bool
    }

    package let store: ContentStore
    private let findings = Mutex<[Key: Finding]>([:])
    private let later = DispatchQueue(label: "martlet.contents", qos: .utility)
    private let flusher = Flusher()
    /// Held while a file is read to its end, by its name: who asks for the same waits instead of reading it, too.
    private let turns = (0..<64).map { _ in Turn() }

    /// - Parameter store: it is written to by one server only; others may add to it.
    package init(store: ContentStore) {
        self.store = store
        removeHalves()
    }

    /// Removes what processes left that were killed while a content came in.
    private func removeHalves() {
        let folder = "\(store.root)/tmp"
        for name in Folders.names(folder) {
            guard let process = name.split(separator: ".").first.flatMap({ pid_t($0) }), process > 0, process != getpid() else { continue }
            if kill(process, 0) != 0, errno == ESRCH { unlink("\(folder)/\(name)") }
        }
    }

    /// How many files are remembered; beyond, all are forgotten and looked at again.
    private static let mostFindings = 4_000_000
    /// How many bytes are read at most to answer whether many contents are here: clients wait a minute for an answer.
    private static let mostRead = 2 << 30

    /// The content, if it is there and still has its name. Its bytes are read where that is not known: once, and again when the file has changed.
    /// - Throws: `inputOutput` where the file is there and cannot be read.
    package func sound(_ name: ContentName, _ layout: ContentStore.Layout) throws(MartletError) -> Sound? {
        let path = store.path(name, layout)
        let key = Key(name: name, layout: layout)
        guard let stamp = try? FileStamp(of: path) else { return nil }
        if let known = known(key, stamp) { return known ? Sound(path: path, size: stamp.size) : nil }
        return try turns[Int(UInt(bitPattern: name.hashValue) % 64)].take { () throws(MartletError) in
            guard let stamp = try? FileStamp(of: path) else { return nil }
            if let known = known(key, stamp) { return known ? Sound(path: path, size: stamp.size) : nil }
            let isSound = try ContentHash.file(path, has: name, layout)
            guard try FileStamp(of: path) == stamp else { return nil }
            remember(key, Finding(stamp: stamp, isSound: isSound))
            return isSound ? Sound(path: path, size: stamp.size) : nil
        }
    }

    /// Whether a file has its name, where that is known; nil where it has to be read.
    private func known(_ key: Key, _ stamp: FileStamp) -> Bool? {
        if let finding = findings.withLock({ $0[key] }), finding.stamp == stamp { return finding.isSound }
        guard stamp.size > ContentSeal.least, (try? StoredContent(key.name, key.layout, in: store))?.isSealed == true else { return nil }
        remember(key, Finding(stamp: stamp, isSound: true))
        return true
    }

    /// The listing of a folder, if it is there, and all that it names is, too.
    /// - Throws: `invalidInput` for one that cannot be read, `inputOutput`.
    package func whole(_ name: ContentName, _ layout: ContentStore.Layout) throws(MartletError) -> Sound? {
        var rest = ServedStore.mostRead
        return try whole(name, layout, &rest)
    }

    private func whole(_ name: ContentName, _ layout: ContentStore.Layout, _ rest: inout Int) throws(MartletError) -> Sound? {
        guard let listing = try sound(name, layout) else { return nil }
        let bytes = try FileBytes.read(listing.path, limit: FolderListing.limit)
        return try firstMissing(of: try FolderListing(parsing: bytes), layout, &rest) == nil ? listing : nil
    }

    /// Which of these are not here, or damaged, in their order; of a folder also those whose files are not all here.
    /// - Throws: `inputOutput`.
    package func missing(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> [ContentName] {
        var rest = ServedStore.mostRead
        var missing: [ContentName] = []
        for name in names {
            let isHere = name.isFolder ? try whole(name, layout, &rest) != nil : try isHere(name, layout, &rest)
            if !isHere { missing.append(name) }
        }
        return missing
    }

    private func firstMissing(
        of listing: FolderListing, _ layout: ContentStore.Layout, _ rest: inout Int
    ) throws(MartletError) -> FolderListing.Entry? {
        for entry in listing.entries where try !isHere(ContentName(entry.digest), layout, &rest) { return entry }
        return nil
    }

    /// Whether a content is here and has its name. Where that is not known and more would have to be read than there is time for, a file is believed to, and
    /// read afterwards.
    private func isHere(_ name: ContentName, _ layout: ContentStore.Layout, _ rest: inout Int) throws(MartletError) -> Bool {
        guard let stamp = try? FileStamp(of: store.path(name, layout)) else { return false }
        if let known = known(Key(name: name, layout: layout), stamp) { return known }
        guard stamp.size <= rest else {
            later.async { _ = try? self.sound(name, layout) }
            return true
        }
        rest -= stamp.size
        return try sound(name, layout) != nil
    }

    /// Begins to take a content in.
    /// - Throws: `inputOutput`, `storageFull`.
    package func receive(_ name: ContentName, _ layout: ContentStore.Layout) throws(MartletError) -> ContentReceiver {
        try ContentReceiver(name, layout, into: self)
    }

    /// Looks at what has arrived, and puts it in its place.
    /// - Returns: how many files a folder has; nil for a file.
    /// - Throws: `invalidInput` for bytes of another name and for a listing that cannot be read; `conflict` for one whose files are not all here.
    func publish(_ temporary: String, as name: ContentName, _ layout: ContentStore.Layout) throws(MartletError) -> Int? {
        let files = name.isFolder ? try checkedFiles(temporary, name, layout) : nil
        try store.publish(temporary, as: name, layout)
        if let stamp = try? FileStamp(of: store.path(name, layout)) {
            remember(Key(name: name, layout: layout), Finding(stamp: stamp, isSound: true))
        }
        return files
    }

    private func checkedFiles(_ path: String, _ name: ContentName, _ layout: ContentStore.Layout) throws(MartletError) -> Int {
        let listing = try FolderListing(parsing: try FileBytes.read(path, limit: FolderListing.limit))
        var rest = ServedStore.mostRead
        guard let missing = try firstMissing(of: listing, layout, &rest) else {
            flusher.flush(store.root)
            return listing.entries.count
        }
        throw MartletError(
            .conflict,
            "The folder \(name) is not taken: its file “\(missing.path)” (\(missing.digest)) is not here, or is damaged. Push the files first, then the folder."
        )
    }

    private func remember(_ key: Key, _ finding: Finding) {
        findings.withLock { findings in
            if findings.count >= ServedStore.mostFindings { findings = [:] }
            findings[key] = finding
        }
    }
}

/// What one thread at a time may do.
private final class Turn: Sendable {
    private let lock = Mutex(())

    func take<Value: Sendable>(_ work: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        let outcome: Result<Value, MartletError> = lock.withLock { _ in Result(catching: work) }
        return try outcome.get()
    }
}
