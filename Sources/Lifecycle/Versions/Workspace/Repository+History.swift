package import Support

/// One version of a tracked output in Git's history.
package struct RecordedVersion: Sendable {
    package var commit: String
    /// When it was committed, with the committer's offset, as Git writes it (ISO 8601).
    package var date: String
    package var author: String
    /// The first line of the commit's message.
    package var subject: String
    package var output: TrackedOutput
}

extension Repository {
    /// The versions of an output, the newest first, as commits changed its pointer file.
    /// - Throws: `invalidInput` where Git is not used.
    package func history(of output: TrackedOutput) throws(MartletError) -> [RecordedVersion] {
        guard usesGit, git.top != nil else { throw MartletError(.invalidInput, "There is no history: this repository is not in Git.") }
        guard case .pointer(let file) = output.source else { return [] }
        let lines = git.output(["log", "--format=%H%x00%cI%x00%an%x00%s", "--", ":(literal)\(file)"]) ?? []
        var versions: [RecordedVersion] = []
        for line in String(decoding: lines, as: UTF8.self).split(separator: "\n") {
            let facts = line.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
            guard facts.count == 4, let text = git.text(of: file, in: facts[0]), let pointer = try? PointerFile(parsing: text, path: file),
                let version = pointer.outputs.first(where: { $0.path == output.path })
            else { continue }
            versions.append(RecordedVersion(commit: facts[0], date: facts[1], author: facts[2], subject: facts[3], output: version))
        }
        return versions
    }
}
