import DataTestSupport
import Foundation

extension Surroundings {
    /// Calls the body with a folder that holds these files, then removes it.
    static func withFiles<Value>(_ files: [String: String] = [:], _ body: (String) throws -> Value) throws -> Value {
        try withBytes(files.mapValues { Array($0.utf8) }, body)
    }

    static func withBytes<Value>(_ files: [String: [UInt8]], _ body: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("data-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
        return try body(folder.path)
    }
}
