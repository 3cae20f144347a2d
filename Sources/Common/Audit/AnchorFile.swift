internal import Foundation
package import Support

/// A file of lines that is only ever added to: anchors on another volume, and the project's own list of where its anchors are.
package struct AnchorFile: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Adds a line and waits until it is on the disk.
    /// - Throws: `inputOutput`, `storageFull`.
    package func append(_ line: String) throws(MartletError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write", path) }
        defer { close(descriptor) }
        // A line that was cut off by a full disk is ended first, so that it does not swallow this one.
        let bytes = Array(((endsInside() ? "\n" : "") + line + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else { throw .system("write", path) }
    }

    private func endsInside() -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var last: UInt8 = 0
        let size = lseek(descriptor, 0, SEEK_END)
        return size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != 0x0A
    }

    /// The text; nil where there is no such file, or it cannot be read.
    package func text() -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
