internal import Foundation
internal import HTTPTypes
package import Hummingbird

/// Names of the machine itself.
enum HostName {
    /// Whether a name or address is that of the own machine: a literal address of 127.0.0.0/8, ::1, or `localhost`. Names that only begin like one
    /// belong to whoever registered them.
    static func isLoopback(_ host: String) -> Bool {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        if inet_pton(AF_INET6, host, &six) == 1 { return withUnsafeBytes(of: six) { Array($0) == [UInt8](repeating: 0, count: 15) + [1] } }
        return host.lowercased() == "localhost"
    }

    /// The same of what stands in a request: a name with or without a port.
    static func isLoopback(authority: String) -> Bool {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            (host, rest) = (authority[authority.index(after: authority.startIndex)..<end], authority[authority.index(after: end)...])
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            (host, rest) = (authority[..<end], authority[end...])
        }
        let isPort = rest.isEmpty || rest.first == ":" && rest.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isPort && isLoopback(String(host))
    }
}

extension Request {
    /// Whether a browser says that a page of this server made the request; nil where nothing is said, as by programs.
    package var isFromOwnPage: Bool? {
        if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ headers[$0] }) { return site == "same-origin" || site == "none" }
        guard let origin = headers[.origin] else { return nil }
        return origin.split(separator: "/").last.map(String.init) == head.authority
    }
}
