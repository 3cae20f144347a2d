internal import Foundation
internal import Support
package import Versions

/// Where the files of a pipeline are read from: the workspace, or a commit.
package struct StageSource: Sendable {
    /// The bytes of a file by its path relative to the repository; nil where there is none.
    let read: @Sendable (String) throws(MartletError) -> [UInt8]?

    /// The files as they lie in a folder.
    package static func folder(_ root: String) -> StageSource {
        StageSource { path throws(MartletError) in
            let place = path.hasPrefix("/") ? path : "\(root)/\(path)"
            do throws(MartletError) { return try FileBytes.read(place, limit: 256_000_000) } catch  where error.code == .notFound { return nil }
        }
    }

    /// The files as they stand in a commit.
    package static func commit(_ commit: String, of git: Git) -> StageSource {
        StageSource { path throws(MartletError) in git.text(of: path, in: commit).map { Array($0.utf8) } }
    }

    func text(_ path: String) throws(MartletError) -> String? {
        guard let bytes = try read(path) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MartletError(.invalidInput, "\(path) is not UTF-8 text.") }
        return text
    }

    /// A file of parameters or metrics; nil where there is none.
    func values(_ path: String) throws(MartletError) -> JSONValue? {
        guard let bytes = try read(path) else { return nil }
        return try ParameterFile.parse(bytes, name: path)
    }
}
