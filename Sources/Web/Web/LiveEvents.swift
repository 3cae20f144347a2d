import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Support

/// The last minutes of an endpoint as server-sent events: each has the pictures as they stand, drawn like those of the page.
struct LiveEvents: Sendable {
    let next: LiveFigures

    /// How many there are in one answer, two seconds apart: listeners come back by themselves, and are asked anew who they are.
    private static let most = 300

    var response: Response {
        let headers = PageHeaders.fields + [.contentType: "text/event-stream", .cacheControl: "no-store"]
        let next = next
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                for _ in 0..<LiveEvents.most {
                    // JSON on one line: no text of a user's can end the event.
                    let pictures = JSONValue.string(LiveSection(try await next()).pictures.text).compact
                    try await writer.write(ByteBuffer(string: "event: live\ndata: \(pictures)\n\n"))
                    guard await RunEvents.pause(), await RunEvents.pause() else { break }
                }
                try await writer.finish(nil)
            })
    }
}
