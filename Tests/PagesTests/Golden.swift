import Foundation
import Testing

/// Holds a text against a file in `Golden/`; `MARTLET_UPDATE_GOLDEN=1` writes the file instead.
func expectGolden(_ text: String, _ name: String, location: SourceLocation = #_sourceLocation) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["MARTLET_UPDATE_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return
    }
    let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    if text == golden { return }
    let (new, old) = (text.split(separator: "\n", omittingEmptySubsequences: false), golden.split(separator: "\n", omittingEmptySubsequences: false))
    let line = zip(new, old).enumerated().first { $1.0 != $1.1 }?.offset ?? min(new.count, old.count)
    let (is_, was) = (new.indices.contains(line) ? new[line] : "(ends)", old.indices.contains(line) ? old[line] : "(ends)")
    Issue.record("\(name) differs from line \(line + 1):\nis  \(is_.prefix(400))\nwas \(was.prefix(400))", sourceLocation: location)
}
