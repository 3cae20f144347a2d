package import Backup
internal import Database
internal import Digests
internal import Events
internal import Foundation
internal import Objects
internal import Serving
package import Support
internal import Versions

extension Project {
    /// Makes a backup, beside whoever works on the project.
    ///
    /// The order keeps it consistent: first how far the prediction log is whole, then one state of the database, then the objects. An object is
    /// stored before a row names it and never changes, so every one that the copied rows name is there.
    /// - Parameters:
    ///   - program: the version of this program.
    ///   - keep: how many backups stay in the folder; all where nil.
    package func backUp(to folder: BackupFolder, program: String, keep: Int?, observer: any BackupObserver) throws(MartletError)
        -> BackupWriter.Outcome
    {
        try resumeErasures()
        // What the copied rows name must be there when its turn comes.
        let lock = try ProjectLock(folder: stateFolder, sharing: "gc")
        defer { withExtendedLifetime(lock) {} }
        let writer = try BackupWriter(folder, clock: clock, observer: observer)
        if let other = writer.previous?.facts.project, other != file.project {
            throw MartletError(.conflict, "\(folder.path) holds backups of “\(other)”. Give “\(file.project)” a folder of its own.")
        }
        let settings = try settingsItems()
        let log = try PredictionLogFile.all(in: predictionsFolder).map { file in
            let source = file.content.map(BackupItem.Source.bytes) ?? .file("\(predictionsFolder)/\(file.path)", length: file.length)
            return BackupItem(".martlet/predictions/\(file.path)", source, isImmutable: file.isFinal)
        }
        let copy = folder.temporaryPath()
        defer { unlink(copy) }
        try database.copy(to: copy)
        let facts = try Project.facts(of: copy, project: file.project, program: program)
        let items = settings + [BackupItem(BackupFolder.database, .file(copy, length: nil))] + objectItems() + contentItems() + log
        let outcome = try writer.store(items, facts, keep: keep)
        try record(outcome.manifest)
        try noteBackup(in: folder)
        return outcome
    }

    private static func facts(of copy: String, project: String, program: String) throws(MartletError) -> BackupManifest.Facts {
        let snapshot = try SQLiteSnapshot(path: copy)
        let head = try AuditHead(of: snapshot)
        return BackupManifest.Facts(
            project: project, program: program, schema: try snapshot.schemaVersion(), auditSequence: head.sequence, auditHash: head.hash)
    }

    private func record(_ manifest: BackupManifest) throws(MartletError) {
        let body: JSONValue = [
            "id": .string(manifest.id), "files": JSONValue(manifest.entries.count), "audit_sequence": JSONValue(manifest.facts.auditSequence),
        ]
        try database.write { try events.append("backup.created", "project:\(file.project)", body, in: $0) }
    }

    /// `martlet.yaml`, the files below `policies`, and the sealed secrets: their key lies elsewhere and is not part of a backup.
    private func settingsItems() throws(MartletError) -> [BackupItem] {
        var items = [BackupItem(ProjectFile.name, .file("\(root)/\(ProjectFile.name)", length: nil))]
        if FileManager.default.fileExists(atPath: "\(stateFolder)/secrets.json") {
            items.append(BackupItem(".martlet/secrets.json", .file("\(stateFolder)/secrets.json", length: nil)))
        }
        for name in ((try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/policies")) ?? []).sorted() {
            var isFolder: ObjCBool = false
            let path = "\(root)/policies/\(name)"
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            items.append(BackupItem("policies/\(name)", .file(path, length: nil)))
        }
        return items
    }

    private func objectItems() -> [BackupItem] {
        var items: [BackupItem] = []
        let root = objects.root
        for prefix in ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted() where prefix.utf8.count == 2 {
            for name in ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(prefix)")) ?? []).sorted() {
                guard let digest = Digest(checking: prefix + name) else { continue }
                let source = BackupItem.Source.file("\(root)/\(prefix)/\(name)", length: nil)
                items.append(BackupItem(".martlet/objects/\(prefix)/\(name)", source, isImmutable: true, digest: digest))
            }
        }
        return items
    }

    /// What clients of DVC pushed. Links to objects are made anew where they are asked for.
    private func contentItems() -> [BackupItem] {
        var items: [BackupItem] = []
        for layout in ContentStore.Layout.allCases {
            for name in contents.names(layout).sorted(by: { $0.description < $1.description }) {
                let path = contents.path(name, layout)
                guard (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil else { continue }
                items.append(BackupItem(".martlet/dvc\(path.dropFirst(contents.root.count))", .file(path, length: nil), isImmutable: true))
            }
        }
        return items
    }
}
