package import Audit
internal import Digests
package import Events
internal import Foundation
internal import Objects
package import Support

extension Project {
    /// What the events of anchors are about.
    private static let recordSubject = "audit:record"

    /// The project's own list of where its anchors are, beside the events that say the same.
    private var anchorList: AnchorFile { AnchorFile("\(stateFolder)/anchors.jsonl") }

    /// Goes through the whole record and holds it against what stands for it, here and outside.
    /// - Parameter files: files with anchors besides those that the project knows of.
    package func verifyRecord(files: [String] = []) throws(MartletError) -> RecordAudit {
        let recorded = try recordedAnchors()
        var places = Set(files.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
        for case .file(let path) in recorded.map(\.place) { places.insert(path) }
        var outside = GitNotes(folder: root).anchors(of: file.project)
        for path in files where AnchorFile(URL(fileURLWithPath: path).standardizedFileURL.path).text() == nil {
            throw MartletError(.notFound, "\(path) cannot be read, so it says nothing about the record. Correct the path.")
        }
        for path in places.sorted() {
            outside += Anchor.lines(of: file.project, in: AnchorFile(path).text() ?? "", place: .file(path))
        }
        var audit = try RecordAudit(events, recorded: recorded, outside: outside, objects: objects)
        if audit.fault == nil { audit.discrepancies = try discrepancies() }
        return audit
    }

    /// The anchors that events or the project's list tell of.
    private func recordedAnchors() throws(MartletError) -> [Anchor] {
        let told = try events.find(EventFilter(subject: Project.recordSubject), limit: 100_000).map(\.body)
        let listed = (anchorList.text() ?? "").split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
        var known: Set<Anchor> = []
        return (told + listed).compactMap { Anchor($0, project: file.project) }.filter { known.insert($0).inserted }
    }

    /// The end of the record now, after the whole of it was checked: an anchor must not vouch for what was changed before.
    /// - Throws: `notFound` for an empty record; `corrupted` for one that does not hold.
    package func recordHead() throws(MartletError) -> AuditHead {
        let audit = try verifyRecord()
        guard audit.holds else {
            let why = audit.fault.map { "Record \($0.sequence): \($0.reason)" } ?? audit.discrepancies.joined(separator: " ")
            throw MartletError(.corrupted, "The record is not anchored, because it does not hold. \(why)")
        }
        guard let head = audit.head else {
            throw MartletError(.notFound, "The record is empty: there is nothing to anchor yet. Run “martlet run”.")
        }
        return head
    }

    /// Puts the end of the record into a note of the commit that the project stands at.
    package func anchorInGit(_ head: AuditHead) throws(MartletError) -> Anchor {
        let notes = GitNotes(folder: root)
        var anchor = Anchor(project: file.project, head: head, at: clock.now(), place: .git(commit: try notes.head()))
        anchor.place = .git(commit: try notes.add(anchor.line, by: events.currentActor))
        try keep(anchor)
        return anchor
    }

    /// Adds the end of the record as a line to a file.
    package func anchor(_ head: AuditHead, inFile path: String) throws(MartletError) -> Anchor {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        let anchor = Anchor(project: file.project, head: head, at: clock.now(), place: .file(absolute))
        try AnchorFile(absolute).append(anchor.line)
        try keep(anchor)
        return anchor
    }

    /// Has the hash of the last record stamped by an authority, checks the reply but for its signature, and keeps it.
    /// - Parameter random: 64 random bits for the nonce.
    package func anchor(
        _ head: AuditHead, at authority: TimeStampAuthority, random: UInt64
    ) async throws(MartletError) -> (anchor: Anchor, replyPath: String) {
        let request = TimeStampRequest(digest: Digest(rawValue: head.hash), random: random)
        let bytes = try await authority.reply(to: request)
        let reply = try TimeStampReply(bytes)
        try reply.check(against: request, now: clock.now())
        let stored = try objects.put(bytes)
        let anchor = Anchor(project: file.project, head: head, at: reply.at, place: .timeStamp(url: authority.url, reply: stored))
        try keep(anchor)
        return (anchor, try objects.path(stored))
    }

    private func keep(_ anchor: Anchor) throws(MartletError) {
        try anchorList.append(anchor.json.compact)
        try events.record("audit.anchored", Project.recordSubject, anchor.json)
    }
}

extension Project {
    /// Writes the whole record to a file, one event a line, oldest first. The file appears when it is complete.
    /// - Returns: how many events there are.
    package func exportRecord(_ format: AuditFormat, to path: String) throws(MartletError) -> Int {
        let temporary = "\(path).\(getpid()).tmp"
        guard let file = fopen(temporary, "wb") else { throw .system("write", path) }
        var count = 0
        do throws(MartletError) {
            try events.forEach { event in
                let line = Array((format.line(event, project: self.file.project) + "\n").utf8)
                guard fwrite(line, 1, line.count, file) == line.count else { throw MartletError.system("write", path) }
                count += 1
            }
        } catch {
            fclose(file)
            unlink(temporary)
            throw error
        }
        guard fclose(file) == 0, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw .system("write", path)
        }
        return count
    }
}
