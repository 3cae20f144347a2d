package import Access
package import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
package import Support

/// Rows as they were posted.
package struct PostedBody: Sendable {
    package var source: String
    package var bytes: [UInt8]
    package var isParquet: Bool
}

/// Adds `POST /api/v1/sources/{name}/rows`.
/// - Parameters:
///   - pool: where rows are kept; its threads are blocked meanwhile.
///   - keep: keeps rows, all or none, and says how many there are.
package func addIntake(
    to router: GuardedRouter, pool: WorkPool, keep: @escaping @Sendable (PostedBody, Caller) throws(MartletError) -> JSONValue
) {
    router.on("/api/v1/sources/{name}/rows", .post, .needs(.dataWrite), refuse: { error, _ in answer(error) }) { request, context, caller in
        do {
            let body = try await posted(request, source: context.parameters.get("name") ?? "")
            let kept = try await pool.run { () throws(MartletError) in try keep(body, caller) }
            return json(kept, status: .ok)
        } catch let error as MartletError { return answer(error) }
    }
}

/// The most bytes of one post.
private let largest = 32 << 20

private func posted(_ request: Request, source: String) async throws -> PostedBody {
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
        throw MartletError(.usage, "Content-Encoding “\(encoding.prefix(40))” is not read here. Send the rows uncompressed, or as Parquet.")
    }
    let tooLarge = MartletError(.tooLarge, "The rows are more than \(largest >> 20) MB, which is the most of one request. Send them in parts.")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > largest { throw tooLarge }
    let buffer: ByteBuffer
    do { buffer = try await request.body.collect(upTo: largest) } catch is NIOTooManyBytesError { throw tooLarge } catch {
        throw MartletError(.usage, "The request ended before its body was complete. Nothing was kept; send it again.")
    }
    let bytes = Array(buffer.readableBytesView)
    guard !bytes.isEmpty else { throw MartletError(.invalidInput, "There are no rows. Send one JSON object a line, or a Parquet file.") }
    return PostedBody(source: source, bytes: bytes, isParquet: bytes.starts(with: Array("PAR1".utf8)))
}

private func answer(_ error: MartletError) -> Response {
    var body: JSONValue = ["code": .string(error.code.rawValue), "message": .string(error.message)]
    if let cause = error.cause { body["cause"] = .string(cause) }
    return json(["error": body], status: HTTPResponse.Status(code: error.code.httpStatus))
}

private func json(_ value: JSONValue, status: HTTPResponse.Status) -> Response {
    Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(string: value.compact + "\n")))
}
