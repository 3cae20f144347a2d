internal import Processes
package import Support

/// What Git says of a repository, asked of its command.
package struct Git: Sendable {
    /// Any folder of the work tree.
    private let folder: String

    package init(_ folder: String) { self.folder = folder }

    /// The top of the work tree; nil where the folder is in none or Git is not installed.
    package var top: String? { line(["rev-parse", "--show-toplevel"]) }

    /// Which of these paths (relative to the folder) Git keeps itself.
    package func tracked(_ paths: [String]) -> [String] { names(["ls-files", "-z", "--"] + paths.map { ":(literal)\($0)" }) }

    /// Whether Git passes over a path, there or not.
    package func ignores(_ path: String) -> Bool { output(["check-ignore", "-q", "--no-index", "--", path]) != nil }

    /// Which of these paths (relative to the folder) Git passes over, there or not.
    package func ignored(_ paths: [String]) -> [String] { names(["check-ignore", "-z", "--no-index", "--"] + paths) }

    /// The commit that a revision names.
    /// - Throws: `notFound`.
    package func commit(_ revision: String) throws(MartletError) -> String {
        guard let commit = line(["rev-parse", "--verify", "--quiet", "--end-of-options", "\(revision)^{commit}"]) else {
            throw MartletError(.notFound, "Git knows no revision “\(revision)” here. “git log --oneline” lists the commits.")
        }
        return commit
    }

    /// The files of a commit whose names end in one of these, relative to the folder.
    package func files(of commit: String, endings: [String]) -> [String] {
        names(["ls-tree", "-r", "-z", "--name-only", commit, "."]).filter { name in endings.contains { name.hasSuffix($0) } }
    }

    /// The text of a file in a commit; nil where it has none.
    package func text(of file: String, in commit: String) -> String? {
        output(["show", "\(commit):./\(file)"]).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The commits of all branches, tags and experiments, the newest first.
    package func commits(of arguments: [String]) -> [String] {
        output(["rev-list"] + arguments).map { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } ?? []
    }

    /// The branches, tags or other references below some places (`refs/tags`), with the commits that they lead to.
    func references(_ places: [String]) -> [(name: String, commit: String)] {
        let lines = output(["for-each-ref", "--format=%(refname:short)%00%(objectname)%00%(*objectname)"] + places) ?? []
        return String(decoding: lines, as: UTF8.self).split(separator: "\n").compactMap { line in
            let facts = line.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
            return facts.count == 3 ? (facts[0], facts[2].isEmpty ? facts[1] : facts[2]) : nil
        }
    }

    /// Where hooks lie; relative to the folder or absolute.
    var hooksFolder: String? { line(["rev-parse", "--git-path", "hooks"]) }

    private func line(_ arguments: [String]) -> String? {
        guard let bytes = output(arguments), let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first else { return nil }
        return String(line)
    }

    private func names(_ arguments: [String]) -> [String] {
        output(arguments).map { $0.split(separator: 0).map { String(decoding: $0, as: UTF8.self) } } ?? []
    }

    /// What a command prints; nil where it fails.
    package func output(_ arguments: [String]) -> [UInt8]? {
        guard let (ending, bytes) = try? ChildProcess.run(ProgramCall("git", ["-C", folder] + arguments)), ending == .exit(code: 0) else {
            return nil
        }
        return bytes
    }
}
