package import Backup
internal import Database
internal import Events
internal import Serving
package import Support

extension Project {
    /// Notes where backups are, and puts the tombstones beside them, so that a restore from there repeats the erasures.
    func noteBackup(in folder: BackupFolder) throws(MartletError) {
        try database.write { session in
            try session.execute("INSERT OR REPLACE INTO backup_place (path, at) VALUES (?, ?)", [SQLValue(folder.path), SQLValue(clock.now())])
        }
        try putTombstones(in: folder)
    }

    private func putTombstones(in folder: BackupFolder) throws(MartletError) {
        let tables = try ErasureTables(database)
        if !tables.isEmpty { try folder.note(tables.json) }
    }

    /// The folders of backups that are known.
    func backupPlaces() throws(MartletError) -> [String] {
        try database.read { try $0.rows("SELECT path FROM backup_place ORDER BY path").compactMap { $0.text("path") } }
    }

    /// Puts the tombstones beside the backups that can be reached and are not sealed; the others get them with their next backup.
    func tellBackups() throws(MartletError) {
        for path in try backupPlaces() {
            guard let folder = try? BackupFolder(opening: path, passphrase: { () throws(MartletError) in nil }), !folder.isEncrypted else { continue }
            try putTombstones(in: folder)
        }
    }

    /// Goes on with erasures that did not end, before something is made that would carry what they remove.
    /// - Throws: `conflict` where a run is at work.
    package func resumeErasures() throws(MartletError) {
        guard try erasures().contains(where: { $0.state == .begun }) else { return }
        let lock = try ProjectLock(folder: stateFolder, name: "run")
        try finishErasures()
        withExtendedLifetime(lock) {}
    }

    /// The erasures whose person a backup may still hold.
    package static func erasures(heldBy manifest: BackupManifest, in folder: BackupFolder) throws(MartletError) -> [Erasure] {
        guard let note = try folder.readNote() else { return [] }
        return ErasureTables(note).erasures.filter { $0.earliest <= manifest.created && manifest.created < $0.begun }
    }

    /// Repeats all erasures on a state that is older than they are. Nobody else works on it.
    /// - Returns: how many there were.
    func repeatErasures(because backup: String) throws(MartletError) -> Int {
        let all = try erasures()
        for erasure in all {
            let secret = try database.write { try subjectSecret(in: $0) }
            let search = SubjectSearch(project: self, subject: Subject(digest: erasure.subject, secret: secret))
            let predictions = try search.predictions()
            try database.write { session in
                _ = try removeLabels(search, predictions, in: session)
                try bury(predictions, erasure, in: session)
            }
            try carryOut(erasure, search)
            let body: JSONValue = ["erasure": JSONValue(erasure.id), "backup": .string(backup), "because": .string(erasure.reason)]
            try events.record("erasure.repeated", "subject:\(erasure.subject)", body)
        }
        return all.count
    }
}
