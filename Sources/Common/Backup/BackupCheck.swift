internal import Database
internal import Digests
internal import Events
internal import Foundation
internal import Objects
package import Support

/// What is wrong with a backup; nothing where it can be restored.
package struct BackupReport: Sendable {
    package var manifest: BackupManifest
    package var findings: [String] = []

    package var json: JSONValue {
        [
            "id": .string(manifest.id), "whole": .bool(findings.isEmpty), "files": JSONValue(manifest.entries.count),
            "bytes": JSONValue(manifest.bytes), "events": JSONValue(manifest.facts.auditSequence), "findings": JSONValue(findings),
        ]
    }
}

extension BackupFolder {
    /// The place of the database within a project.
    package static let database = ".martlet/martlet.db"

    /// Reads every byte of a backup, and checks the chain of events and the structure of the copied database.
    package func verify(_ id: String?, observer: any BackupObserver) throws(MartletError) -> BackupReport {
        let lock = try lock(alone: false)
        defer { withExtendedLifetime(lock) {} }
        var report = BackupReport(manifest: try manifest(id))
        var bytes = 0
        for (i, entry) in report.manifest.entries.enumerated() {
            try observer.check()
            if let finding = try finding(entry, observer) { report.findings.append(finding) }
            bytes += entry.size
            observer.reached("checking", file: i + 1, of: report.manifest.entries.count, bytes: bytes)
        }
        guard let database = report.manifest.entries.first(where: { $0.path == BackupFolder.database }) else {
            report.findings.append("The database is not part of the backup.")
            return report
        }
        if report.findings.isEmpty {
            let present = Set(report.manifest.entries.map(\.path))
            report.findings += try withCopy(of: database) { path throws(MartletError) in
                try BackupFolder.findings(in: path, report.manifest.facts, present)
            }
        }
        return report
    }

    private func finding(_ entry: BackupManifest.Entry, _ observer: any BackupObserver) throws(MartletError) -> String? {
        do {
            let found = try read(location(entry.digest), observer: observer) { _ in }
            return found.digest == entry.digest && found.size == entry.size ? nil : "\(entry.path): the stored bytes have changed."
        } catch {
            switch error.code {
            case .notFound: return "\(entry.path): the stored file is missing."
            case .corrupted: return "\(entry.path): \(error.message)"
            default: throw error
            }
        }
    }

    /// Writes a stored file into a private folder of the system for as long as the body runs.
    private func withCopy<Value>(
        of entry: BackupManifest.Entry, _ body: (String) throws(MartletError) -> Value
    ) throws(MartletError) -> Value {
        let place = FileManager.default.temporaryDirectory.path + "/martlet-verify-\(UUID().uuidString)"
        try makeFolder(place)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let target = try WrittenPieces("\(place)/martlet.db")
        try read(location(entry.digest), observer: Silent()) { piece throws(MartletError) in try target.append(piece) }
        try target.finish()
        return try body("\(place)/martlet.db")
    }

    private static func findings(in path: String, _ facts: BackupManifest.Facts, _ present: Set<String>) throws(MartletError) -> [String] {
        let copy = try SQLiteSnapshot(path: path)
        var findings = try copy.damage().map { "The database is damaged: \($0)." }
        let events = EventLog(database: copy, clock: SystemClock(), actor: "")
        if let broken = try events.firstBroken() { findings.append("The chain of events is broken at number \(broken).") }
        let head = try AuditHead(of: copy)
        if head.sequence != facts.auditSequence || head.hash != facts.auditHash {
            findings.append("The last event of the database is number \(head.sequence), the manifest says \(facts.auditSequence).")
        }
        let digests = try copy.read { try $0.rows("SELECT model, version, digest FROM model_version") }
        for row in digests {
            guard let digest = row.text("digest"), !present.contains(".martlet/objects/\(digest.prefix(2))/\(digest.dropFirst(2))") else { continue }
            findings.append("The bytes of model:\(row.text("model") ?? "")@v\(row.int("version") ?? 0) are not part of the backup.")
        }
        return findings
    }
}
