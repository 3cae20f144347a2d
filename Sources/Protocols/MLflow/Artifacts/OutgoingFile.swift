internal import Digests
internal import Experiments
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Support
internal import Synchronization

/// A kept file on its way out: whole, or the range that was asked for.
struct OutgoingFile {
    let artifact: Artifact
    /// Where its bytes are.
    let file: String
    let pool: WorkPool

    private static let piece = 256 << 10

    func response(to request: Request) async throws -> Response {
        var headers = self.headers
        if let known = request.headers[.ifNoneMatch], known == headers[.eTag] { return Response(status: .notModified, headers: headers) }
        let range = range(request.headers[.range])
        if case .unsatisfiable = range {
            headers[.contentRange] = "bytes */\(artifact.size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        var (start, end) = (0, artifact.size)
        if case .part(let first, let last) = range {
            (start, end) = (first, last + 1)
            headers[.contentRange] = "bytes \(first)-\(last)/\(artifact.size)"
        }
        let status: HTTPResponse.Status = if case .part = range { .partialContent } else { .ok }
        headers[.contentLength] = String(end - start)
        guard request.method != .head else { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: body(start, end))
    }

    private var headers: HTTPFields {
        let name = artifact.path.split(separator: "/").last.map(String.init) ?? "file"
        var headers: HTTPFields = [
            .contentType: FileType.name(of: name), .eTag: "\"\(artifact.digest.rawValue)\"", .acceptRanges: "bytes",
            .contentDisposition: OutgoingFile.disposition(name),
        ]
        if let name = HTTPField.Name("X-Content-Type-Options") { headers[name] = "nosniff" }
        return headers
    }

    /// That a browser keeps the file and does not show it, and under which name (RFC 6266).
    private static func disposition(_ name: String) -> String {
        let isToken = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        if isToken { return "attachment; filename=\(name)" }
        let plain = String(name.unicodeScalars.map { $0.isASCII && $0 != "\"" && $0 != "\\" ? Character($0) : "_" })
        if name.unicodeScalars.allSatisfy(\.isASCII) { return "attachment; filename=\"\(plain)\"" }
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "file")"
    }

    private enum Range {
        case whole, unsatisfiable
        case part(Int, Int)
    }

    /// The one range of a header (RFC 9110, section 14); the whole where there are several or it is none.
    private func range(_ text: String?) -> Range {
        guard let text, text.hasPrefix("bytes="), !text.contains(",") else { return .whole }
        let ends = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return .whole }
        let last = artifact.size - 1
        if ends[0].isEmpty {
            guard let count = Int(ends[1]), count >= 0 else { return .whole }
            return count == 0 || artifact.size == 0 ? .unsatisfiable : .part(max(0, artifact.size - count), last)
        }
        guard let first = Int(ends[0]), first >= 0 else { return .whole }
        guard first <= last else { return .unsatisfiable }
        if ends[1].isEmpty { return .part(first, last) }
        guard let end = Int(ends[1]), end >= first else { return .whole }
        return .part(first, min(end, last))
    }

    private func body(_ start: Int, _ end: Int) -> ResponseBody {
        let (file, pool) = (file, pool)
        return ResponseBody(contentLength: end - start) { writer in
            let reader = try await pool.run { () throws(MartletError) in try FilePieces(file, from: start) }
            var rest = end - start
            while rest > 0 {
                let count = min(rest, OutgoingFile.piece)
                let bytes = try await pool.run { () throws(MartletError) in try reader.read(count) }
                guard bytes.readableBytes > 0 else { throw MartletError(.corrupted, "A kept file ended early.") }
                rest -= bytes.readableBytes
                try await writer.write(bytes)
            }
            try await writer.finish(nil)
        }
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
