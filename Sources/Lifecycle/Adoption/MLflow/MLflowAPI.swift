import Experiments
import Foundation
import Outgoing
import Support

/// MLflow's protocol as a client asks it: pages of searches, single answers, files. It blocks while it asks.
struct MLflowAPI {
    private let client: OutgoingClient
    private let address: OutgoingAddress
    private let headers: [(name: String, value: String)]

    /// - Parameters:
    ///   - text: `http://host:port`, with or without a path. Whoever types it means it: it may be a private one.
    ///   - environment: where the client's own variables for signing in are looked for.
    /// - Throws: `invalidInput` for what is no address.
    init(_ text: String, environment: [String: String]) throws(MartletError) {
        address = try OutgoingAddress(text)
        client = OutgoingClient(allowsPrivate: true)
        if let token = environment["MLFLOW_TRACKING_TOKEN"] {
            headers = [("authorization", "Bearer \(token)")]
        } else if let user = environment["MLFLOW_TRACKING_USERNAME"], let word = environment["MLFLOW_TRACKING_PASSWORD"] {
            headers = [("authorization", "Basic \(Data("\(user):\(word)".utf8).base64EncodedString())")]
        } else {
            headers = []
        }
    }

    /// Goes through the pages of a search.
    func pages(_ call: String, _ question: JSONValue, _ body: (JSONValue) throws(MartletError) -> Void) throws(MartletError) {
        var question = question
        var token = ""
        repeat {
            if !token.isEmpty { question["page_token"] = .string(token) }
            let page = try ask(call, question)
            try body(page)
            token = page["next_page_token"].text ?? ""
        } while !token.isEmpty
    }

    func ask(_ call: String, _ body: JSONValue? = nil) throws(MartletError) -> JSONValue {
        var request = OutgoingRequest(body == nil ? "GET" : "POST", headers: headers + [("content-type", "application/json")])
        if let body { request.body = Array(body.compact.utf8) }
        (request.limit, request.patience) = (256 << 20, 120)
        let answer = try client.sendAndWait(request, to: address.appending("/api/2.0/mlflow/\(call)"))
        let value = try? JSONValue(parsing: answer.bytes)
        guard answer.status == 200, let value else {
            let reason = value?["message"].text.map { " It says: \($0.prefix(300))" } ?? ""
            let hint = answer.status == 401 || answer.status == 403 ? " Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD." : ""
            throw MartletError(
                answer.status == 404 ? .notFound : .invalidInput,
                "What answers there is no MLflow server, or refused: it answered \(answer.status) to \(call.prefix { $0 != "?" }).\(reason)\(hint)")
        }
        return value
    }

    /// Goes through the pages of a search that is asked by query.
    func queryPages(_ call: String, _ limit: String, _ body: (JSONValue) throws(MartletError) -> Void) throws(MartletError) {
        var token = ""
        repeat {
            let page = try ask(call + (call.contains("?") ? "&" : "?") + limit + (token.isEmpty ? "" : "&page_token=\(MLflowAPI.encoded(token))"))
            try body(page)
            token = page["next_page_token"].text ?? ""
        } while !token.isEmpty
    }

    func fetch(_ path: String, into file: String) throws(MartletError) {
        var request = OutgoingRequest("GET", headers: headers)
        request.patience = 3600
        let status = try client.saveAndWait(request, to: address.appending(path), into: file).status
        guard status == 200 else { throw MartletError(.unavailable, "The server answered \(status) when it was asked for a file of a run.") }
    }

    /// A text as a part of a query.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F || byte == 0x2E
            return isPlain ? String(UnicodeScalar(byte)) : "%" + String(format: "%02X", byte)
        }.joined()
    }
}

extension JSONValue {
    /// A whole number, also as the text in which protocol buffers' JSON writes large ones.
    var whole: Int64? { int.map(Int64.init) ?? text.flatMap { Int64($0) } }
}
