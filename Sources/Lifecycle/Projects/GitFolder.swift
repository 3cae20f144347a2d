package import Experiments
internal import Foundation
internal import Versions

/// What Git says of a folder.
package enum GitFolder {
    /// The commit that the folder stands at; nil where it is no repository, has no commit, or Git is not installed.
    package static func version(of folder: String) -> CodeVersion? {
        guard let commit = git(folder, ["rev-parse", "HEAD"]), !commit.isEmpty else { return nil }
        let branch = git(folder, ["symbolic-ref", "--short", "-q", "HEAD"])
        let changes = git(folder, ["status", "--porcelain", "--untracked-files=no", "--", "."])
        return CodeVersion(commit: commit, branch: branch.flatMap { $0.isEmpty ? nil : $0 }, modified: changes.map { !$0.isEmpty } ?? false)
    }

    /// Where the folder's repository comes from, as an address without a name and a password; nil where that is not said.
    static func remote(of folder: String) -> String? {
        guard let text = git(folder, ["remote", "get-url", "origin"]), !text.isEmpty else { return nil }
        if let scheme = text.range(of: "://") {
            let rest = text[scheme.upperBound...]
            let authority = rest.prefix { $0 != "/" }
            let machine = authority.split(separator: "@").last ?? authority
            return "\(text[..<scheme.upperBound])\(machine)\(rest.dropFirst(authority.count))"
        }
        // user@host:path, as for SSH.
        guard let colon = text.firstIndex(of: ":"), !text.hasPrefix("/") else { return nil }
        let machine = text[..<colon].split(separator: "@").last.map(String.init) ?? ""
        return "ssh://\(machine)/\(text[text.index(after: colon)...])"
    }

    /// What a Git command prints; nil where it fails.
    static func git(_ folder: String, _ arguments: [String]) -> String? {
        Git(folder).output(arguments).map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}
