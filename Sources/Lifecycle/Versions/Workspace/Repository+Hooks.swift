internal import Foundation
package import Support

extension Repository {
    /// What Git calls, and when. Nothing is done where the program is not on the path, so that a clone without it still works.
    private static let hooks = [
        (name: "post-checkout", command: #"[ "$3" = 0 ] || martlet data checkout --quiet"#),
        (name: "pre-commit", command: "martlet data status --quiet"),
        (name: "pre-push", command: "martlet data push --quiet </dev/null"),
    ]

    /// A line by which a hook is known to be ours.
    private static let mark = "# Written by “martlet data hooks”; “martlet data hooks --remove” takes it away."

    /// Writes the hooks.
    /// - Returns: their names.
    /// - Throws: `invalidInput` outside of Git; `alreadyExists` where somebody else's hook is there: then none is written.
    package func installHooks() throws(MartletError) -> [String] {
        let folder = try hooksFolder()
        for (name, command) in Repository.hooks where hook("\(folder)/\(name)").map({ !$0.contains(Repository.mark) }) == true {
            throw MartletError(.alreadyExists, "There is a \(name) hook already (\(folder)/\(name)). Add this line to it yourself: \(command)")
        }
        try Folders.make(folder)
        for (name, command) in Repository.hooks {
            let text = "#!/bin/sh\n\(Repository.mark)\ncommand -v martlet >/dev/null || exit 0\n\(command)\n"
            try FileBytes.replace("\(folder)/\(name)", with: Array(text.utf8))
            chmod("\(folder)/\(name)", 0o755)
        }
        return Repository.hooks.map(\.name)
    }

    /// Removes the hooks that ``installHooks()`` wrote.
    /// - Returns: their names.
    package func removeHooks() throws(MartletError) -> [String] {
        let folder = try hooksFolder()
        let ours = Repository.hooks.map(\.name).filter { hook("\(folder)/\($0)")?.contains(Repository.mark) == true }
        for name in ours where unlink("\(folder)/\(name)") != 0 { throw .system("remove", "\(folder)/\(name)") }
        return ours
    }

    private func hooksFolder() throws(MartletError) -> String {
        guard let path = git.hooksFolder else { throw MartletError(.invalidInput, "There are no hooks: \(root) is not in Git.") }
        return path.hasPrefix("/") ? path : "\(root)/\(path)"
    }

    private func hook(_ path: String) -> String? { (try? FileBytes.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } }
}
