package import Support

/// What policies say to a question.
package struct PolicyVerdict: Sendable, Equatable {
    package var isAllowed: Bool
    /// The sentences of the rules that deny.
    package var reasons: [String]
    /// The document that was answered; nil where it was undefined or there was an error.
    package var result: JSONValue?
    /// Why there was no answer that can be read. Then nothing is allowed.
    package var failure: String?
    /// How long the evaluation took.
    package var nanoseconds: Int
    /// The digest of the policies that answered; nil where it is not known here.
    package var revision: String?

    /// Reads the document of `martlet.access`: an object whose `deny` is a list of sentences and whose `allow` is a boolean. Only a document of
    /// exactly that form with nothing denied can allow.
    /// - Parameter needsAllow: whether `allow` has to be true; otherwise it may be left out.
    package init(document: JSONValue?, needsAllow: Bool, nanoseconds: Int) {
        self.init(failure: nil, nanoseconds: nanoseconds)
        result = document
        guard let document else {
            if !needsAllow { failure = "The package martlet.access is undefined." }
            return
        }
        guard case .object(let members) = document else {
            failure = "The package martlet.access is not an object."
            return
        }
        guard Set(members.map(\.key)).count == members.count else {
            failure = "The package martlet.access has a member twice."
            return
        }
        let deny = members.first { $0.key == "deny" }?.value
        let allow = members.first { $0.key == "allow" }?.value
        guard let sentences = PolicyVerdict.sentences(deny) else {
            failure = "“deny” is not a set of sentences. Write it as: deny contains \"why\" if { ... }"
            return
        }
        if let allow, allow.flag == nil {
            failure = "“allow” is neither true nor false."
            return
        }
        reasons = sentences
        isAllowed = sentences.isEmpty && (allow?.flag == true || allow == nil && !needsAllow)
    }

    /// An answer that could not be had.
    package init(failure: String?, nanoseconds: Int = 0) {
        isAllowed = false
        reasons = []
        self.failure = failure
        self.nanoseconds = nanoseconds
    }

    private static func sentences(_ deny: JSONValue?) -> [String]? {
        guard let deny else { return [] }
        guard case .array(let elements) = deny else { return nil }
        let texts = elements.compactMap(\.text)
        return texts.count == elements.count ? texts : nil
    }
}

/// Whoever answers questions: the policies of this process, or a server elsewhere.
package protocol PolicyJudge: Sendable {
    /// Whether an answer takes tens of microseconds, so that it may be had on a thread that serves connections.
    var isQuick: Bool { get }
    /// Whether the next question should be preceded by `refresh`.
    var isStale: Bool { get }
    /// The digest of the policies in force; nil where there are none, or it is not known here.
    var revision: String? { get }
    /// Takes up what was changed.
    func refresh()
    /// Answers; nil where no policy is in force. Then the question is not even made.
    func decide(_ question: @autoclosure () -> PolicyQuestion) -> PolicyVerdict?
}
