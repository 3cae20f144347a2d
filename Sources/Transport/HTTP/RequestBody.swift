internal import HTTPTypes
package import Hummingbird
internal import NIOCore
package import Support

extension Request {
    /// The bytes of the body.
    /// - Throws: `tooLarge` above the limit; `invalidInput` where they are compressed or end early.
    package func bytes(upTo limit: Int) async throws(MartletError) -> [UInt8] {
        if let encoding = headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw MartletError(.invalidInput, "Content-Encoding “\(encoding.prefix(40))” is not read here. Send the body uncompressed.")
        }
        let tooLarge = MartletError(.tooLarge, "The request is larger than \(limit) bytes. Send less at once.")
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        do { return Array(buffer: try await body.collect(upTo: limit)) } catch is NIOTooManyBytesError { throw tooLarge } catch {
            throw MartletError(.invalidInput, "The request ended before its body was complete.")
        }
    }
}
