internal import Access
internal import Data
internal import Database
internal import Digests
internal import Foundation
internal import Serving
internal import Support

/// A person, as the record knows them: by the keyed digest of their key. The key itself is known only while somebody names it.
struct Subject: Sendable {
    /// HMAC-SHA-256 of the key under the project's own secret.
    let digest: String
    private let secret: String
    /// The key, while somebody names it.
    let key: String?

    /// The person of that key.
    init(key: String, secret: String) {
        digest = Digest(of: key, keyedBy: secret).rawValue
        self.secret = secret
        self.key = key
    }

    /// Somebody whose key is no longer known.
    init(digest: String, secret: String) {
        self.digest = digest
        self.secret = secret
        key = nil
    }

    /// Whether a key is this person's, as it came or as the prediction log holds it where it is hashed.
    func fits(_ text: String) -> Bool {
        if text == LogPrivacy.form(of: digest) { return true }
        return key.map { $0 == text } ?? (Digest(of: text, keyedBy: secret).rawValue == digest)
    }

    /// The same of a value as it came, before rules trimmed it or it was read as a number.
    /// - Parameter isMadeSmall: whether a rule makes the letters small; then capital letters make no difference.
    func fitsRaw(_ text: String, isMadeSmall: Bool) -> Bool {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if fits(text) || fits(trimmed) || trimmed.hasSuffix(".0") && fits(String(trimmed.dropLast(2))) { return true }
        guard isMadeSmall else { return false }
        let small = RowRule.lowercased(trimmed)
        return fits(small) || key.map { RowRule.lowercased($0) == small } ?? false
    }
}

/// Holds values of the data, as they came or as rules left them, against a person's key.
struct KeyMatch {
    private let subject: Subject
    private let rules: [RowRule]

    init(_ subject: Subject, in project: Project) {
        self.subject = subject
        rules = project.file.data.rules
    }

    /// Whether a value of a column is the key.
    func fits(_ column: String, _ value: String) -> Bool {
        let isMadeSmall = rules.contains { if case .lowercase(let choice) = $0 { choice.contains(column) } else { false } }
        return subject.fitsRaw(value, isMadeSmall: isMadeSmall)
    }
}

extension Project {
    /// The secret under which keys of people are digested; made with the first use. It lies in the database, so that erasures can be repeated on
    /// a restored state without the keys.
    func subjectSecret(in session: SQLSession) throws -> String {
        if let known = try session.row("SELECT key FROM subject_key")?.text("key") { return known }
        let new = Secret.make(prefix: "")
        try session.execute("INSERT INTO subject_key (key) VALUES (?)", [SQLValue(new)])
        return new
    }
}
