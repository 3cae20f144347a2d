import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Support

extension Request {
    /// The body as text. One that is announced to be too large is not read at all; one that is compressed would be larger than it says.
    /// - Parameter limit: the most bytes that are read.
    /// - Throws: `tooLarge`; `usage` for a compressed body and one that ends early.
    func text(upTo limit: Int) async throws(MartletError) -> String {
        let tooLarge = MartletError(.tooLarge, "The request is larger than \(limit >> 10) KB, which is the most that is read here. Send less.")
        if let encoding = headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw MartletError(.usage, "Content-Encoding “\(encoding.prefix(40))” is not read here. Send the body uncompressed.")
        }
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        do { return String(buffer: try await body.collect(upTo: limit)) } catch is NIOTooManyBytesError { throw tooLarge } catch {
            throw MartletError(.usage, "The request ended before its body was complete. Send it again.")
        }
    }

    /// The fields of a posted form.
    func form(upTo limit: Int) async throws(MartletError) -> [(name: String, value: String)] { PagePath.fields(of: try await text(upTo: limit)) }
}
