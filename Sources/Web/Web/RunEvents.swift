import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import ServiceLifecycle
import Support

/// New points of a run as server-sent events: `points` with columns for each metric, and `end` with how the run stands.
///
/// Each event's id is the newest moment in it, in microseconds, from which a listener goes on after a break.
struct RunEvents: Sendable {
    let follower: any RunFollower
    let since: Int64

    /// How many seconds one answer lasts; listeners come back by themselves, and are asked anew who they are.
    private static let longest = 600
    /// After how many quiet seconds a listener is told that the server is there.
    private static let quiet = 15

    var response: Response {
        let headers = PageHeaders.fields + [.contentType: "text/event-stream", .cacheControl: "no-store"]
        let events = self
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await events.write { try await writer.write(ByteBuffer(string: $0)) }
                try await writer.finish(nil)
            })
    }

    private func write(_ send: (String) async throws -> Void) async throws {
        try await send("retry: 2000\n\n")
        var newest = since
        var quiet = 0
        for _ in 0..<RunEvents.longest {
            var news = try await follower.next()
            quiet = news.points.isEmpty ? quiet + 1 : 0
            while !news.points.isEmpty {
                newest = max(newest, news.points.map(\.at.microseconds).max() ?? newest)
                try await send(RunEvents.event("points", RunEvents.columns(news.points), id: newest))
                guard news.hasMore else { break }
                news = try await follower.next()
            }
            if news.standing != .running, news.standing != .scheduled {
                return try await send(RunEvents.event("end", ["status": .string(news.standing.rawValue)], id: newest))
            }
            if quiet > 0, quiet.isMultiple(of: RunEvents.quiet) { try await send(": still here\n\n") }
            guard await RunEvents.pause() else { return }
        }
    }

    private static func event(_ name: String, _ data: JSONValue, id: Int64) -> String {
        // JSON on one line: no text of a user's can end the event.
        "id: \(id)\nevent: \(name)\ndata: \(data.compact)\n\n"
    }

    /// The points by metric, as columns of steps, milliseconds since 1970 and values.
    private static func columns(_ points: [RunNews.Point]) -> JSONValue {
        let groups = Dictionary(grouping: points, by: \.metric).sorted { $0.key < $1.key }
        return .object(
            groups.map { metric, points in
                let columns: JSONValue = [
                    "step": .array(points.map { .integer($0.step) }), "at": .array(points.map { .integer($0.at.microseconds / 1000) }),
                    "value": .array(points.map { JSONValue($0.value) }),
                ]
                return JSONValue.Member(metric, columns)
            })
    }

    /// A second; false where the server is to stop.
    static func pause() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await Task.sleep(for: .seconds(1))) != nil }
            group.addTask {
                try? await gracefulShutdown()
                return false
            }
            let isSecond = await group.next() ?? false
            group.cancelAll()
            return isSecond
        }
    }
}
