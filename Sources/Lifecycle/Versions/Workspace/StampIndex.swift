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

    /// In the order of paths.
    private let known: [(path: TreePath, known: Known)]

    /// Reads the index of an output.
    /// - Parameters:
    ///   - folder: where indexes are kept.
    ///   - output: the absolute path of the output.
    package init(folder: String, output: String) {
        known = (try? FileBytes.read(StampIndex.file(folder, output))).flatMap { StampIndex.decoded($0) } ?? []
    }

    private static func file(_ folder: String, _ output: String) -> String { "\(folder)/\(MD5Digest(of: Array(output.utf8)))" }

    /// The MD5s of files, each as long as its stamp is the one it had.
    /// - Parameter files: in the order of paths.
    package func digests(of files: [(path: TreePath, stamp: FileStamp)]) -> [MD5Digest?] {
        var at = 0
        return files.map { file in
            while at < known.count, known[at].path < file.path { at += 1 }
            guard at < known.count, known[at].path == file.path, known[at].known.stamp == file.stamp else { return nil }
            return known[at].known.digest
        }
    }

    /// The MD5 of one file, as long as its stamp is the one it had.
    package func digest(_ path: TreePath, _ stamp: FileStamp) -> MD5Digest? {
        var (low, high) = (0, known.count)
        while low < high {
            let middle = (low + high) / 2
            if known[middle].path < path { low = middle + 1 } else { high = middle }
        }
        guard low < known.count, known[low].path == path, known[low].known.stamp == stamp else { return nil }
        return known[low].known.digest
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
        let bytes = encoded(kept.sorted { $0.0 < $1.0 })
        guard (try? FileBytes.replace(file(folder, output), with: bytes)) == nil, (try? Folders.make(folder)) != nil else { return }
        try? FileBytes.replace(file(folder, output), with: bytes)
    }

    // MARK: - The file: a word, then per file six numbers and the path; its own MD5 at the end

    private static let word = Array("martlet2".utf8)

    private static func encoded(_ files: [(TreePath, Known)]) -> [UInt8] {
        var bytes = word
        bytes.reserveCapacity(files.count * 96)
        for (path, known) in files {
            let stamp = known.stamp
            let numbers = [
                UInt64(path.bytes.count), UInt64(stamp.size), UInt64(bitPattern: Int64(stamp.modified)), stamp.inode, known.digest.high,
                known.digest.low,
            ]
            for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
            bytes.append(contentsOf: path.bytes)
        }
        let digest = MD5Digest(of: bytes)
        for number in [digest.high, digest.low] { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    private static func decoded(_ bytes: [UInt8]) -> [(TreePath, Known)]? {
        guard bytes.count >= word.count + 16, bytes.starts(with: word) else { return nil }
        let end = bytes.count - 16
        return bytes.withUnsafeBytes { all -> [(TreePath, Known)]? in
            func number(_ at: Int) -> UInt64 { UInt64(littleEndian: all.loadUnaligned(fromByteOffset: at, as: UInt64.self)) }
            let digest = MD5Digest(high: number(end), low: number(end + 8))
            guard digest == MD5Digest(of: UnsafeRawBufferPointer(rebasing: all[..<end])) else { return nil }
            var known: [(TreePath, Known)] = []
            known.reserveCapacity(end / 80)
            var at = word.count
            while at + 48 <= end {
                guard let length = Int(exactly: number(at)), let size = Int(exactly: number(at + 8)), length <= end - at - 48 else { return nil }
                let stamp = FileStamp(size: size, modified: Int(Int64(bitPattern: number(at + 16))), inode: number(at + 24))
                let path = TreePath([UInt8](UnsafeRawBufferPointer(rebasing: all[at + 48..<at + 48 + length])))
                known.append((path, Known(stamp: stamp, digest: MD5Digest(high: number(at + 32), low: number(at + 40)))))
                at += 48 + length
            }
            return at == end ? known : nil
        }
    }
}
