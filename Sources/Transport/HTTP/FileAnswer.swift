internal import Foundation
package import HTTPTypes
package import Hummingbird
internal import NIOCore
package import Support

/// A file as the body of an answer: whole, or the range that was asked for, read piece by piece as the connection takes it.
package struct FileAnswer: Sendable {
    /// Where its bytes are.
    package var path: String
    /// Bytes.
    package var size: Int
    /// What changes with its content, without quotation marks.
    package var tag: String
    /// Further fields of the answer.
    package var fields: HTTPFields
    /// Where the file is read.
    package var pool: WorkPool

    package init(path: String, size: Int, tag: String, fields: HTTPFields = [:], pool: WorkPool) {
        self.path = path
        self.size = size
        self.tag = tag
        self.fields = fields
        self.pool = pool
    }

    private static let piece = 256 << 10

    /// The answer to a request for it by GET or HEAD.
    package func response(to request: Request) -> Response {
        var headers = fields
        headers[.eTag] = "\"\(tag)\""
        headers[.acceptRanges] = "bytes"
        if let known = request.headers[.ifNoneMatch], known == headers[.eTag] { return Response(status: .notModified, headers: headers) }
        let range = ByteRange(request.headers[.range], of: size)
        if case .unsatisfiable = range {
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        var (start, end) = (0, size)
        if case .part(let first, let last) = range {
            (start, end) = (first, last + 1)
            headers[.contentRange] = "bytes \(first)-\(last)/\(size)"
        }
        let status: HTTPResponse.Status = if case .part = range { .partialContent } else { .ok }
        headers[.contentLength] = String(end - start)
        guard request.method != .head else { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: body(start, end))
    }

    private func body(_ start: Int, _ end: Int) -> ResponseBody {
        let (path, pool) = (path, pool)
        return ResponseBody(contentLength: end - start) { writer in
            let reader = try await pool.run { () throws(MartletError) in try FilePieces(path, from: start) }
            var rest = end - start
            while rest > 0 {
                let count = min(rest, FileAnswer.piece)
                let bytes = try await pool.run { () throws(MartletError) in try reader.read(count) }
                guard bytes.readableBytes > 0 else { throw MartletError(.corrupted, "A kept file ended early.") }
                rest -= bytes.readableBytes
                try await writer.write(bytes)
            }
            try await writer.finish(nil)
        }
    }
}

/// The part of a content that a request asks for.
package enum ByteRange: Sendable, Equatable {
    case whole, unsatisfiable
    /// From one byte to another, both among them.
    case part(Int, Int)

    /// Reads the one range of a header (RFC 9110, section 14); the whole where there are several or it is none.
    /// - Parameter size: of the content, in bytes.
    package init(_ text: String?, of size: Int) {
        self = ByteRange.read(text, size)
    }

    private static func read(_ text: String?, _ size: Int) -> ByteRange {
        guard let text, text.hasPrefix("bytes="), !text.contains(",") else { return .whole }
        let ends = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return .whole }
        let last = size - 1
        if ends[0].isEmpty {
            guard let count = Int(ends[1]), count >= 0 else { return .whole }
            return count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count), last)
        }
        guard let first = Int(ends[0]), first >= 0 else { return .whole }
        guard first <= last else { return .unsatisfiable }
        if ends[1].isEmpty { return .part(first, last) }
        guard let end = Int(ends[1]), end >= first else { return .whole }
        return .part(first, min(end, last))
    }
}

/// A file that is read piece by piece.
private final class FilePieces: Sendable {
    private let descriptor: Int32
    private let path: String

    init(_ path: String, from start: Int) throws(MartletError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, lseek(descriptor, off_t(start), SEEK_SET) >= 0 else { throw .system("read", path) }
    }

    deinit { close(descriptor) }

    /// So many bytes at most; none at the end.
    func read(_ count: Int) throws(MartletError) -> ByteBuffer {
        var bytes = ByteBufferAllocator().buffer(capacity: count)
        var got = 0
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            got = fill(UnsafeMutableRawBufferPointer(rebasing: room[..<count]), from: descriptor)
            return max(0, got)
        }
        guard got >= 0 else { throw .system("read", path) }
        return bytes
    }
}

/// Reads as many bytes as there are room for; negative, with `errno`, where that fails.
private func fill(_ room: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> Int { read(descriptor, room.baseAddress, room.count) }
