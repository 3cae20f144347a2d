package import Backup
internal import Database
package import EngineLibraries
internal import Events
internal import Foundation
internal import Registry
package import Support

/// What a restore did.
package struct RestoreOutcome: Sendable {
    package var manifest: BackupManifest
    package var folder: String
    /// Where what stood there before is now.
    package var movedAside: String?
    /// Why `champion` belongs to nobody now; nil where it stands as it did.
    package var withdrawn: String?
    /// How many erasures were made since and repeated on the restored state.
    package var erasures: Int

    package var json: JSONValue {
        [
            "id": .string(manifest.id), "folder": .string(folder), "files": JSONValue(manifest.entries.count), "bytes": JSONValue(manifest.bytes),
            "moved_aside": JSONValue(movedAside), "champion_withdrawn": JSONValue(withdrawn),
            "erasures_repeated": JSONValue(erasures),
        ]
    }
}

/// Puts a backup into a folder.
///
/// An older state says what was true then. Two things are not taken from it where it replaces a project that can still be read: who may do what
/// (users, roles and tokens stay as they are now, so that what was revoked stays revoked), and which version answers (where `champion` would
/// move, it is withdrawn, and only the gate gives it back). Who was erased since, as the project or the folder of backups knows it, is erased
/// again before the folder takes its place; holds stay as they are. Sessions end. The restored record goes on with an event that names the backup and the
/// end of the record that it replaces.
package struct ProjectRestore {
    private let backups: BackupFolder
    private let clock: any WallClock
    private let engines: EngineLocator
    private let actor: String
    private let observer: any BackupObserver

    package init(from backups: BackupFolder, clock: any WallClock, engines: EngineLocator, actor: String, observer: any BackupObserver) {
        self.backups = backups
        self.clock = clock
        self.engines = engines
        self.actor = actor
        self.observer = observer
    }

    /// - Parameters:
    ///   - id: which backup; the newest where nil.
    ///   - replaces: whether what stands in the folder may be moved aside.
    /// - Throws: `alreadyExists` where something stands there, `conflict` where a Martlet is at work there.
    package func restore(_ id: String?, into target: String, replaces: Bool) throws(MartletError) -> RestoreOutcome {
        let manifest = try backups.manifest(id)
        let isOccupied = !((try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []).isEmpty
        guard replaces || !isOccupied else {
            throw MartletError(
                .alreadyExists, "\(target) is not empty. Name an empty folder, or add --yes to have what is there moved aside.")
        }
        if isOccupied { try ProjectRestore.checkIdle(target) }
        let present = isOccupied ? presentState(target, since: manifest.facts) : nil
        try makeParent(of: target)
        let staged = try StagedRestore(beside: target)
        try backups.extract(manifest, into: staged.path, observer: observer)
        let (withdrawn, erasures) = try settle(staged.path, manifest, present, isOccupied: isOccupied)
        let aside = isOccupied ? "\(target).before-\(manifest.id)-\(clock.now().microseconds)" : nil
        try staged.takePlace(movingAside: aside)
        return RestoreOutcome(manifest: manifest, folder: target, movedAside: aside, withdrawn: withdrawn, erasures: erasures)
    }

    private func makeParent(of target: String) throws(MartletError) {
        let parent = (target as NSString).deletingLastPathComponent
        guard !FileManager.default.fileExists(atPath: parent) else { return }
        do { try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true) } catch {
            throw MartletError(.inputOutput, "The folder \(parent) cannot be made.", cause: "\(error)")
        }
    }

    /// - Throws: `conflict` where a run or a server holds one of the project's locks.
    private static func checkIdle(_ target: String) throws(MartletError) {
        try check(["\(Project.stateFolder(target))/run.lock"], target)
        try checkServers(target)
    }

    /// - Throws: `conflict` where a server writes predictions.
    static func checkServers(_ target: String) throws(MartletError) {
        let folder = "\(Project.stateFolder(target))/predictions"
        try check(((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)/lock" }, target)
    }

    private static func check(_ locks: [String], _ target: String) throws(MartletError) {
        for path in locks {
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw MartletError(.conflict, "A run or a server is at work in \(target). Stop it first.")
            }
        }
    }

    // MARK: - What the restored state must not undo

    /// What is taken over from the project that is replaced.
    private struct Present {
        var head: AuditHead
        var champion: ModelVersion?
        var gated: Bool
        var access: [String: [SQLRow]]
        /// What the record tells of them since the backup; nothing where the record is not the one that the backup holds the beginning of.
        var accessEvents: [Event]
        var erasures: ErasureTables
    }

    /// What stays as it is in the project that is replaced: an old backup must not bring back rights and signatures that were taken away since.
    private static let accessTables = [
        "principal", "role_binding", "token", "identity", "approval_request", "approval", "approval_override", "promotion_rule",
    ]

    /// Nil where there is no project, or one that cannot be read any more. The database is closed again when this returns: SQLite removes its log
    /// by its path, under which another database stands later.
    private func presentState(_ target: String, since backup: BackupManifest.Facts) -> Present? {
        guard FileManager.default.fileExists(atPath: "\(Project.stateFolder(target))/martlet.db"),
            let project = try? Project(root: target, clock: clock, engines: engines, actor: actor), let head = try? AuditHead(of: project.database)
        else { return nil }
        var access: [String: [SQLRow]] = [:]
        for table in ProjectRestore.accessTables {
            guard let rows = try? project.database.read({ try $0.rows("SELECT * FROM \(table)") }) else { return nil }
            access[table] = rows
        }
        guard let erasures = try? ErasureTables(project.database) else { return nil }
        let champion = try? project.models.version(project.file.model, "champion")
        return Present(
            head: head, champion: champion, gated: project.file.promotion.gated, access: access,
            accessEvents: (try? ProjectRestore.accessEvents(of: project, since: backup)) ?? [], erasures: erasures)
    }

    /// The events about who may do what and who signed, since a backup, oldest first.
    private static func accessEvents(of project: Project, since backup: BackupManifest.Facts) throws(MartletError) -> [Event] {
        let nouns: Set<Substring> = ["user", "service", "role", "token", "lease", "identity", "approval", "promotion"]
        var found: [Event] = []
        var isContinued = backup.auditSequence == 0
        try project.events.forEach { event in
            if event.sequence == backup.auditSequence { isContinued = event.hash == backup.auditHash }
            if event.sequence > backup.auditSequence, isContinued, nouns.contains(event.kind.prefix { $0 != "." }) { found.append(event) }
        }
        return found
    }

    /// Tells once more, in the restored record, what happened to the rights and signatures that are taken over.
    private func carry(_ events: [Event], into project: Project, in session: SQLSession) throws {
        for event in events {
            var body = event.body
            body["carried_from"] = JSONValue(event.sequence)
            try project.events.acting(as: event.actor).append(event.kind, event.subject, body, in: session)
        }
    }

    /// Writes into the staged project what the restore means, and closes it again.
    /// - Returns: why `champion` was withdrawn, or nil; and how many erasures were repeated.
    private func settle(_ folder: String, _ manifest: BackupManifest, _ present: Present?, isOccupied: Bool) throws(MartletError) -> (
        withdrawn: String?, erasures: Int
    ) {
        let project = try Project(root: folder, clock: clock, engines: engines, actor: actor)
        let champion = try? project.models.version(project.file.model, "champion")
        let isSame = champion.map { $0.version == present?.champion?.version && $0.digest == present?.champion?.digest } ?? true
        let isGated = project.file.promotion.gated || present?.gated == true
        let withdrawn = isOccupied && isGated && !isSame ? withdrawal(of: champion, present, manifest) : nil
        var body: JSONValue = [
            "id": .string(manifest.id), "made": .string(manifest.created.description), "audit_sequence": JSONValue(manifest.facts.auditSequence),
            "audit_hash": .string(manifest.facts.auditHash),
        ]
        if let head = present?.head { body["replaced"] = ["audit_sequence": JSONValue(head.sequence), "audit_hash": .string(head.hash)] }
        project.events.headFile?.begin(AuditHead(sequence: manifest.facts.auditSequence, hash: manifest.facts.auditHash))
        let note = try backups.readNote().map { ErasureTables($0) }
        try project.database.write { session in
            try note?.write(in: session)
            try present?.erasures.write(in: session)
            try session.execute("DELETE FROM session")
            for (table, rows) in (present?.access ?? [:]).sorted(by: { $0.key < $1.key }) {
                try session.execute("DELETE FROM \(table)")
                let columns = try session.columns(of: table)
                for row in rows { try session.put(row, into: table, columns: columns) }
            }
            try session.execute("UPDATE access_generation SET number = number + 1")
            try carry(present?.accessEvents ?? [], into: project, in: session)
            try project.events.append("backup.restored", "project:\(project.file.project)", body, in: session)
            if let withdrawn { try project.models.withdraw("champion", model: project.file.model, reason: withdrawn, in: session) }
        }
        return (withdrawn, try project.repeatErasures(because: manifest.id))
    }

    private func withdrawal(of champion: ModelVersion?, _ present: Present?, _ manifest: BackupManifest) -> String {
        let restored = champion.map { "\($0.reference)" } ?? "nobody"
        let now = present.map { $0.champion.map { "\($0.reference) was it" } ?? "nobody was it" } ?? "who was it is not known any more"
        return "The backup \(manifest.id) has \(restored) as champion, and \(now) in the project that it replaces."
    }
}
