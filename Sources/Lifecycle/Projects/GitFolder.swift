package import Experiments
internal import Foundation
internal import Processes

/// What Git says of a folder.
package enum GitFolder {
    /// The commit that the folder stands at; nil where it is no repository, has no commit, or Git is not installed.
    package static func version(of folder: String) -> CodeVersion? {
        guard let commit = git(folder, ["rev-parse", "HEAD"]), !commit.isEmpty else { return nil }
        let branch = git(folder, ["symbolic-ref", "--short", "-q", "HEAD"])
        let changes = git(folder, ["status", "--porcelain", "--untracked-files=no", "--", "."])
        return CodeVersion(commit: commit, branch: branch.flatMap { $0.isEmpty ? nil : $0 }, modified: changes.map { !$0.isEmpty } ?? false)
    }

    /// What a Git command prints; nil where it fails.
    static func git(_ folder: String, _ arguments: [String]) -> String? {
        guard let (ending, bytes) = try? ChildProcess.run(ProgramCall("git", ["-C", folder] + arguments)), ending == .exit(code: 0) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
