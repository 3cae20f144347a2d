package import Foundation

/// A new, empty folder that is removed together with the last reference to it.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Parameter files: what it holds at first, by name.
    package init(_ files: [String: String] = [:]) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in the folder.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, making the folders above it, and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    /// Writes a file, making the folders above it, and returns its path.
    @discardableResult
    package func write(_ name: String, _ bytes: Data) throws -> String {
        let file = URL(filePath: path(name))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
        return path(name)
    }

    /// The text of a file.
    package func read(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Every file below the folder, or below one in it, by its path from there, sorted.
    package func files(under name: String? = nil) throws -> [String] {
        let top = name.map(path) ?? path
        return try FileManager.default.subpathsOfDirectory(atPath: top).filter { file in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(top)/\(file)", isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}
