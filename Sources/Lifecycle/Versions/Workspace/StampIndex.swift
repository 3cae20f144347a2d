package import Digests
internal import Foundation
internal import Support

/// The MD5s of one output's files with the stamps they had, so that an unchanged file is not read again. One file per output, below `.dvc/tmp`, replaced
/// as a whole; where it is missing or damaged, contents are read again and nothing else.
package struct StampIndex: Sendable {
    package struct Known: Sendable, Equatable {
        package var stamp: FileStamp
        package var digest: MD5Digest

        package init(stamp: FileStamp, digest: MD5Digest) {
            self.stamp = stamp
            self.digest = digest
        }
    }

    private let file: String
    private var known: [TreePath: Known]

    /// Reads the index of an output.
    /// - Parameters:
    ///   - folder: where indexes are kept.
    ///   - output: the absolute path of the output.
    package init(folder: String, output: String) {
        file = "\(folder)/\(MD5Digest(of: Array(output.utf8)))"
        known = (try? FileBytes.read(file)).flatMap { StampIndex.decoded($0) } ?? [:]
    }

    /// The MD5 of a file as long as its stamp is the one it had.
    package func digest(_ path: TreePath, _ stamp: FileStamp) -> MD5Digest? {
        guard let entry = known[path], entry.stamp == stamp else { return nil }
        return entry.digest
    }

    /// Keeps what is known of an output's files in place of what was known. What is not at rest yet is waited for, some milliseconds, or left out where it
    /// changes meanwhile. That it cannot be written is no error: the next look reads the files again.
    /// - Parameter stamp: what the file system says of a path now.
    package static func save(
        _ files: [(path: TreePath, known: Known)], folder: String, output: String, stamp: (TreePath) -> FileStamp?
    ) {
        var kept: [(TreePath, Known)] = []
        kept.reserveCapacity(files.count)
        var fresh: [(TreePath, Known)] = []
        for (path, entry) in files { if entry.stamp.isAtRest { kept.append((path, entry)) } else { fresh.append((path, entry)) } }
        if let last = fresh.map(\.1.stamp.modified).max() {
            var pause = timespec(tv_sec: 0, tv_nsec: FileStamp.blur + 1_000_000)
            // A time that lies in the future never comes to rest.
            if last < Int(time(nil) + 1) * 1_000_000_000 { nanosleep(&pause, nil) }
            kept += fresh.filter { $1.stamp.isAtRest && stamp($0) == $1.stamp }
        }
        let bytes = encoded(kept)
        if (try? FileBytes.replace("\(folder)/\(MD5Digest(of: Array(output.utf8)))", with: bytes)) == nil, (try? Folders.make(folder)) != nil {
            try? FileBytes.replace("\(folder)/\(MD5Digest(of: Array(output.utf8)))", with: bytes)
        }
    }

    // MARK: - The file: a word, then per file four numbers, the MD5 and the path; its own MD5 at the end

    private static let word = Array("martlet1".utf8)

    private static func encoded(_ files: [(TreePath, Known)]) -> [UInt8] {
        var bytes = word
        bytes.reserveCapacity(files.count * 96)
        for (path, known) in files {
            for number in [UInt64(path.bytes.count), UInt64(known.stamp.size), UInt64(bitPattern: Int64(known.stamp.modified)), known.stamp.inode] {
                withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
            }
            bytes.append(contentsOf: known.digest.description.utf8)
            bytes.append(contentsOf: path.bytes)
        }
        return bytes + MD5Digest(of: bytes).description.utf8
    }

    private static func decoded(_ bytes: [UInt8]) -> [TreePath: Known]? {
        guard bytes.count >= word.count + 32, bytes.starts(with: word) else { return nil }
        let end = bytes.count - 32
        return bytes.withUnsafeBytes { all -> [TreePath: Known]? in
            guard MD5Digest(checking: all[end...]) == MD5Digest(of: UnsafeRawBufferPointer(rebasing: all[..<end])) else { return nil }
            var known: [TreePath: Known] = [:]
            known.reserveCapacity(end / 90)
            var at = word.count
            while at + 64 <= end {
                let numbers = (0..<4).map { UInt64(littleEndian: all.loadUnaligned(fromByteOffset: at + 8 * $0, as: UInt64.self)) }
                guard let digest = MD5Digest(checking: all[at + 32..<at + 64]), let size = Int(exactly: numbers[1]),
                    let length = Int(exactly: numbers[0]), length <= end - at - 64
                else { return nil }
                let stamp = FileStamp(size: size, modified: Int(Int64(bitPattern: numbers[2])), inode: numbers[3])
                known[TreePath(Array(all[at + 64..<at + 64 + length]))] = Known(stamp: stamp, digest: digest)
                at += 64 + length
            }
            return at == end ? known : nil
        }
    }
}
