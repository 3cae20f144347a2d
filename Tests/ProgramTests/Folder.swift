import Foundation

/// A temporary folder that goes away with this value.
final class Folder: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.path + "/martlet-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, _ name: String) throws { try write(Data(text.utf8), name) }

    func write(_ bytes: Data, _ name: String) throws { try bytes.write(to: URL(fileURLWithPath: "\(path)/\(name)")) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    /// Replaces a text in a file.
    func replace(_ old: String, with new: String, in name: String = "martlet.yaml") throws {
        let text = try read(name)
        guard text.contains(old) else { throw ChildFailure(description: "\(name) does not hold “\(old)”:\n\(text)") }
        try write(text.replacing(old, with: new), name)
    }

    /// Runs the program in this folder.
    func martlet(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
        try Program.run(arguments, in: path, environment: environment)
    }

    /// Starts the program in this folder.
    func start(_ arguments: String...) throws -> Child {
        try Child(Program.path ?? "", arguments, in: path, environment: Program.environment())
    }

    /// A text with this folder's path replaced, for golden files.
    func portable(_ text: String) -> String { text.replacing("/private" + path, with: "FOLDER").replacing(path, with: "FOLDER") }

    /// Every file under a folder, relative to this one, in order.
    func files(under name: String) -> [String] {
        (FileManager.default.enumerator(atPath: "\(path)/\(name)")?.compactMap { $0 as? String } ?? []).filter { file in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)/\(file)", isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}
