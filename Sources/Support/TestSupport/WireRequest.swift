internal import Foundation
internal import Support

extension Wire {
    /// What a server answered to a request of HTTP.
    package struct Response: Sendable {
        package let status: Int
        package let body: [UInt8]
        /// By their names in small letters.
        package let fields: [String: String]
    }

    /// Sends one request of HTTP on a connection of its own. Foundation's client for Linux waits for ever where one with a body is answered with 401.
    /// - Throws: `defect` where no answer came.
    package static func request(
        _ method: String, _ path: String, port: Int, body: [UInt8]? = nil, fields: [String: String] = [:]
    ) async throws -> Response {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        let answer = try await exchange(Array("\(head)\r\n".utf8) + (body ?? []), port: port, halfCloses: false)
        guard let end = answer.bytes.firstRange(of: Array("\r\n\r\n".utf8)), let status = answer.statuses.first else {
            throw MartletError(.defect, "No answer over HTTP came: \(answer.text.prefix(200))")
        }
        let lines = String(decoding: answer.bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let told = lines.dropFirst().reduce(into: [String: String]()) { told, line in
            let parts = line.split(separator: ":", maxSplits: 1)
            told[parts.first?.lowercased() ?? ""] = parts.last?.trimmingCharacters(in: .whitespaces)
        }
        let bytes = answer.bytes[end.upperBound...]
        return Response(status: status, body: told["transfer-encoding"] == "chunked" ? whole(bytes) : Array(bytes), fields: told)
    }

    /// The bytes of a body that came in chunks.
    private static func whole(_ chunks: ArraySlice<UInt8>) -> [UInt8] {
        var (rest, whole) = (chunks, [UInt8]())
        while let end = rest.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            whole += rest[end.upperBound...].prefix(size)
            rest = rest[end.upperBound...].dropFirst(size + 2)
        }
        return whole
    }
}
