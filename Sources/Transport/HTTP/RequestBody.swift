internal import Compression
package import HTTPTypes
package import Hummingbird
internal import NIOCore
package import Support

extension Request {
    /// The bytes of the body, unpacked where they came packed.
    /// - Throws: `tooLarge` above the limit, packed or unpacked; `invalidInput` where they are packed in another way, or end early.
    package func bytes(upTo limit: Int) async throws(MartletError) -> [UInt8] {
        let packing = try packing()
        let tooLarge = MartletError(.tooLarge, "The request is larger than \(limit) bytes. Send less at once.")
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        let bytes: [UInt8]
        do { bytes = Array(buffer: try await body.collect(upTo: limit)) } catch is NIOTooManyBytesError { throw tooLarge } catch {
            throw MartletError(.invalidInput, "The request ended before its body was complete.")
        }
        guard let packing else { return bytes }
        return try await Loop.leave(if: true) { () async throws(MartletError) in try packing.unpacked(bytes, upTo: limit) }
    }

    /// The same, counted as it comes among what all posts hold.
    /// - Throws: `unavailable` where they hold too much.
    package func bytes(upTo limit: Int, of share: HeldBytes.Share) async throws(MartletError) -> [UInt8] {
        let packing = try packing()
        let tooLarge = MartletError(.tooLarge, "The request is larger than \(limit) bytes. Send less at once.")
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        var bytes: [UInt8] = []
        do {
            for try await piece in body {
                guard bytes.count + piece.readableBytes <= limit else { throw tooLarge }
                try share.take(piece.readableBytes)
                bytes.append(contentsOf: piece.readableBytesView)
            }
        } catch let error as MartletError { throw error } catch {
            throw MartletError(.invalidInput, "The request ended before its body was complete.")
        }
        guard let packing else { return bytes }
        // How much there is in it is not known before: as much as may be.
        try share.take(limit)
        let packed = bytes
        return try await Loop.leave(if: true) { () async throws(MartletError) in try packing.unpacked(packed, upTo: limit) }
    }

    /// How the body is packed; nil where it is not.
    private func packing() throws(MartletError) -> Compression? {
        guard let encoding = headers[.contentEncoding]?.lowercased(), encoding != "identity" else { return nil }
        guard let packing = Compression(rawValue: encoding) else {
            throw MartletError(
                .invalidInput, "Content-Encoding “\(encoding.prefix(40))” is not read here. Send the body as it is, or packed by gzip or deflate.")
        }
        return packing
    }
}

extension Response {
    /// The same with its bytes packed, where that is worth while and whoever asks takes it.
    /// - Parameter bytes: what the body holds.
    package func packed(_ bytes: [UInt8], for request: Request) -> Response {
        var response = self
        guard let packed = response.headers.pack(bytes, for: request.head) else { return self }
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: packed))
        return response
    }
}

extension HTTPFields {
    /// From how many bytes on an answer is packed.
    private static let leastPacked = 4096

    /// Packs the body of an answer, where that is worth while and whoever asks takes it; then the fields say so.
    /// - Returns: nil where the body stays as it is.
    package mutating func pack(_ bytes: [UInt8], for request: HTTPRequest) -> [UInt8]? {
        guard bytes.count >= HTTPFields.leastPacked, let wishes = request.headerFields[.acceptEncoding]?.lowercased() else { return nil }
        guard let packing = Compression.allCases.first(where: { HTTPFields.takes(wishes, $0.rawValue) }), let packed = packing.packed(bytes) else {
            return nil
        }
        self[.contentEncoding] = packing.rawValue
        self[.vary] = "accept-encoding"
        return packed
    }

    /// Whether a coding stands in the field without the weight zero.
    private static func takes(_ wishes: String, _ coding: String) -> Bool {
        wishes.split(separator: ",").contains { wish in
            let parts = wish.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            return parts.first == coding && !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }
}
