internal import Dispatch
package import Support
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Turns names of machines into addresses.
package struct Resolver: Sendable {
    private static let pool = WorkPool(width: 2, limit: 64)

    private let look: @Sendable (String) -> [IPAddress]

    /// - Parameter look: what answers instead of the system, for tests.
    package init(_ look: @escaping @Sendable (String) -> [IPAddress]) { self.look = look }

    /// The system's own: `/etc/hosts` and the name servers.
    package static let system = Resolver(Resolver.ask)

    /// The addresses of a host that may be connected to, those of version 4 first.
    /// - Parameter allowsPrivate: whether addresses of this machine and of private networks are among them.
    /// - Throws: `unavailable` where it has none; `refused` where one of them is not public and only public ones are allowed.
    package func addresses(of host: String, allowsPrivate: Bool) async throws(MartletError) -> [IPAddress] {
        let look = look
        return try Resolver.checked(try await Resolver.pool.run { () throws(MartletError) in look(host) }, allowsPrivate: allowsPrivate)
    }

    /// The same for a thread that waits, no longer than a time.
    func addressesWaiting(of host: String, allowsPrivate: Bool, seconds: Double) throws(MartletError) -> [IPAddress] {
        let isDone = DispatchSemaphore(value: 0)
        let asked = AskedName(look: look, host: host)
        DispatchQueue.global().async {
            asked.answer()
            isDone.signal()
        }
        guard isDone.wait(timeout: .now() + seconds) == .success else {
            throw MartletError(.unavailable, "The name of the machine was not resolved in time. Check the name servers.")
        }
        return try Resolver.checked(asked.found, allowsPrivate: allowsPrivate)
    }

    private static func checked(_ found: [IPAddress], allowsPrivate: Bool) throws(MartletError) -> [IPAddress] {
        guard !found.isEmpty else { throw MartletError(.unavailable, "The name of the machine is not known. Check the address and the network.") }
        guard allowsPrivate || found.allSatisfy(\.isPublic) else {
            throw MartletError(
                .refused,
                "The address leads to this machine or to a private network, which is refused so that nobody reaches inner services through Martlet. If that is meant, write “private: true” beside it in martlet.yaml."
            )
        }
        return found.filter(\.isVersion4) + found.filter { !$0.isVersion4 }
    }

    private static func ask(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var found: [IPAddress] = []
        var next = first
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr.flatMap({ Resolver.address(UnsafePointer($0), length: Int(entry.ai_addrlen)) }),
                !found.contains(address)
            else { continue }
            found.append(address)
        }
        return found
    }

    private static func address(_ pointer: UnsafePointer<sockaddr>, length: Int) -> IPAddress? {
        let raw = UnsafeRawPointer(pointer)
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let address = raw.loadUnaligned(as: sockaddr_in.self)
            return IPAddress(bytes: withUnsafeBytes(of: address.sin_addr) { Array($0) })
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let address = raw.loadUnaligned(as: sockaddr_in6.self)
            return IPAddress(bytes: withUnsafeBytes(of: address.sin6_addr) { Array($0) })
        default: return nil
        }
    }
}

/// A name that another thread looks up.
private final class AskedName: Sendable {
    private let look: @Sendable (String) -> [IPAddress]
    private let host: String
    private let addresses = Mutex<[IPAddress]>([])

    init(look: @escaping @Sendable (String) -> [IPAddress], host: String) {
        self.look = look
        self.host = host
    }

    func answer() {
        let found = look(host)
        addresses.withLock { $0 = found }
    }

    var found: [IPAddress] { addresses.withLock { $0 } }
}
