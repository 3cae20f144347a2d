import ArgumentParser
import Foundation
import Stages
import Support
import Versions

extension GlobalOptions {
    /// The repository that the chosen folder lies in.
    /// - Throws: `notFound` where there is none.
    func repository() throws(MartletError) -> Repository {
        guard let root = Repository.root(above: folder) else {
            throw MartletError(
                .notFound, "\(folder) lies in no repository with data under version. “martlet data add FILE” begins one; “dvc init” does, too.")
        }
        return try Repository(root: root)
    }

    /// Told how work on many files goes; shown on a line of the terminal.
    func progress(_ doing: String) -> TransferProgress { TransferProgress(doing, isShown: !quiet && !json) }
}

/// Which tracked data a command is about.
struct TrackedTargets {
    let repository: Repository
    /// The folder that paths are relative to.
    let folder: String

    /// Everything that is tracked, or what the user named: an output, its pointer file, or a folder that outputs lie in.
    /// - Throws: `notFound` for a name that is none of these.
    func outputs(_ names: [String]) throws(MartletError) -> [TrackedOutput] {
        let all = try repository.pointers().flatMap(\.outputs) + repository.stageOutputs().filter(\.isCached)
        if names.isEmpty { return all }
        var chosen: [TrackedOutput] = []
        for name in names {
            let path = try repository.relative(name, to: folder)
            let fitting = all.filter { $0.path == path || $0.source.title == path || RelativePaths.isInside($0.path, path) }
            guard !fitting.isEmpty else { throw unknown(name, path, all) }
            for output in fitting where !chosen.contains(where: { $0.path == output.path }) { chosen.append(output) }
        }
        return chosen
    }

    /// Everything that a commit tracks.
    func outputs(of commit: String) throws(MartletError) -> [TrackedOutput] {
        try repository.pointers(of: commit).flatMap(\.outputs) + repository.stageOutputs(in: commit).filter(\.isCached)
    }

    private func unknown(_ name: String, _ path: String, _ all: [TrackedOutput]) -> MartletError {
        if let folder = all.first(where: { RelativePaths.isInside(path, $0.path) }) {
            return MartletError(.notFound, "\(name) is part of \(folder.path), which is under version as a whole. Name \(folder.path).")
        }
        return MartletError(
            .notFound, "\(name) is not under version.\(didYouMean(path, among: all.map(\.path))) “martlet data status” lists what is.")
    }
}
