import Foundation
import HTTP
import Hummingbird
import NIOCore
import Secrets
import Support

/// What a request says beside who asks: the path behind a prefix, its query, its body.
enum VaultRequest {
    /// The largest body that is read, in bytes.
    static let bodyLimit = 1 << 20

    /// The path of a request behind the first parts, decoded, without a slash at its end. What a rule is asked about and what is read or written come from
    /// here, so that no second spelling of a path is decided differently.
    static func rest(_ request: Request, behind prefix: String) -> String {
        let path = request.uri.path.removingPercentEncoding ?? ""
        guard path.hasPrefix(prefix) else { return "" }
        return path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).drop { $0.isEmpty }.joined(separator: "/")
            .trimmingSuffix("/")
    }

    /// Whether a query asks for the names below a path.
    static func asksForList(_ request: Request) -> Bool {
        request.method == VaultRoutes.list || ["1", "t", "T", "true", "True", "TRUE"].contains(request.uri.queryParameters.get("list") ?? "")
    }

    /// The body as JSON; an empty object where there is none.
    /// - Throws: `invalidInput`.
    static func body(_ request: Request) async throws(MartletError) -> JSONValue {
        let bytes: [UInt8]
        do { bytes = Array(buffer: try await request.body.collect(upTo: bodyLimit)) } catch is NIOTooManyBytesError {
            throw MartletError(.invalidInput, "The request is larger than \(bodyLimit) bytes.")
        } catch { throw MartletError(.invalidInput, "The request ended before its body was complete.") }
        guard !bytes.isEmpty else { return .object([]) }
        guard let json = try? JSONValue(parsing: bytes), case .object = json else {
            throw MartletError(.invalidInput, "error parsing JSON")
        }
        return json
    }

    /// Seconds: a number, or a text as `90`, `90s`, `5m`, `1h`; nil where nothing is said.
    /// - Throws: `invalidInput`.
    static func seconds(_ value: JSONValue) throws(MartletError) -> Double? {
        guard !value.isNull else { return nil }
        if let number = value.double, number >= 0 { return number }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        if let text = value.text, !text.isEmpty {
            let unit = text.last.flatMap { units[$0] }
            if let number = Int(unit == nil ? text[...] : text.dropLast()), number >= 0 { return Double(number) * (unit ?? 1) }
        }
        throw MartletError(.invalidInput, "A time is a number of seconds, or a text as 90s, 5m or 1h.")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self
        while text.last == suffix { text.removeLast() }
        return text
    }
}
