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

/// Adds `POST /api/v1/sources/{name}/rows`. Posts that would make the bytes held in memory more than `HeldBytes` allows are answered with 503 and when to
/// try again.
/// - Parameters:
///   - pool: where rows are kept; its threads are blocked meanwhile.
///   - held: what posts may hold together.
///   - keep: keeps rows, all or none, and says how many there are.
package func addIntake(
    to router: GuardedRouter, pool: WorkPool, held: HeldBytes, keep: @escaping @Sendable (PostedBody, Caller) throws(MartletError) -> JSONValue
) {
    router.on("/api/v1/sources/{name}/rows", .post, .needs(.dataWrite), refuse: { error, _ in answer(error) }) { request, context, caller in
        do {
            let share = held.share()
            defer { share.release() }
            let body = try await posted(request, source: context.parameters.get("name") ?? "", share)
            let kept = try await pool.run { () throws(MartletError) in try keep(body, caller) }
            return json(kept, status: .ok)
        } catch let error as MartletError { return answer(error) }
    }
}

/// The most bytes of one post.
private let largest = 32 << 20

private func posted(_ request: Request, source: String, _ share: HeldBytes.Share) async throws -> PostedBody {
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
        throw MartletError(.usage, "Content-Encoding “\(encoding.prefix(40))” is not read here. Send the rows uncompressed, or as Parquet.")
    }
    let tooLarge = MartletError(.tooLarge, "The rows are more than \(largest >> 20) MB, which is the most of one request. Send them in parts.")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > largest { throw tooLarge }
    var bytes: [UInt8] = []
    do {
        for try await piece in request.body {
            guard bytes.count + piece.readableBytes <= largest else { throw tooLarge }
            try share.take(piece.readableBytes)
            bytes.append(contentsOf: piece.readableBytesView)
        }
    } catch let error as MartletError { throw error } catch {
        throw MartletError(.usage, "The request ended before its body was complete. Nothing was kept; send it again.")
    }
    guard !bytes.isEmpty else { throw MartletError(.invalidInput, "There are no rows. Send one JSON object a line, or a Parquet file.") }
    return PostedBody(source: source, bytes: bytes, isParquet: bytes.starts(with: Array("PAR1".utf8)))
}

private func answer(_ error: MartletError) -> Response {
    var body: JSONValue = ["code": .string(error.code.rawValue), "message": .string(error.message)]
    if let cause = error.cause { body["cause"] = .string(cause) }
    return json(["error": body], status: HTTPResponse.Status(code: error.code.httpStatus), fields: error.fields)
}

private func json(_ value: JSONValue, status: HTTPResponse.Status, fields: HTTPFields = [:]) -> Response {
    var fields = fields
    fields[.contentType] = "application/json"
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: value.compact + "\n")))
}
