internal import Digests
internal import Experiments
internal import Foundation
internal import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import Support

/// A kept file on its way out: whole, or the range that was asked for.
struct OutgoingFile {
    let artifact: Artifact
    /// Where its bytes are.
    let file: String
    let pool: WorkPool

    func response(to request: Request) -> Response {
        FileAnswer(path: file, size: artifact.size, tag: artifact.digest.rawValue, fields: headers, pool: pool).response(to: request)
    }

    private var headers: HTTPFields {
        let name = artifact.path.split(separator: "/").last.map(String.init) ?? "file"
        var headers: HTTPFields = [
            .contentType: FileType.name(of: name), .contentDisposition: OutgoingFile.disposition(name),
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
}
