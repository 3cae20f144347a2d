internal import Foundation
internal import Support

/// A content of a store, open for reading.
struct StoredContent {
    private let file: OpenFile
    private let name: ContentName
    private let layout: ContentStore.Layout
    private let path: String
    /// In bytes.
    let size: Int

    /// - Throws: `notFound`, `inputOutput`.
    init(_ name: ContentName, _ layout: ContentStore.Layout, in store: ContentStore) throws(MartletError) {
        try self.init(name, layout, at: store.path(name, layout))
    }

    /// - Parameter path: where the content lies.
    /// - Throws: `notFound`, `inputOutput`.
    init(_ name: ContentName, _ layout: ContentStore.Layout, at path: String) throws(MartletError) {
        file = try OpenFile(reading: path)
        size = try file.stamp().size
        (self.name, self.layout, self.path) = (name, layout, path)
    }

    /// Whether it was held against its name and nobody has written to it since.
    var isSealed: Bool { ContentSeal.holds(file, name) }

    /// Reads it to see whether it has its name, unless that is known.
    /// - Throws: `corrupted`, `inputOutput`.
    func check() throws(MartletError) {
        guard !isSealed else { return }
        guard try ContentHash.file(file, has: name, layout) else { throw CheckedCopy.damaged(name, path) }
        ContentSeal.set(file, name)
    }

    /// Writes it as a new file.
    /// - Throws: as `copy` into an open file. What was written is removed then.
    func copy(toNew target: String, progress: (Int) -> Void) throws(MartletError) {
        guard isSealed else { return try CheckedCopy.copy(path, to: target, name, layout, progress: progress) }
        do throws(MartletError) { try file.copy(to: target, progress: progress) } catch {
            unlink(target)
            throw error
        }
    }

    /// Writes it into an open file, as what its name says and nothing else.
    /// - Parameter place: of the open file, for messages.
    /// - Throws: `corrupted`, `inputOutput`, `storageFull`; what was written stays.
    func copy(to target: Int32, _ place: String) throws(MartletError) {
        guard size <= ContentSeal.least else {
            try check()
            return try FileClone.copy(from: file.descriptor, to: target, place)
        }
        let bytes = try file.whole(size)
        guard ContentHash(of: bytes, layout).has(name) else { throw CheckedCopy.damaged(name, path) }
        let number = bytes.withUnsafeBytes { FileBytes.write($0, to: target) }
        guard number == 0 else { throw .system("write", place, number: number) }
    }
}
