internal import Foundation
package import Support

/// How a text differs from the file `Golden/NAME` beside the calling test; nil where it does not. With `MARTLET_UPDATE_GOLDEN=1` the file is
/// written instead.
/// - Throws: what Foundation says where the file cannot be read or written.
package func differenceFromGolden(_ text: String, _ name: String, testFile: String = #filePath) throws -> String? {
    let folder = URL(filePath: testFile).deletingLastPathComponent().appending(path: "Golden")
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["MARTLET_UPDATE_GOLDEN"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return nil
    }
    let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    return text == golden ? nil : firstDifference(text, golden, name)
}

/// The first line in which two texts differ, from both.
private func firstDifference(_ text: String, _ golden: String, _ name: String) -> String {
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(new, old).enumerated().first { $1.0 != $1.1 }?.offset ?? min(new.count, old.count)
    let isNow = line < new.count ? String(new[line]) : "(ends)"
    let was = line < old.count ? String(old[line]) : "(ends)"
    return "\(name):\(line + 1)\n  is  \(isNow.prefix(400))\n  was \(was.prefix(400))"
}

/// The text of the error that a call ends with; `(no error)` where it ends well, which a golden file would show.
package func errorText(_ call: () throws -> some Any) -> String {
    do {
        _ = try call()
        return "(no error)"
    } catch { return "\(error)" }
}

/// The code of the error that a call ends with; nil where it ends well, or with an error that is not ours.
package func errorCode(_ call: () throws -> some Any) -> MartletError.Code? {
    do {
        _ = try call()
        return nil
    } catch { return (error as? MartletError)?.code }
}
