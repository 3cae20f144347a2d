package import Support

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A connection to a Redis server. It blocks: keep it off Swift's cooperative threads. Used by one thread at a time.
package final class RedisConnection {
    private let socket: Int32
    private var buffer: [UInt8] = []
    private var position = 0

    /// The longest text that is taken from the server, in bytes; Redis itself holds none over 512 MB.
    private static let longest = 512 << 20
    /// The most elements of one array.
    private static let widest = 4 << 20
    /// How deep arrays may lie in one another.
    private static let deepest = 16

    /// Connects, and signs in where the address names a password.
    /// - Parameter patience: how long one answer may take, in seconds.
    /// - Throws: `unavailable`; `unauthenticated` with the server's words.
    package init(_ address: RedisAddress, patience: Double = 30) throws(MartletError) {
        socket = try RedisConnection.open(address, patience)
        if let password = address.password {
            do { try ask(["AUTH"] + (address.user.map { [$0] } ?? []) + [password]) } catch {
                guard error.code == .invalidInput else { throw error }
                throw MartletError(.unauthenticated, "Redis does not let this user in. Check user and password.", cause: error.cause)
            }
        }
        if address.database > 0 { try ask(["SELECT", String(address.database)]) }
    }

    deinit { close(socket) }

    // MARK: Commands

    /// Sends a command and waits for its answer.
    /// - Throws: `invalidInput` with the server's words where it refuses; `unavailable` where it is gone or takes too long.
    @discardableResult package func ask(_ words: [String]) throws(MartletError) -> RedisValue {
        try send(RedisConnection.encoded(words))
        let answer = try value(depth: 0)
        guard case .failure(let text) = answer else { return answer }
        throw MartletError(.invalidInput, "Redis refuses \(words[0]).", cause: text)
    }

    private static func encoded(_ words: [String]) -> [UInt8] {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words {
            bytes += Array("$\(word.utf8.count)\r\n".utf8)
            bytes += Array(word.utf8)
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }

    private func send(_ bytes: [UInt8]) throws(MartletError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw RedisConnection.gone(errno) }
            sent += count
        }
    }

    // MARK: Answers

    private func value(depth: Int) throws(MartletError) -> RedisValue {
        let line = try line()
        guard let kind = line.first, depth < RedisConnection.deepest else { throw RedisConnection.rubbish }
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        switch kind {
        case UInt8(ascii: "+"): return .status(text)
        case UInt8(ascii: "-"): return .failure(text)
        case UInt8(ascii: ":"):
            guard let number = Int(text) else { throw RedisConnection.rubbish }
            return .integer(number)
        case UInt8(ascii: "$"):
            guard let count = Int(text), count <= RedisConnection.longest else { throw RedisConnection.rubbish }
            guard count >= 0 else { return .null }
            let bytes = try take(count + 2)
            guard bytes.suffix(2) == [0x0D, 0x0A] else { throw RedisConnection.rubbish }
            return .bytes(Array(bytes.dropLast(2)))
        case UInt8(ascii: "*"):
            guard let count = Int(text), count <= RedisConnection.widest else { throw RedisConnection.rubbish }
            guard count >= 0 else { return .null }
            var elements: [RedisValue] = []
            for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
            return .array(elements)
        default: throw RedisConnection.rubbish
        }
    }

    /// A line without its end; none is longer than 64 KB.
    private func line() throws(MartletError) -> ArraySlice<UInt8> {
        var searched = position
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0D) {
                if end + 1 < buffer.count {
                    guard buffer[end + 1] == 0x0A else { throw RedisConnection.rubbish }
                    defer { position = end + 2 }
                    return buffer[position..<end]
                }
                searched = end
            } else {
                searched = buffer.count
            }
            guard buffer.count - position < 65_536 else { throw RedisConnection.rubbish }
            let kept = position
            try fill()
            searched -= kept - position
        }
    }

    private func take(_ count: Int) throws(MartletError) -> ArraySlice<UInt8> {
        while buffer.count - position < count { try fill() }
        defer { position += count }
        return buffer[position..<(position + count)]
    }

    /// Reads what has come, after putting away what was read before.
    private func fill() throws(MartletError) {
        if position > 0 {
            buffer.removeFirst(position)
            position = 0
        }
        var piece = [UInt8](repeating: 0, count: 262_144)
        let count = recv(socket, &piece, piece.count, 0)
        guard count > 0 else { throw RedisConnection.gone(count == 0 ? ECONNRESET : errno) }
        buffer += piece[..<count]
    }

    private static let rubbish = MartletError(.unavailable, "What answers is no Redis server, or none of a known version. Check the address.")

    private static func gone(_ number: Int32) -> MartletError {
        let isLate = number == EAGAIN || number == EWOULDBLOCK
        return MartletError(
            .unavailable, isLate ? "Redis did not answer in time. Try again." : "The connection to Redis broke. Try again.",
            cause: String(cString: strerror(number)))
    }

    // MARK: Connecting

    private static func open(_ address: RedisAddress, _ patience: Double) throws(MartletError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &first) == 0 else {
            throw MartletError(.unavailable, "The name of the Redis server is not known. Check the address and the network.")
        }
        defer { freeaddrinfo(first) }
        var number: Int32 = ECONNREFUSED
        var next = first
        while let entry = next?.pointee {
            next = entry.ai_next
            let descriptor = Glibc.socket(entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol)
            guard descriptor >= 0 else { continue }
            limit(descriptor, patience)
            if connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 { return descriptor }
            number = errno
            close(descriptor)
        }
        throw MartletError(
            .unavailable, "Redis cannot be reached at \(address.host):\(address.port). Check that it runs and that the address is right.",
            cause: String(cString: strerror(number)))
    }

    private static func limit(_ descriptor: Int32, _ patience: Double) {
        var time = timeval(tv_sec: Int(patience), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
}
