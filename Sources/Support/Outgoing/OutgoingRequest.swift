/// What is sent to an address, and how much of the answer is read.
package struct OutgoingRequest: Sendable {
    package var method = "POST"
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8] = []
    /// The most that is read of an answer, in bytes; the rest is left unread.
    package var limit = 4096
    /// The longest that it may take, in seconds.
    package var patience = 10.0

    package init(_ method: String = "POST", headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.headers = headers
        self.body = body
    }
}

/// What came back.
package struct OutgoingAnswer: Sendable {
    package var status: Int
    /// The first part of the body, in bytes.
    package var bytes: [UInt8]
    /// Whether there was more than was read.
    package var isCut = false
    /// The header fields, where connections are kept (``OutgoingConnections``).
    package var headers: [(name: String, value: String)] = []

    /// The value of a header field, whatever the case of its name; nil where it was not sent.
    package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

    /// The first part of the body as a text.
    package var body: String { String(decoding: bytes, as: UTF8.self) }
}
