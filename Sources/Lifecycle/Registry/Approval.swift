package import Access
package import Digests
package import Support

/// What an approval is signed over. When one of the three changes, it lapses.
package struct ApprovedContent: Sendable, Equatable {
    /// The bytes of the model.
    package var bytes: Digest
    /// The evaluation that the gate judged by.
    package var report: Digest
    /// The charter.
    package var charter: String

    package init(bytes: Digest, report: Digest, charter: String) {
        self.bytes = bytes
        self.report = report
        self.charter = charter
    }

    /// The one digest of the three: of the compact JSON object with the keys in this order.
    package var digest: Digest {
        let three: JSONValue = ["charter": .string(charter), "model": .string(bytes.rawValue), "report": .string(report.rawValue)]
        return Digest(of: three.compact)
    }

    /// What differs from another one, in words; nil where nothing does.
    package func change(since other: ApprovedContent) -> String? {
        let changed = [
            bytes == other.bytes ? nil : "the model", report == other.report ? nil : "the evaluation", charter == other.charter ? nil : "the charter",
        ].compactMap(\.self)
        return changed.isEmpty ? nil : changed.joined(separator: " and ")
    }
}

/// A question to those who approve: may this version take the alias? Each of them answers it once.
package struct ApprovalRequest: Sendable, Equatable {
    package var id: Int
    package var model: String
    package var version: Int
    package var alias: String
    package var content: ApprovedContent
    package var at: Timestamp
    package var actor: String
    package var note: String
    /// In the order of signing.
    package var answers: [ApprovalAnswer]

    package var subject: String { "model:\(model)@v\(version)" }
}

/// A signed yes or no.
package struct ApprovalAnswer: Sendable, Equatable {
    package enum Verdict: String, Sendable {
        case approved, rejected
    }

    package struct Revocation: Sendable, Equatable {
        package var at: Timestamp
        package var by: String
        package var reason: String
    }

    package var principal: PrincipalID
    /// The printed name.
    package var name: String
    /// The roles that the signer held then.
    package var roles: [String]
    /// How the signer was recognised.
    package var via: String
    /// Whether Martlet recognised the signer, not only the operating system.
    package var isAuthenticated: Bool
    package var at: Timestamp
    package var verdict: Verdict
    /// What the signature says: “I approve this version for champion”.
    package var meaning: String
    package var reason: String
    package var revocation: Revocation?

    /// The sentence that a signature stands for.
    package static func meaning(_ verdict: Verdict, alias: String) -> String {
        verdict == .approved ? "I approve this version for \(alias)" : "I reject this version for \(alias)"
    }
}

/// A promotion without all approvals, for a reason that somebody else reviews later.
package struct ApprovalOverride: Sendable, Equatable {
    package var id: Int
    package var subject: String
    package var at: Timestamp
    package var actor: String
    package var reason: String
    /// The roles whose approval was missing.
    package var missing: [String]
    package var reviewer: String?
    package var note: String?
}

extension Caller {
    /// Whether this request itself brought a proof of who signs. A session does not: whoever sits down at an open browser has it.
    package var canSign: Bool {
        switch proof {
        case .password, .folder, .provider: true
        case .token: isForSigning
        case .session, .loopback: false
        }
    }

    /// Whether Martlet recognised them.
    package var isAuthenticated: Bool {
        switch proof {
        case .folder, .loopback: false
        case .token, .password, .session, .provider: true
        }
    }
}
