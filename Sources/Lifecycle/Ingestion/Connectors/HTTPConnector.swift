internal import Foundation
internal import Outgoing
internal import Support

/// One file at an address. It is asked for with what the server said of the copy that is there (ETag, Last-Modified), so that what has not changed is
/// not sent again; a download that broke off goes on where it was, where the server can.
struct HTTPConnector: Connector {
    let address: String
    let authorization: String?
    let client: OutgoingClient

    /// The most redirections that are followed; none is without its target being checked as the first address is.
    private static let redirections = 5

    func fetch(since state: JSONValue, _ work: FetchWork) throws(MartletError) -> Fetched {
        let partial = PartialDownload(folder: work.lasting, address: address)
        var (answer, last) = try follow(conditions(state, partial), into: partial.path, resumes: partial.size > 0)
        if answer.status == 416 {
            // It had come to its end before somebody was killed, or is another file now.
            partial.remove()
            (answer, last) = try follow(conditions(state, partial), into: partial.path, resumes: false)
        }
        switch answer.status {
        case 304: return Fetched(files: [], state: state)
        case 200, 206:
            var next: JSONValue = .object([])
            if let tag = answer.header("etag") { next["etag"] = .string(tag) }
            if let modified = answer.header("last-modified") { next["modified"] = .string(modified) }
            let path = "\(work.folder)/download"
            try partial.move(to: path)
            return Fetched(
                files: [Fetched.File(name: HTTPConnector.fileName(last), path: path)], state: next,
                newest: answer.header("last-modified").flatMap(HTTPConnector.moment), isWhole: true)
        default:
            partial.remove()
            throw HTTPConnector.refusal(answer.status)
        }
    }

    func probe(_ work: FetchWork) throws(MartletError) -> String {
        let path = "\(work.folder)/probe"
        let (answer, _) = try follow([("range", "bytes=0-65535")], into: path, resumes: true, keepsBody: false)
        guard [200, 206].contains(answer.status) else { throw HTTPConnector.refusal(answer.status) }
        let length =
            answer.header("content-range")?.split(separator: "/").last.map(String.init) ?? answer.header("content-length") ?? "an unknown number of"
        return "It answers with \(length) bytes\(answer.header("last-modified").map { ", last modified \($0)" } ?? "")."
    }

    private func conditions(_ state: JSONValue, _ partial: PartialDownload) -> [OutgoingClient.Header] {
        if partial.size > 0, let validator = partial.validator { return [("range", "bytes=\(partial.size)-"), ("if-range", validator)] }
        if let tag = state["etag"].text { return [("if-none-match", tag)] }
        return state["modified"].text.map { [("if-modified-since", $0)] } ?? []
    }

    /// Asks, and follows redirections. The authorization goes to the first machine only.
    private func follow(
        _ conditions: [OutgoingClient.Header], into path: String, resumes: Bool, keepsBody: Bool = true
    ) throws(MartletError) -> (answer: SavedAnswer, address: OutgoingAddress) {
        var target = try OutgoingAddress(address)
        let first = target
        for _ in 0...HTTPConnector.redirections {
            var request = OutgoingRequest("GET", headers: conditions + [("accept-encoding", "identity"), ("user-agent", "martlet")])
            if let authorization, target.machine == first.machine, target.scheme == first.scheme {
                request.headers.append(("authorization", authorization))
            }
            request.patience = 86_400
            let partial = PartialDownload(path: path)
            let answer = try client.saveAndWait(request, to: target.text, into: path, resumes: resumes, keepsBody: keepsBody) { head in
                if head.status == 200, keepsBody { partial.note(head.header("etag") ?? head.header("last-modified"), of: address) }
            }
            guard [301, 302, 303, 307, 308].contains(answer.status), let location = answer.header("location") else { return (answer, target) }
            target = try HTTPConnector.next(location, after: target)
        }
        throw MartletError(.unavailable, "The address leads from one place to the next without end. Name the file's own address.")
    }

    private static func next(_ location: String, after last: OutgoingAddress) throws(MartletError) -> OutgoingAddress {
        let target = try OutgoingAddress(
            location.hasPrefix("/") && !location.hasPrefix("//") ? "\(last.scheme)://\(last.machine)\(location)" : location)
        guard target.scheme == "https" || last.scheme == "http" else {
            throw MartletError(.refused, "The address leads from https to plain http, where everybody could change the file. Name another address.")
        }
        return target
    }

    private static func refusal(_ status: Int) -> MartletError {
        switch status {
        case 401, 403: MartletError(.permissionDenied, "The server refuses the file (\(status)). Check “authorization”.")
        case 404, 410: MartletError(.notFound, "There is no such file (\(status)). Correct the address.")
        default: MartletError(.unavailable, "The server answered \(status) instead of the file. Try again later.")
        }
    }

    /// A name with the end of the path, which tells the format. No more of the path: it may hold a secret.
    static func fileName(_ address: OutgoingAddress) -> String {
        let path = address.path.prefix { $0 != "?" }.lowercased()
        let packed = [".gz", ".zst"].first { path.hasSuffix($0) } ?? ""
        let format = [".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".json"].first { path.hasSuffix($0 + packed) } ?? ""
        return "data\(format)\(packed)"
    }

    /// A date as HTTP writes it (RFC 9110, IMF-fixdate).
    static func moment(_ text: String) -> Timestamp? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text).map { Timestamp(seconds: $0.timeIntervalSince1970) }
    }
}
