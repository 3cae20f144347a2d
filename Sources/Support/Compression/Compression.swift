internal import CZlib
package import Support

/// How a body is packed, by the names of HTTP (RFC 9110): `gzip`, or `deflate` in zlib's frame.
package enum Compression: String, Sendable, CaseIterable {
    case gzip
    case deflate

    /// Bits of the window, with what tells zlib the frame.
    private var window: Int32 { self == .gzip ? 15 + 16 : 15 }

    /// - Parameter limit: bytes that may come out.
    /// - Throws: `tooLarge` above the limit; `invalidInput` for what is not packed so, ends early, or goes on after its end.
    package func unpacked(_ bytes: [UInt8], upTo limit: Int) throws(MartletError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, window, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw MartletError(.unavailable, "There is no memory to unpack a request. Try again in a moment.")
        }
        defer { inflateEnd(&stream) }
        var out: [UInt8] = []
        let isWhole = try feed(&stream, bytes) { (stream, piece) throws(MartletError) in
            while true {
                let (made, status) = Compression.step(&stream, piece) { inflate(&$0, Z_NO_FLUSH) }
                guard out.count + made <= limit else {
                    throw MartletError(.tooLarge, "The request is larger than \(limit) bytes when it is unpacked. Send less at once.")
                }
                out.append(contentsOf: piece[..<made])
                if status == Z_STREAM_END { return stream.avail_in == 0 }
                guard status == Z_OK, made > 0 || stream.avail_in > 0 else { return false }
            }
        }
        guard isWhole else { throw MartletError(.invalidInput, "The body is not what “Content-Encoding: \(rawValue)” says, or ends early.") }
        return out
    }

    /// Packs quickly rather than small. Bytes that cannot be packed stay as they are: nil.
    package func packed(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let fast: Int32 = 1
        guard
            deflateInit2_(&stream, fast, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var out: [UInt8] = []
        let isWhole = feed(&stream, bytes) { stream, piece in
            while true {
                let (made, status) = Compression.step(&stream, piece) { CZlib.deflate(&$0, Z_FINISH) }
                out.append(contentsOf: piece[..<made])
                if status == Z_STREAM_END { return true }
                guard status == Z_OK, made > 0 else { return false }
            }
        }
        return isWhole ? out : nil
    }

    /// Lets a stream read bytes, with room for the pieces that it makes.
    private func feed<Failure: Error>(
        _ stream: inout z_stream, _ bytes: [UInt8], _ body: (inout z_stream, UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        let source = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 65_536)
        defer {
            source.deallocate()
            piece.deallocate()
        }
        _ = source.initialize(from: bytes)
        piece.initialize(repeating: 0)
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(clamping: bytes.count)
        return try body(&stream, piece)
    }

    /// - Returns: how many bytes were made, and what zlib says.
    private static func step(
        _ stream: inout z_stream, _ piece: UnsafeMutableBufferPointer<UInt8>, _ work: (inout z_stream) -> Int32
    ) -> (made: Int, status: Int32) {
        stream.next_out = piece.baseAddress
        stream.avail_out = UInt32(piece.count)
        let status = work(&stream)
        return (piece.count - Int(stream.avail_out), status)
    }
}
