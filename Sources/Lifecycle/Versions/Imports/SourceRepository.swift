internal import Foundation
internal import Processes
package import Support

/// Another repository at one commit: what Git keeps in it, and the data that it has under version. It is cloned into a temporary folder, which goes with
/// this value. Its settings are somebody else's: nothing is written where they say.
package final class SourceRepository: Sendable {
    /// As the user named it.
    package let address: String
    /// The branch, tag or commit that was asked for; nil where none was.
    package let revision: String?
    /// The commit that it led to.
    package let commit: String
    /// The clone, where it has data under version; nil where Git keeps all of it.
    package let checkout: Repository?

    let clone: String
    /// The repository itself, where it lies on this machine: its cache is asked before its remotes.
    private let original: Repository?

    /// Clones a repository with `git`.
    /// - Parameters:
    ///   - address: a folder, or whatever `git clone` takes.
    ///   - folder: where a relative address begins.
    /// - Throws: `notFound` where there is no such repository or revision.
    package init(_ address: String, revision: String?, from folder: String) throws(MartletError) {
        self.address = address
        self.revision = revision
        clone = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)").path(percentEncoded: false)
        let place = address.hasPrefix("/") ? address : "\(folder)/\(address)"
        original = Repository.isFolder(place) ? try? Repository(root: place) : nil
        do throws(MartletError) {
            // Links become text files, so that none leads out of the clone.
            let options = ["-c", "core.symlinks=false", "-c", "core.hooksPath=/dev/null"]
            try SourceRepository.git(["clone", "--quiet", "--no-checkout"] + options + ["--", address, clone], in: folder) { said in
                MartletError(.notFound, "“\(address)” is no repository that Git can clone.", cause: said)
            }
            let git = Git(clone)
            commit = try SourceRepository.commit(revision, git, address)
            try SourceRepository.git(["-C", clone, "checkout", "--quiet", "--detach", commit, "--"], in: folder) { said in
                MartletError(.inputOutput, "Git could not check \(address) out.", cause: said)
            }
            checkout = Repository.isFolder("\(clone)/.dvc") ? try Repository(root: clone) : nil
        } catch {
            try? FileManager.default.removeItem(atPath: clone)
            throw error
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: clone) }

    private static func commit(_ revision: String?, _ git: Git, _ address: String) throws(MartletError) -> String {
        guard let revision else { return try git.commit("HEAD") }
        // Of its branches a clone has copies.
        for name in ["refs/remotes/origin/\(revision)", revision] {
            if let commit = try? git.commit(name) { return commit }
        }
        throw MartletError(.notFound, "\(address) has no revision “\(revision)”. Name a branch, a tag or a commit of it.")
    }

    private static func git(_ arguments: [String], in folder: String, _ failure: (String) -> MartletError) throws(MartletError) {
        var environment = ProcessInfo.processInfo.environment
        // Nobody is there to type a password.
        environment["GIT_TERMINAL_PROMPT"] = "0"
        let (ending, output) = try ChildProcess.run(ProgramCall("git", arguments, in: folder, environment: environment), joinsErrors: true)
        guard ending == .exit(code: 0) else { throw failure(String(decoding: output.suffix(2000), as: UTF8.self)) }
    }

    // MARK: - Contents

    /// Brings contents of outputs into a store: from the cache of a repository on this machine, else from the remote.
    /// - Parameter fetch: brings some by a transfer.
    /// - Throws: `notFound` where neither has them; as `Transfer.fetch`.
    func bring(
        _ outputs: [TrackedOutput], into store: ContentStore, _ observer: WorkObserver,
        _ fetch: (Transfer, [TrackedOutput]) throws(MartletError) -> Transfer.Report
    ) throws(MartletError) {
        struct Way: Hashable {
            let remote: String?
            let layout: ContentStore.Layout
        }
        for (way, outputs) in Dictionary(grouping: outputs, by: { Way(remote: $0.remote, layout: $0.layout) }) {
            if let original {
                let transfer = Transfer(store, DiskRemote(root: original.cache.root), layout: way.layout, observer: observer)
                if try fetch(transfer, outputs).failures.isEmpty { continue }
            }
            let remote = try remote(way.remote)
            let report = try fetch(Transfer(store, remote, layout: way.layout, observer: observer), outputs)
            guard let (name, error) = report.failures.first else { continue }
            throw MartletError(error.code, "\(name) could not be fetched from \(remote.place): \(error.message)", cause: error.cause)
        }
    }

    private func remote(_ name: String?) throws(MartletError) -> any Remote {
        guard let config = (original ?? checkout)?.config, name != nil || config.defaultRemote != nil else {
            throw MartletError(
                .notFound, "\(address) names no remote, and its data is not in its cache on this machine. Whoever has it sets one and pushes.")
        }
        return try RemoteAddress(name, in: config).open(environment: ProcessInfo.processInfo.environment)
    }
}
