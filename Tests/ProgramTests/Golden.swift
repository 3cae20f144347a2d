import Foundation
import Testing

/// Holds a text against a file in `Golden/`; `MARTLET_UPDATE_GOLDEN=1` writes the file instead.
func expectGolden(_ text: String, _ name: String, location: SourceLocation = #_sourceLocation) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["MARTLET_UPDATE_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return
    }
    guard let bytes = try? Data(contentsOf: file) else {
        Issue.record("There is no Golden/\(name). MARTLET_UPDATE_GOLDEN=1 writes it; it would hold:\n\(text)", sourceLocation: location)
        return
    }
    let golden = String(decoding: bytes, as: UTF8.self)
    if text != golden { Issue.record("Golden/\(name) differs. Is:\n\(text)\nWas:\n\(golden)", sourceLocation: location) }
}
