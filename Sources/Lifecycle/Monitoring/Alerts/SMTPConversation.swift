internal import Foundation
internal import Outgoing
internal import Support

/// One conversation with a mail server (RFC 5321) over a plain connection, without encryption and without signing in: for a relay on the same
/// machine or network. It blocks its thread, and ends after 30 seconds at the latest.
struct SMTPConversation {
    /// The longest that one step, and the whole, may take, in seconds.
    private static let patience = (step: 10, whole: 30.0)
    /// The most that a server may say to one command, in bytes.
    private static let limit = 16_384

    private let socket: Int32
    private let deadline = monotonicSeconds() + SMTPConversation.patience.whole
    private var unread: [UInt8] = []

    /// Sends a mail.
    /// - Throws: `unavailable` where the server cannot be reached or refuses.
    static func send(_ lines: [String], from: String, to: [String], at address: IPAddress, port: Int) throws(MartletError) {
        let socket = try connected(to: address, port: port)
        defer { close(socket) }
        var conversation = SMTPConversation(socket: socket)
        try conversation.expect(220)
        try conversation.say("EHLO [127.0.0.1]", expecting: 250)
        try conversation.say("MAIL FROM:<\(from)>", expecting: 250)
        for receiver in to { try conversation.say("RCPT TO:<\(receiver)>", expecting: 250) }
        try conversation.say("DATA", expecting: 354)
        try conversation.say(stuffed(lines).joined(separator: "\r\n") + "\r\n.", expecting: 250)
        // The mail is taken; what the server says to the farewell changes nothing.
        try? conversation.say("QUIT", expecting: 221)
    }

    /// Lines that begin with a dot get another, so that none is the end (RFC 5321, 4.5.2).
    static func stuffed(_ lines: [String]) -> [String] { lines.map { $0.hasPrefix(".") ? "." + $0 : $0 } }

    private init(socket: Int32) { self.socket = socket }

    private mutating func say(_ text: String, expecting code: Int) throws(MartletError) {
        var bytes = Array((text + "\r\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SMTPConversation.silent }
            bytes = bytes.dropFirst(count)
        }
        try expect(code)
    }

    /// Reads an answer of one or more lines; `250-` goes on, `250 ` is the last. 251 is a yes to 250.
    private mutating func expect(_ code: Int) throws(MartletError) {
        var line = ""
        repeat { line = try readLine() } while line.dropFirst(3).hasPrefix("-")
        guard let said = Int(line.prefix(3)), said == code || (code == 250 && said == 251) else {
            let words = String(line.prefix(160).map { $0.isASCII && $0 >= " " && $0 < "\u{7F}" ? $0 : "?" })
            throw MartletError(.unavailable, "The mail server refused: “\(words)”.")
        }
    }

    private mutating func readLine() throws(MartletError) -> String {
        var piece = [UInt8](repeating: 0, count: 1024)
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                let line = unread[..<end].filter { $0 != 0x0D }
                unread.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            guard unread.count < SMTPConversation.limit, monotonicSeconds() < deadline else { throw SMTPConversation.silent }
            let count = recv(socket, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SMTPConversation.silent }
            unread += piece[..<count]
        }
    }

    private static let silent = MartletError(.unavailable, "The mail server broke off or did not answer in time.")

    private static func connected(to address: IPAddress, port: Int) throws(MartletError) -> Int32 {
        let family = address.isVersion4 ? AF_INET : AF_INET6
        let socket = Foundation.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let nobody = MartletError(.unavailable, "No mail server answered. Check the address and the network.")
        guard socket >= 0 else { throw nobody }
        // On Linux the time-out of sending holds for connecting, too.
        var patience = timeval(tv_sec: patience.step, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(socket, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size)) }
        guard connect(socket, to: address, port: port) else {
            close(socket)
            throw nobody
        }
        return socket
    }

    private static func connect(_ socket: Int32, to address: IPAddress, port: Int) -> Bool {
        func connect<Address>(_ address: Address) -> Bool {
            withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Foundation.connect(socket, $0, socklen_t(MemoryLayout<Address>.size)) == 0
                }
            }
        }
        let port = in_port_t(UInt16(clamping: port).bigEndian)
        if address.isVersion4 {
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port
            withUnsafeMutableBytes(of: &four.sin_addr) { $0.copyBytes(from: address.bytes) }
            return connect(four)
        }
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port
        withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: address.bytes) }
        return connect(six)
    }
}
