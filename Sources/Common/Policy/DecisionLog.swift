internal import Foundation
internal import Objects
package import Support
internal import Synchronization

/// A decision as it was written down.
package struct RecordedDecision: Sendable, Equatable {
    package var at: Timestamp
    /// The input document, without what was erased.
    package var input: JSONValue
    package var isAllowed: Bool
    /// The digest of the policies that decided; nil where there were none.
    package var revision: String?

    package init(at: Timestamp, input: JSONValue, isAllowed: Bool, revision: String? = nil) {
        self.at = at
        self.input = input
        self.isAllowed = isAllowed
        self.revision = revision
    }
}

/// Decisions as JSON lines in the form of OPA's decision log, so that what reads that reads these. Files are begun anew when they are full, and the
/// oldest go: the log is bounded. Denials have files of their own, so that nobody pushes out what was allowed by being denied again and again.
package final class DecisionLog: Sendable {
    /// The size at which a new file is begun, in bytes.
    private let fileLimit: Int
    /// How many full files are kept.
    private let kept: Int

    /// What the files of a kind are called.
    private enum Series: String, CaseIterable {
        case allowed, denied
        var current: String { "\(rawValue).jsonl" }
    }

    /// Who said what was decided, as `path` has it.
    package enum Decider: String, Sendable {
        case policies = "martlet/access"
        case roles = "martlet/roles"
    }

    private let folder: String
    private let labels: JSONValue
    private let clock: any WallClock
    private let identifiers: IdentifierSource
    /// Held while a line is written.
    private let writing = Mutex(())

    /// - Parameters:
    ///   - folder: made with the first decision.
    ///   - version: the version of the program, written with each decision.
    ///   - fileLimit: the size at which a new file is begun, in bytes.
    ///   - kept: how many full files are kept.
    package init(
        folder: String, version: String, clock: any WallClock, identifiers: IdentifierSource, fileLimit: Int = 16 << 20, kept: Int = 31
    ) {
        self.folder = folder
        self.clock = clock
        self.identifiers = identifiers
        self.fileLimit = fileLimit
        self.kept = kept
        labels = ["id": .string(DecisionLog.uuid(identifiers.next())), "version": .string(version), "engine": "martlet"]
    }

    /// Writes a decision down.
    /// - Parameter verdict: what the policies said; nil where there are none, or they were not asked.
    /// - Throws: `inputOutput`, `storageFull`.
    package func add(
        _ question: PolicyQuestion, _ verdict: PolicyVerdict?, isAllowed: Bool, by decider: Decider = .policies
    ) throws(MartletError) {
        var (input, erased) = (question.json, [String]())
        input = DecisionLog.erasing(input, at: "", &erased)
        var line: JSONValue = ["labels": labels, "decision_id": .string(DecisionLog.uuid(identifiers.next()))]
        if let revision = verdict?.revision { line["bundles"] = ["martlet": ["revision": .string(revision)]] }
        line["path"] = .string(decider.rawValue)
        line["input"] = input
        line["result"] = DecisionLog.result(verdict, isAllowed: isAllowed)
        if !erased.isEmpty { line["erased"] = JSONValue(erased) }
        if let failure = verdict?.failure { line["error"] = ["code": "internal_error", "message": .string(failure)] }
        line["timestamp"] = .string(clock.now().description)
        if let verdict { line["metrics"] = ["timer_rego_query_eval_ns": JSONValue(verdict.nanoseconds)] }
        try append(Array((line.compact + "\n").utf8), isAllowed ? .allowed : .denied)
    }

    /// The answered document; where there is none, one that says what was decided.
    private static func result(_ verdict: PolicyVerdict?, isAllowed: Bool) -> JSONValue {
        var result = verdict?.result ?? .object([])
        if case .object = result {} else { result = .object([]) }
        result["allow"] = .bool(isAllowed)
        return result
    }

    // MARK: - Files

    private func append(_ bytes: [UInt8], _ series: Series) throws(MartletError) {
        let outcome: Result<Void, MartletError> = writing.withLock { _ in Result { () throws(MartletError) in try self.write(bytes, series) } }
        try outcome.get()
    }

    private func write(_ bytes: [UInt8], _ series: Series) throws(MartletError) {
        try makeFolder(folder)
        let path = "\(folder)/\(series.current)"
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("write", path) }
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else {
            let number = errno
            ftruncate(file, off_t(size))
            throw .system("write", path, number: count < 0 ? number : ENOSPC)
        }
        if size + count >= fileLimit { rotate(path, series) }
    }

    /// Sets the full file aside and removes the oldest. Where that fails, the file grows on and it is tried again with the next line.
    private func rotate(_ path: String, _ series: Series) {
        guard rename(path, "\(folder)/\(series.rawValue)-\(identifiers.next()).jsonl") == 0 else { return }
        for name in DecisionLog.fullFiles(series, in: folder).dropLast(kept) { unlink("\(folder)/\(name)") }
    }

    /// The full files, oldest first: their names begin with the time at which they were set aside.
    private static func fullFiles(_ series: Series, in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasPrefix("\(series.rawValue)-") && $0.hasSuffix(".jsonl") }.sorted()
    }

    /// What policies decided since a moment, oldest first. A line that cannot be read, as a crash may leave one, is left out.
    package static func decisions(in folder: String, since: Timestamp) throws(MartletError) -> [RecordedDecision] {
        var decisions: [RecordedDecision] = []
        let files = Series.allCases.flatMap { fullFiles($0, in: folder) + [$0.current] }
        for name in files where access("\(folder)/\(name)", F_OK) == 0 {
            let lines = try readWhole("\(folder)/\(name)").split(separator: UInt8(ascii: "\n"))
            decisions += lines.compactMap { decision(Array($0)) }.filter { $0.at >= since }
        }
        return decisions.sorted { $0.at < $1.at }
    }

    private static func decision(_ line: [UInt8]) -> RecordedDecision? {
        guard let entry = try? JSONValue(parsing: line), entry["path"].text == Decider.policies.rawValue,
            let at = entry["timestamp"].text.flatMap({ Timestamp($0) }), let isAllowed = entry["result"]["allow"].flag
        else { return nil }
        return RecordedDecision(at: at, input: entry["input"], isAllowed: isAllowed, revision: entry["bundles"]["martlet"]["revision"].text)
    }

    // MARK: - Secrets

    /// Whether a key names what is never written down.
    private static func isSecret(key: String) -> Bool {
        let key = key.lowercased()
        return ["password", "passwd", "secret", "token", "authorization", "credential", "api_key", "apikey", "cookie"].contains { key.contains($0) }
    }

    /// A document without its secrets: members of secret names, and texts that look like tokens of ours.
    /// - Parameter erased: gets the JSON pointer of each (RFC 6901), after `/input`, as OPA writes them.
    static func erasing(_ value: JSONValue, at pointer: String, _ erased: inout [String]) -> JSONValue {
        switch value {
        case .object(let members):
            var left: [JSONValue.Member] = []
            for member in members {
                let place = "\(pointer)/\(member.key.replacing("~", with: "~0").replacing("/", with: "~1"))"
                if isSecret(key: member.key) || holdsToken(member.value) {
                    erased.append("/input\(place)")
                } else {
                    left.append(JSONValue.Member(member.key, erasing(member.value, at: place, &erased)))
                }
            }
            return .object(left)
        case .array(let elements):
            return .array(
                elements.enumerated().map { index, element in
                    guard holdsToken(element) else { return erasing(element, at: "\(pointer)/\(index)", &erased) }
                    erased.append("/input\(pointer)/\(index)")
                    return ""
                })
        default: return value
        }
    }

    private static func holdsToken(_ value: JSONValue) -> Bool { value.text?.contains("mlt_") == true }

    /// An identifier as a UUID is written.
    private static func uuid(_ id: TimeOrderedID) -> String {
        let text = id.description
        guard text.utf8.count == 32 else { return text }
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return parts.map { String(text.dropFirst($0.lowerBound).prefix($0.count)) }.joined(separator: "-")
    }
}
