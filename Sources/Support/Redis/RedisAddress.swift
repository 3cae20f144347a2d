internal import Foundation
package import Support

/// Where a Redis server is: `redis://[user][:password]@host[:port][/database]`, as `redis-cli -u` takes it.
package struct RedisAddress: Sendable, Equatable {
    package var host: String
    package var port: UInt16
    package var user: String?
    package var password: String?
    package var database: Int

    /// - Throws: `invalidInput`; the message holds nothing of the address, which may hold a password.
    package init(_ text: String) throws(MartletError) {
        let wrong = MartletError(
            .invalidInput, "The address of a Redis server is redis://host:port, with user:password@ before the host where it asks for them.")
        guard !text.hasPrefix("rediss://") else {
            throw MartletError(
                .invalidInput, "Redis over TLS (rediss://) is not supported yet. Put a TLS tunnel such as stunnel before the server and name its end."
            )
        }
        guard text.hasPrefix("redis://") else { throw wrong }
        var rest = text.dropFirst("redis://".count)
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            user = parts[0].isEmpty ? nil : parts[0].removingPercentEncoding ?? parts[0]
            password = parts.count > 1 ? parts[1].removingPercentEncoding ?? parts[1] : nil
            rest = rest[rest.index(after: at)...]
        }
        let path = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let machine = path.first, let database = path.count > 1 && !path[1].isEmpty ? Int(path[1]) : 0, database >= 0 else { throw wrong }
        self.database = database
        var name = machine
        var port: UInt16 = 6379
        if let colon = machine.lastIndex(of: ":"), !machine.hasSuffix("]") {
            guard let number = UInt16(machine[machine.index(after: colon)...]) else { throw wrong }
            (name, port) = (machine[..<colon], number)
        }
        self.port = port
        host = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : String(name)
        guard !host.isEmpty else { throw wrong }
    }
}
