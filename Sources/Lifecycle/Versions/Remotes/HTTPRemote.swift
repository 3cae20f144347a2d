internal import Foundation
package import Outgoing
package import Support
internal import Synchronization

/// How a remote over HTTP is reached, as DVC's configuration says it.
package struct HTTPRemoteSettings: Sendable, Equatable {
    /// Who asks.
    package enum Identity: Sendable, Equatable {
        case nobody
        /// `auth = basic`.
        case basic(user: String, password: String)
        /// `auth = custom`: a header field with the password as its value.
        case header(name: String, value: String)
    }

    /// The address below which contents lie.
    package var url: String
    package var identity = Identity.nobody
    /// The method of uploads: `POST`, or `PUT` where the server wants that.
    package var method = "POST"
    package var trust = OutgoingConnections.Trust.system

    package init(url: String) { self.url = url }

    var fields: [OutgoingClient.Header] {
        switch identity {
        case .nobody: []
        case .basic(let user, let password): [("authorization", "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())")]
        case .header(let name, let value): [(name, value)]
        }
    }
}

/// A remote over HTTP: any server that DVC pushes to, and a server of Martlet's, which answers about many contents at once.
package final class HTTPRemote: BulkRemote {
    private let settings: HTTPRemoteSettings
    private let connections: OutgoingConnections
    private let knownBulk = Mutex<Bool?>(nil)

    /// - Throws: `invalidInput` for what is no address, `unavailable` where its machine is not known.
    package init(_ settings: HTTPRemoteSettings) throws(MartletError) {
        self.settings = settings
        // The user of this repository names the machine, and it may be this one.
        connections = try OutgoingConnections(to: settings.url, allowsPrivate: true, connections: HTTPRemote.connections, trust: settings.trust)
    }

    private static let connections = 16

    /// How many names are asked for in one request.
    private static let mostNames = 50_000

    package var place: String { connections.address.text }
    package var width: Int { HTTPRemote.connections }
    package var trustsFolders: Bool { knownBulk.withLock { $0 != true } }

    private func address(_ name: ContentName, _ layout: ContentStore.Layout) -> String {
        connections.address.appending(layout == .current ? "/files/md5/\(name.path)" : "/\(name.path)")
    }

    private func address(_ what: String, _ layout: ContentStore.Layout) -> String {
        connections.address.appending(layout == .current ? "/\(what)" : "/\(what)?layout=legacy")
    }

    private func request(_ method: String, _ body: [UInt8] = [], type: String? = nil) -> OutgoingRequest {
        var request = OutgoingRequest(method, headers: settings.fields + (type.map { [("content-type", $0)] } ?? []), body: body)
        request.limit = 1 << 16
        return request
    }

    /// Whether the other side is a server of Martlet's.
    package func takesBulk() throws(MartletError) -> Bool {
        if let known = knownBulk.withLock({ $0 }) { return known }
        let answer = try connections.send(request("GET"), to: connections.address.text)
        try check(answer.status, answer, about: nil, isQuestion: true)
        let isOurs = answer.status == 200 && (try? JSONValue(parsing: answer.bytes))?["martlet"]["bulk"].int == 1
        knownBulk.withLock { $0 = isOurs }
        return isOurs
    }

    // MARK: - One by one

    package func present(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> Set<ContentName> {
        guard try takesBulk() else { return try presentOneByOne(names, layout) }
        var present = Set(names)
        for part in names.runs(of: HTTPRemote.mostNames) {
            var question = request("POST", ContentFrames.list(part), type: "text/plain")
            question.limit = 64 * HTTPRemote.mostNames
            let answer = try connections.send(question, to: address("exists", layout))
            try check(answer.status, answer, about: nil)
            present.subtract(try ContentFrames.names(answer.bytes))
        }
        return present
    }

    private func presentOneByOne(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> Set<ContentName> {
        let found = Mutex<Set<ContentName>>([])
        try Parallel.each(names.count, width: width) { i throws(MartletError) in
            let answer = try connections.send(request("HEAD"), to: address(names[i], layout))
            if answer.status == 404 { return }
            try check(answer.status, answer, about: names[i])
            found.withLock { _ = $0.insert(names[i]) }
        }
        return found.withLock { $0 }
    }

    package func upload(
        _ name: ContentName, _ layout: ContentStore.Layout, from path: String, progress: @Sendable (Int) -> Void
    ) throws(MartletError) {
        let question = request(settings.method, type: "application/octet-stream")
        let answer = try connections.send(question, to: address(name, layout), length: nil) { (give) throws(MartletError) in
            try CheckedCopy.read(path, name, layout) { (bytes) throws(MartletError) in
                try give(bytes)
                progress(bytes.count)
            }
        }
        try check(answer.status, answer, about: name)
    }

    package func download(
        _ name: ContentName, _ layout: ContentStore.Layout, into path: String, progress: @escaping @Sendable (Int) -> Void
    ) throws(MartletError) {
        let file = try CheckedFile(path, layout)
        let answer = try connections.receive(request("GET"), from: address(name, layout)) { (bytes) throws(MartletError) in
            try file.write(bytes)
            progress(bytes.count)
        }
        try check(answer.status, answer, about: name)
        try file.finish(name, from: place)
    }

    // MARK: - Many at once

    package func uploadMany(
        _ names: [ContentName], _ layout: ContentStore.Layout, from store: ContentStore, sent: @Sendable (ContentName, Int) -> Void
    ) throws(MartletError) -> [ContentName: MartletError] {
        var failures: [ContentName: MartletError] = [:]
        var sizes: [(ContentName, Int)] = []
        let question = request("POST", type: "application/octet-stream")
        let answer = try connections.send(question, to: address("contents", layout), length: nil) { (give) throws(MartletError) in
            var stream: [UInt8] = []
            for name in names {
                do throws(MartletError) {
                    let bytes = try store.checkedBytes(name, layout)
                    stream += ContentFrames.head(name, size: bytes.count)
                    stream += bytes
                    sizes.append((name, bytes.count))
                } catch { failures[name] = error }
                guard stream.count >= HTTPRemote.piece else { continue }
                try HTTPRemote.give(stream, give)
                stream.removeAll(keepingCapacity: true)
            }
            try HTTPRemote.give(stream + ContentFrames.end, give)
        }
        try check(answer.status, answer, about: nil)
        for refused in try JSONValue(parsing: answer.bytes)["failed"].elements {
            guard let name = refused["name"].text.flatMap({ ContentName(checking: $0) }) else { continue }
            failures[name] = MartletError(.refused, refused["message"].text ?? "The server did not take \(name).")
        }
        for (name, size) in sizes where failures[name] == nil { sent(name, size) }
        return failures
    }

    private static let piece = 1 << 18

    private static func give(_ bytes: [UInt8], _ give: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) {
        let outcome: Result<Void, MartletError> = bytes.withUnsafeBytes { bytes in
            do throws(MartletError) { return .success(try give(bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
    }

    package func downloadMany(
        _ names: [ContentName], _ layout: ContentStore.Layout, into store: ContentStore, came: @escaping @Sendable (ContentName, Int) -> Void
    ) throws(MartletError) -> [ContentName: MartletError] {
        let intake = FrameIntake(store, layout, asked: Set(names), place: place, came: came)
        let question = request("POST", ContentFrames.list(names), type: "text/plain")
        let answer = try connections.receive(question, from: address("fetch", layout)) { (bytes) throws(MartletError) in try intake.read(bytes) }
        try check(answer.status, answer, about: nil)
        return try intake.finish()
    }

    // MARK: - Answers

    private func check(_ status: Int, _ answer: OutgoingAnswer, about name: ContentName?, isQuestion: Bool = false) throws(MartletError) {
        let what = name.map { "\($0)" } ?? "what was asked for"
        let said = (try? JSONValue(parsing: answer.bytes))?["error"]["message"].text ?? ""
        switch status {
        case 200..<300: return
        // A server that knows no such question may answer whatever it likes, but for asking who asks.
        case 300..<500 where isQuestion && status != 401: return
        case 401: throw MartletError(.unauthenticated, "\(place) wants to know who asks. Set user and password, or a token, for the remote. \(said)")
        case 403: throw MartletError(.permissionDenied, "\(place) does not allow this. \(said)")
        case 404: throw MartletError(.notFound, "\(what) is not at \(place).")
        case 409: throw MartletError(.conflict, said.isEmpty ? "\(place) does not take \(what) now." : said)
        case 507: throw MartletError(.storageFull, "The disk of \(place) is full. Make room there; what has arrived stays.")
        case 408, 429, 500...: throw MartletError(.unavailable, "\(place) answered \(status) to a question for \(what). \(said)")
        default: throw MartletError(.refused, "\(place) answered \(status) to a question for \(what). \(said)")
        }
    }
}
