import Foundation
import TestSupport

/// A temporary folder in which the program works.
extension TemporaryFolder {
    /// Replaces a text in a file.
    func replace(_ old: String, with new: String, in name: String = "martlet.yaml") throws {
        let text = try read(name)
        guard text.contains(old) else { throw ChildFailure(description: "\(name) does not hold “\(old)”:\n\(text)") }
        try write(name, text.replacing(old, with: new))
    }

    /// Runs the program in this folder.
    func martlet(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await Program.run(arguments, in: path, environment: environment)
    }

    /// Starts the program in this folder.
    func start(_ arguments: String...) throws -> Child {
        try Child(Program.path ?? "", arguments, in: path, environment: Program.environment())
    }

    /// A text with this folder's path replaced, for golden files.
    func portable(_ text: String) -> String { text.replacing("/private" + path, with: "FOLDER").replacing(path, with: "FOLDER") }

    /// Whether it holds a file or a folder.
    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
}
