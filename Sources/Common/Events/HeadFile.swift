internal import Database
internal import Foundation
internal import Synchronization

/// A second place for the end of the record: a small file beside the database, written after each commit. It tells when records at the end are
/// missing. It moves only along the chain that it confirms, so that going on after a cut does not hide the cut.
package final class HeadFile: Sendable {
    /// What the file holds.
    package enum Content: Sendable, Equatable {
        case missing
        case head(AuditHead)
        case unreadable
    }

    package static let name = "audit-head"

    package let path: String
    private let pending = Mutex<AuditHead?>(nil)

    package init(path: String) { self.path = path }

    /// Reads the file.
    package func read() -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? .missing : .unreadable }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return count == 0 ? .missing : .unreadable }
        let fields = String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let sequence = Int(fields[0]), sequence > 0, fields[1].utf8.count == 64 else { return .unreadable }
        return .head(AuditHead(sequence: sequence, hash: String(fields[1])))
    }

    /// Lets the file move on with the transaction that appends a record, where what it holds is confirmed by the record so far.
    func follow(_ new: AuditHead, after previous: AuditHead?, in session: SQLSession) throws {
        let isUnderWay = pending.withLock { pending in
            guard pending != nil, pending == previous else { return false }
            pending = new
            return true
        }
        if isUnderWay { return }
        guard try confirms(previous, session) else { return }
        pending.withLock { $0 = new }
        session.afterTransaction(
            committed: { self.write(self.pending.withLock { pending in pending.take() }) }, rolledBack: { self.pending.withLock { $0 = nil } })
    }

    /// Whether the record, which ends at `last` before the new one, holds what the file says.
    private func confirms(_ last: AuditHead?, _ session: SQLSession) throws -> Bool {
        switch read() {
        case .missing: return try isYoung(last, session)
        case .unreadable: return false
        case .head(let held):
            if held == last { return true }
            guard let last, held.sequence < last.sequence else { return false }
            return try session.row("SELECT hash FROM event WHERE seq = ?", [SQLValue(held.sequence)])?.text("hash") == held.hash
        }
    }

    /// Whether the record had no second place for its end yet: it begins now, or began before there was one. A file that went missing later is not
    /// made anew, or removing it would hide what was cut off.
    private func isYoung(_ last: AuditHead?, _ session: SQLSession) throws -> Bool {
        guard let last else { return true }
        return last.sequence <= (try session.row("SELECT seq FROM audit_start")?.int("seq") ?? 0)
    }

    /// Begins the file where a record is taken over from elsewhere, as from a backup.
    package func begin(_ head: AuditHead) { write(head) }

    /// Writes the head over the old one, always in as many bytes. Where that fails, the file stays behind, which verification allows.
    private func write(_ head: AuditHead?) {
        guard let head else { return }
        let digits = String(head.sequence)
        let line = Array("\(String(repeating: "0", count: max(0, 20 - digits.utf8.count)))\(digits) \(head.hash)\n".utf8)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = pwrite(descriptor, line, line.count, 0)
    }
}
