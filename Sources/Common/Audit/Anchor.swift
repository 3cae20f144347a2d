package import Digests
package import Events
package import Support

/// The end of the record at some moment, put where whoever can change the project's folder cannot change it.
package struct Anchor: Sendable, Hashable {
    /// Where it was put.
    package enum Place: Sendable, Hashable {
        /// A note of a commit, under `refs/notes/martlet` of the repository that the project lies in.
        case git(commit: String)
        /// A line of a file.
        case file(String)
        /// A time stamp by the authority at an address; the reply is an object.
        case timeStamp(url: String, reply: Digest)
    }

    package var project: String
    package var head: AuditHead
    package var at: Timestamp
    package var place: Place

    package init(project: String, head: AuditHead, at: Timestamp, place: Place) {
        self.project = project
        self.head = head
        self.at = at
        self.place = place
    }

    /// The place in words, for messages.
    package var placeText: String {
        switch place {
        case .git(let commit): "the Git note of \(commit.prefix(12))"
        case .file(let path): path
        case .timeStamp(let url, _): "the time stamp of \(url)"
        }
    }

    // MARK: - What is written outside

    /// The line that a file or a note holds.
    package var line: String {
        let value: JSONValue = [
            "martlet_audit": 1, "project": .string(project), "sequence": JSONValue(head.sequence), "hash": .string(head.hash),
            "at": .string(at.description),
        ]
        return value.compact
    }

    /// Reads the lines of a project in a text; whatever else stands there is passed over.
    package static func lines(of project: String, in text: String, place: Place) -> [Anchor] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            guard let value = try? JSONValue(parsing: String(line)), value["martlet_audit"].int == 1, value["project"].text == project,
                let head = head(of: value), let at = value["at"].text.flatMap({ Timestamp($0) })
            else { return nil }
            return Anchor(project: project, head: head, at: at, place: place)
        }
    }

    private static func head(of value: JSONValue) -> AuditHead? {
        guard let sequence = value["sequence"].int, let hash = value["hash"].text else { return nil }
        return AuditHead(sequence: sequence, hash: hash)
    }

    // MARK: - What is kept inside, to find it again

    /// The anchor as its event and the project's list hold it.
    package var json: JSONValue {
        var value: JSONValue = ["sequence": JSONValue(head.sequence), "hash": .string(head.hash), "at": .string(at.description)]
        switch place {
        case .git(let commit): value["git"] = .string(commit)
        case .file(let path): value["file"] = .string(path)
        case .timeStamp(let url, let reply):
            value["rfc3161"] = .string(url)
            value["reply"] = .string(reply.rawValue)
        }
        return value
    }

    /// Reads what `json` wrote.
    package init?(_ value: JSONValue, project: String) {
        guard let head = Anchor.head(of: value), let at = value["at"].text.flatMap({ Timestamp($0) }) else { return nil }
        let place: Place
        if let commit = value["git"].text {
            place = .git(commit: commit)
        } else if let path = value["file"].text {
            place = .file(path)
        } else if let url = value["rfc3161"].text, let reply = value["reply"].text.flatMap({ Digest(checking: $0) }) {
            place = .timeStamp(url: url, reply: reply)
        } else {
            return nil
        }
        self.init(project: project, head: head, at: at, place: place)
    }
}
