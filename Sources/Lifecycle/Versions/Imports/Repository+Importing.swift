internal import Digests
internal import Foundation
internal import Settings
package import Support

extension Repository {
    /// Puts a file or folder of another repository under version here, with a pointer file that tells where it came from, as `dvc import` does.
    /// - Parameters:
    ///   - name: its path in that repository.
    ///   - path: where it is put, relative to this one.
    ///   - stages: what pipelines write here.
    ///   - force: whether what stands there may be lost.
    /// - Throws: `conflict` where something stands there; as `checkOut` and `SourceTree`.
    package func bring(
        _ tree: SourceTree, named name: String, of source: SourceRepository, to path: String, stages: [TrackedOutput] = [], force: Bool = false,
        observer: WorkObserver = WorkObserver()
    ) throws(MartletError) -> Added {
        let pointer = "\(path).dvc"
        try checkName(path)
        if !force { try checkFree(path, pointer, stages) }
        var output = try tree.stored(into: cache, observer: observer)
        (output.path, output.source) = (path, .pointer(pointer))
        _ = try checkOut([output], force: force, observer: observer)
        try writeIgnore(path)
        let text = ImportFile(name: name, source: source, output: output).text
        try FileBytes.replace(absolute(pointer), with: Array(text.utf8))
        return Added(output: output, pointer: pointer, isChanged: true)
    }

    private func checkFree(_ path: String, _ pointer: String, _ stages: [TrackedOutput]) throws(MartletError) {
        for path in [path, pointer] where access(absolute(path), F_OK) == 0 {
            throw MartletError(.conflict, "\(path) is there already. Put it elsewhere with --out, or say --force to replace it.")
        }
        if let file = usesGit ? git.tracked([path]).first : nil {
            throw MartletError(.conflict, "Git keeps \(file) already. Put it elsewhere with --out.")
        }
        if let other = (try pointers().flatMap(\.outputs) + stages).first(where: {
            RelativePaths.isInside(path, $0.path) || RelativePaths.isInside($0.path, path)
        }) {
            throw MartletError(.conflict, "\(path) overlaps with \(other.path), which is under version already. Put it elsewhere with --out.")
        }
    }

    /// Copies a file or folder of another repository to a place, without putting it under version.
    /// - Parameters:
    ///   - target: an absolute path; nothing may be there.
    /// - Throws: `conflict` where something is there; as `SourceTree`.
    package static func copy(
        _ source: SourceRepository, _ makeTree: (ContentStore) throws(MartletError) -> SourceTree, to target: String, force: Bool = false,
        observer: WorkObserver = WorkObserver()
    ) throws(MartletError) -> TrackedOutput {
        guard force || access(target, F_OK) != 0 else {
            throw MartletError(.conflict, "\(target) is there already. Put it elsewhere with --out, or say --force to replace it.")
        }
        // Beside the target, so that it is moved there in one go when it is whole.
        let folder = "\(Folders.parent(of: target))/.martlet-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Folders.make("\(folder)/.dvc")
        try FileBytes.write(Array("[core]\n    no_scm = True\n[cache]\n    type = reflink,copy\n".utf8), to: "\(folder)/.dvc/config")
        let repository = try Repository(root: folder, environment: [:])
        var output = try makeTree(repository.cache).stored(into: repository.cache, observer: observer)
        output.path = "data"
        _ = try repository.checkOut([output], observer: observer)
        try replace(target, by: "\(folder)/data", aside: "\(folder)/old")
        return output
    }

    /// Moves what stands at a place aside, if anything does, and something else there; where that fails, all is as before.
    private static func replace(_ target: String, by new: String, aside: String) throws(MartletError) {
        let isMoved = rename(target, aside) == 0
        guard isMoved || errno == ENOENT else { throw .system("replace", target) }
        guard rename(new, target) == 0 else {
            let number = errno
            if isMoved { rename(aside, target) }
            throw .system("write", target, number: number)
        }
    }
}

/// A pointer file that tells where its output came from.
struct ImportFile {
    /// The path in the other repository.
    let name: String
    let source: SourceRepository
    let output: TrackedOutput

    var text: String {
        let own = OutputEntry.json(output, named: RelativePaths.name(of: output.path))
        return YAMLWriter.text([
            .init("md5", .string(digest(own))), .init("frozen", true), .init("deps", [dependency]), .init("outs", [own]),
        ])
    }

    private var dependency: JSONValue {
        var repository: [JSONValue.Member] = [.init("url", .string(source.address))]
        if let revision = source.revision { repository.append(.init("rev", .string(revision))) }
        repository.append(.init("rev_lock", .string(source.commit)))
        return .object([.init("path", .string(name)), .init("repo", .object(repository))])
    }

    /// The MD5 of what the file says, without what is measured of the output (`dvc.stage.utils.compute_md5`).
    private func digest(_ own: JSONValue) -> String {
        let said = own.members.filter { !["size", "nfiles"].contains($0.key) }
        let value: JSONValue = .object([.init("deps", [dependency]), .init("outs", [.object(said)])])
        return ContentName(MD5Digest(of: Array(PythonJSON.text(value).utf8))).description
    }
}
