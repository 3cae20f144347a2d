internal import Foundation
package import Support

/// Which versions of data are kept by ``Repository/collect(keeping:dryRun:observer:)``, beside those of the workspace.
package struct KeptVersions: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let branches = KeptVersions(rawValue: 1)
    package static let tags = KeptVersions(rawValue: 2)
    /// Every commit that a branch, a tag or an experiment leads to.
    package static let commits = KeptVersions(rawValue: 4)
    /// What experiments of DVC (`refs/exps`) hold.
    package static let experiments = KeptVersions(rawValue: 8)
}

/// What a collection removes, and what it keeps and why.
package struct Collected: Sendable {
    /// What holds contents, and how many that nothing before it holds.
    package var keepers: [(title: String, contents: Int)] = []
    /// Contents that nothing holds, folders first, each in order.
    package var removed: [String] = []
    /// In bytes.
    package var removedSize = 0
    package var kept = 0
}

extension Repository {
    /// Removes contents from the cache that no kept version names. What cannot be read keeps everything: a pointer file that is broken ends it with an
    /// error, before anything is removed.
    /// - Parameters:
    ///   - stages: the outputs of pipelines in the workspace; of a commit, given its name.
    ///   - dryRun: whether it is only told what would be removed.
    /// - Throws: `invalidInput` with file and line; `conflict` where somebody is at work in the repository; `notFound` where the listing of a kept folder
    ///   is not in the cache, since then nobody knows what it holds.
    package func collect(
        keeping versions: KeptVersions, dryRun: Bool, stages: (_ commit: String?) throws(MartletError) -> [TrackedOutput] = { _ in [] }
    ) throws(MartletError) -> Collected {
        let lock = try RepositoryLock(self, exclusive: true)
        defer { lock.release() }
        var collected = Collected()
        var held = Held()
        try hold(pointers().flatMap(\.outputs) + stages(nil), "the workspace", &held, &collected)
        for (title, commit) in keptCommits(versions) {
            try hold(pointers(of: commit).flatMap(\.outputs) + stages(commit), title, &held, &collected)
        }
        for layout in ContentStore.Layout.allCases {
            // Folders before their files: where this is killed, none is left without some of them.
            for name in cache.names(layout).sorted(by: { ($0.isFolder ? 0 : 1, $0.description) < ($1.isFolder ? 0 : 1, $1.description) }) {
                guard !held.contains(name, layout) else {
                    collected.kept += 1
                    continue
                }
                let path = cache.path(name, layout)
                collected.removedSize += (try? FileStamp(of: path))?.size ?? 0
                collected.removed.append(name.description)
                if !dryRun, unlink(path) != 0, errno != ENOENT { throw .system("remove", path) }
            }
        }
        if !dryRun { for store in [cache, Workplace.store(self)] { store.removeUnfinished() } }
        return collected
    }

    /// The contents that something holds.
    private struct Held {
        private var names: Set<ContentName> = []
        private var legacy: Set<ContentName> = []

        func contains(_ name: ContentName, _ layout: ContentStore.Layout) -> Bool {
            layout == .current ? names.contains(name) : legacy.contains(name)
        }

        mutating func insert(_ name: ContentName, _ layout: ContentStore.Layout) -> Bool {
            layout == .current ? names.insert(name).inserted : legacy.insert(name).inserted
        }
    }

    private func hold(
        _ outputs: [TrackedOutput], _ title: String, _ held: inout Held, _ collected: inout Collected
    ) throws(MartletError) {
        var count = 0
        for output in outputs where output.isCached {
            guard let content = output.content, held.insert(content, output.layout) else { continue }
            count += 1
            guard content.isFolder else { continue }
            guard cache.contains(content, output.layout) else {
                // Its members may be here all the same; without the listing they cannot be told from what nobody needs.
                throw MartletError(
                    .notFound,
                    "The listing of \(output.path), as \(title) has it, is not in the cache, so nobody knows which contents it needs. Fetch it first (martlet data fetch), or keep fewer versions."
                )
            }
            for entry in try listing(content, output.layout).entries where held.insert(ContentName(entry.digest), output.layout) { count += 1 }
        }
        if count > 0 || title == "the workspace" { collected.keepers.append((title, count)) }
    }

    /// The commits whose versions are kept, each with what to call it, each once.
    private func keptCommits(_ versions: KeptVersions) -> [(title: String, commit: String)] {
        guard usesGit else { return [] }
        var seen: Set<String> = []
        var commits: [(String, String)] = []
        let kinds: [(KeptVersions, String, String)] = [
            (.branches, "refs/heads refs/remotes", "branch"), (.tags, "refs/tags", "tag"), (.experiments, "refs/exps", "experiment"),
        ]
        for (kind, places, word) in kinds where versions.contains(kind) {
            for (name, commit) in git.references(places.split(separator: " ").map(String.init)) where seen.insert(commit).inserted {
                commits.append(("\(word) \(name)", commit))
            }
        }
        if versions.contains(.commits) {
            for commit in git.commits(of: ["--branches", "--remotes", "--tags", "--glob=refs/exps", "HEAD"]) where seen.insert(commit).inserted {
                commits.append(("commit \(commit.prefix(7))", commit))
            }
        }
        return commits
    }
}
