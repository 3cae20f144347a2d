internal import Audit
internal import Support

/// Lines about the record as notes of commits, under `refs/notes/martlet` of the repository that a folder lies in.
struct GitNotes {
    private static let reference = "refs/notes/martlet"

    let folder: String

    /// Adds a line to the notes of the commit that the folder stands at.
    /// - Returns: the commit.
    /// - Throws: `notFound` where the folder is in no repository, or that has no commit yet; `inputOutput` where Git fails.
    func add(_ line: String, by actor: String) throws(MartletError) -> String {
        let commit = try head()
        // Whoever has told Git no name acts under the one that the event carries.
        let isNamed = GitFolder.git(folder, ["config", "user.email"])?.isEmpty == false
        let identity = isNamed ? [] : ["-c", "user.name=\(actor)", "-c", "user.email=\(actor)@localhost"]
        guard GitFolder.git(folder, identity + ["notes", "--ref=\(GitNotes.reference)", "append", "-m", line, commit]) != nil else {
            throw MartletError(.inputOutput, "Git could not write the note. Try: git notes --ref=martlet append -m test")
        }
        return commit
    }

    /// The commit that the folder stands at.
    func head() throws(MartletError) -> String {
        guard let commit = GitFolder.git(folder, ["rev-parse", "--verify", "-q", "HEAD"]), !commit.isEmpty else {
            throw MartletError(.notFound, "The project lies in no Git repository with a commit. Make one, or anchor in a file with --file.")
        }
        return commit
    }

    /// The anchors of a project in all notes; none where there is no repository.
    func anchors(of project: String) -> [Anchor] {
        let listed = GitFolder.git(folder, ["notes", "--ref=\(GitNotes.reference)", "list"]) ?? ""
        return listed.split(separator: "\n").flatMap { line -> [Anchor] in
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count == 2, let text = GitFolder.git(folder, ["cat-file", "blob", fields[0]]) else { return [] }
            return Anchor.lines(of: project, in: text, place: .git(commit: fields[1]))
        }
    }
}
