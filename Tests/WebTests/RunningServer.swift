import Foundation
import FoundationNetworking
import HTTP
import HTTPTestSupport
import Hummingbird
import Support
import Web

/// An answer over a real connection.
struct Answer {
    let status: Int
    let headers: [String: String]
    let body: String

    /// A header field, by its name in lower case.
    subscript(name: String) -> String? { headers[name] }
}

/// The pages behind a real server on a free loopback port, for as long as a test asks it.
struct RunningServer {
    let port: Int

    /// Starts a server, hands it to `use`, and stops it.
    static func with(
        _ project: SampleProject = SampleProject(), adding routes: @escaping @Sendable (GuardedRouter) -> Void = { _ in },
        _ use: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        try await GuardedHouse().serve(
            routes: { router in
                addPages(to: router, source: project)
                routes(router)
                router.on("/v2/other", .get, .anyone, refuse: { _, _ in Response(status: .forbidden) }) { _, _, _ in
                    throw HTTPError(.notFound, message: "not mine")
                }
            },
            { port in try await use(RunningServer(port: port)) })
    }

    var address: String { "http://127.0.0.1:\(port)" }

    func send(_ path: String, method: String = "GET", headers: [String: String] = [:], body: String? = nil) async throws -> Answer {
        guard let url = URL(string: address + path) else { throw MartletError(.defect, "not a URL: \(path)") }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalAndRemoteCacheData
        let session = URLSession(configuration: configuration, delegate: StayHere(), delegateQueue: nil)
        let (data, response) = try await session.data(for: request)
        guard let http = response as? HTTPURLResponse else { throw MartletError(.defect, "no HTTP answer") }
        let fields = http.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
        return Answer(status: http.statusCode, headers: Dictionary(fields) { first, _ in first }, body: String(decoding: data, as: UTF8.self))
    }
}

/// Shows redirections instead of following them.
private final class StayHere: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) { completionHandler(nil) }
}
