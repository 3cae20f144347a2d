internal import Foundation
package import Support
package import Versions

/// Every `dvc.yaml` of a repository.
package struct StageSearch {
    private let root: String
    private let own: String
    private let style: TemplateStyle
    private var files: [StageFile] = []

    /// Reads the files: the one that is run first, the others in the order of their folders. Hidden folders, those with a repository of their own, and what
    /// is under version as data are not searched.
    /// - Parameter own: the file whose stages are called by their names alone, relative to the repository.
    /// - Throws: `invalidInput` with file and line.
    package static func files(of repository: Repository, own: String = StageFile.name) throws(MartletError) -> [StageFile] {
        var search = StageSearch(root: repository.root, own: own, style: TemplateStyle(repository.config))
        if access("\(repository.root)/\(own)", F_OK) == 0 { try search.read(own) }
        try search.visit("", depth: 0)
        return search.files
    }

    private init(root: String, own: String, style: TemplateStyle) {
        self.root = root
        self.own = own
        self.style = style
    }

    private mutating func read(_ path: String) throws(MartletError) {
        files.append(try StageFile(root: root, path: path, own: own, style: style))
    }

    private mutating func visit(_ folder: String, depth: Int) throws(MartletError) {
        guard depth < 64 else { return }
        let names = Folders.names(folder.isEmpty ? root : "\(root)/\(folder)").sorted(by: stageOrder)
        if !folder.isEmpty, names.contains(".dvc") { return }
        let path = StagePath.joined(folder, StageFile.name)
        if path != own, names.contains(StageFile.name) { try read(path) }
        let tracked = Set(names.filter { $0.hasSuffix(".dvc") }.map { String($0.dropLast(4)) })
        for name in names where !name.hasPrefix(".") && !tracked.contains(name) {
            let inner = StagePath.joined(folder, name)
            guard isFolder(inner), !files.contains(where: { $0.stages.contains { stage in stage.outputs.contains { stage.path($0.path) == inner } } })
            else {
                continue
            }
            try visit(inner, depth: depth + 1)
        }
    }

    /// A folder that is no link.
    private func isFolder(_ path: String) -> Bool {
        var info = stat()
        return lstat("\(root)/\(path)", &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }
}

extension StageSearch {
    /// The files of a commit.
    /// - Throws: `invalidInput` with file and line.
    package static func files(of repository: Repository, in commit: String) throws(MartletError) -> [StageFile] {
        let git = repository.git
        let source = StageSource.commit(commit, of: git)
        let paths = git.files(of: commit, endings: [StageFile.name]).filter { RelativePaths.name(of: $0) == StageFile.name }
        var files: [StageFile] = []
        for path in paths { files.append(try StageFile(source: source, path: path, style: TemplateStyle(repository.config))) }
        return files
    }
}

extension TemplateStyle {
    /// As a repository's settings say it.
    package init(_ config: RepositoryConfig) {
        self.init()
        writesFalse = config["parsing", "bool"]?.text == "boolean_optional"
        repeatsName = config["parsing", "list"]?.text == "append"
    }
}

extension Repository {
    /// What the stages of the repository write, with the contents that `dvc.lock` tells.
    /// - Parameter commit: the commit; the workspace where it is nil.
    /// - Throws: `invalidInput` with file and line.
    package func stageOutputs(in commit: String? = nil) throws(MartletError) -> [TrackedOutput] {
        let files = if let commit { try StageSearch.files(of: self, in: commit) } else { try StageSearch.files(of: self) }
        let source = commit.map { StageSource.commit($0, of: git) } ?? .folder(root)
        var outputs: [TrackedOutput] = []
        for file in files {
            let path = StageLock.path(of: file.path)
            let text = try source.text(path)
            let lock = try text.map { text throws(MartletError) in try StageLock.stages(text, path) } ?? [:]
            for stage in file.stages {
                for output in stage.outputs {
                    let version = lock[stage.name]?.outputs.first { $0.path == output.path }?.version
                    outputs.append(
                        TrackedOutput(
                            source: .stage(file: file.path, name: stage.name), path: stage.path(output.path), content: version?.name,
                            layout: version?.layout ?? .current, size: version?.size, fileCount: version?.files, isCached: output.isCached,
                            isPushed: output.isPushed, remote: output.remote, isExecutable: version?.isExecutable ?? false))
                }
            }
        }
        return outputs
    }
}
