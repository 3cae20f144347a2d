package import Access
package import HTTP
internal import HTTPTypes
internal import Hummingbird
package import LineageEvents
internal import NIOCore
package import Support

/// Adds `POST /api/v1/lineage` and `/api/v1/lineage/batch`.
/// - Parameters:
///   - pool: where events are read and kept; its threads are blocked meanwhile.
///   - held: what posts may hold together; those beyond are answered with 503 and when to try again.
///   - keep: keeps events, all or none.
package func addOpenLineage(
    to router: GuardedRouter, pool: WorkPool, held: HeldBytes, keep: @escaping @Sendable ([ReceivedEvent], Caller) throws(MartletError) -> Void
) {
    router.on("/api/v1/lineage", .post, .needs(.dataWrite), refuse: { error, _ in answer(error) }) { request, _, caller in
        do {
            let share = held.share()
            defer { share.release() }
            let bytes = try await request.bytes(upTo: ReceivedEvent.largest, of: share)
            try await pool.run { () throws(MartletError) in try keep([ReceivedEvent(JSONValue(parsing: bytes))], caller) }
            return json(["status": "success"])
        } catch let error as MartletError { return answer(error) }
    }
    router.on("/api/v1/lineage/batch", .post, .needs(.dataWrite), refuse: { error, _ in answer(error) }) { request, _, caller in
        do {
            let share = held.share()
            defer { share.release() }
            let bytes = try await request.bytes(upTo: LineageBatch.largest, of: share)
            let batch = try await pool.run { () throws(MartletError) in
                let batch = try LineageBatch(JSONValue(parsing: bytes))
                try keep(batch.events, caller)
                return batch
            }
            return json(batch.summary)
        } catch let error as MartletError { return answer(error) }
    }
}

/// Many events of one request: those that are right are kept, and of the others it is told what is wrong.
struct LineageBatch: Sendable {
    /// The most bytes and the most events of one request.
    static let largest = 16 << 20
    static let mostEvents = 10_000

    var events: [ReceivedEvent] = []
    private var failures: [(index: Int, reason: String)] = []

    /// - Throws: `invalidInput` for what is no list, `tooLarge`.
    init(_ body: JSONValue) throws(MartletError) {
        guard case .array(let elements) = body else {
            throw MartletError(.invalidInput, "A batch is a JSON array of events of OpenLineage.")
        }
        guard elements.count <= LineageBatch.mostEvents else {
            throw MartletError(.tooLarge, "A batch has at most \(LineageBatch.mostEvents) events. Send it in parts.")
        }
        for (index, element) in elements.enumerated() {
            do throws(MartletError) { events.append(try ReceivedEvent(element)) } catch { failures.append((index, error.message)) }
        }
    }

    var summary: JSONValue {
        [
            "status": .string(failures.isEmpty ? "success" : "partial_success"),
            "summary": [
                "received": JSONValue(events.count + failures.count), "successful": JSONValue(events.count), "failed": JSONValue(failures.count),
                "retriable": 0, "non_retriable": JSONValue(failures.count),
            ],
            "failed_events": .array(
                failures.prefix(100).map { ["index": JSONValue($0.index), "reason": .string($0.reason), "retriable": false] }),
        ]
    }
}

private func answer(_ error: MartletError) -> Response {
    var body: JSONValue = ["code": .string(error.code.rawValue), "message": .string(error.message)]
    if let cause = error.cause { body["cause"] = .string(cause) }
    return json(["error": body], status: HTTPResponse.Status(code: error.code.httpStatus), fields: error.fields)
}

private func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, fields: HTTPFields = [:]) -> Response {
    var fields = fields
    fields[.contentType] = "application/json"
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: value.compact + "\n")))
}
