import Foundation
import Support

/// `martlet serve` of a project, on a free port.
final class LiveServer: Sendable {
    let child: Child
    let port: UInt16

    init(_ folder: Folder) throws {
        child = try folder.start("serve", "--port", "0", "--json")
        let text = try child.firstLines(until: "}\n")
        guard let address = try JSONValue(parsing: text)["address"].text, let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw ChildFailure(description: "The server did not say its address: \(text)")
        }
        self.port = port
    }

    /// Asks for answers of rows.
    /// - Parameter key: the caller's key, for a request of one row.
    /// - Returns: the IDs of the predictions.
    func infer(incomes: [Double], key: String? = nil) throws -> [String] {
        let count = incomes.count
        var body: JSONValue = [
            "inputs": [
                Self.tensor("income", "FP64", .array(incomes.map { .number($0) }), count),
                Self.tensor("age", "FP64", .array(incomes.map { _ in 40 }), count),
                Self.tensor("city", "BYTES", .array(incomes.map { _ in "Bern" }), count),
                Self.tensor("grade", "BYTES", .array(incomes.map { _ in "A" }), count),
            ]
        ]
        if let key { body["parameters"] = ["id": .string(key)] }
        let (status, answer) = try request("POST", "/v2/models/loans/infer", body: body.compact)
        guard status == 200 else { throw ChildFailure(description: "\(status): \(answer)") }
        let outputs = try JSONValue(parsing: answer)["outputs"].elements
        return outputs.first { $0["name"].text == "prediction_id" }?["data"].elements.compactMap(\.text) ?? []
    }

    private static func tensor(_ name: String, _ type: String, _ data: JSONValue, _ rows: Int) -> JSONValue {
        ["name": .string(name), "datatype": .string(type), "shape": [.integer(Int64(rows))], "data": data]
    }

    /// One request on a connection of its own.
    func request(_ method: String, _ path: String, body: String = "") throws -> (status: Int, body: String) {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0 else { throw ChildFailure(description: "No connection to port \(port).") }
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        try Self.send(Array((head + body).utf8), to: socket)
        return try Self.answer(Self.receive(socket))
    }

    private static func send(_ bytes: [UInt8], to socket: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw ChildFailure(description: "The server closed the connection.") }
            rest = rest.dropFirst(count)
        }
    }

    private static func receive(_ socket: Int32) -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    private static func answer(_ text: String) throws -> (status: Int, body: String) {
        guard let end = text.firstRange(of: "\r\n\r\n"), let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw ChildFailure(description: "The server ended without an answer.")
        }
        return (status, String(text[end.upperBound...]))
    }

    /// Ctrl-C, and the end that follows.
    func interrupt() throws -> Outcome {
        child.signal(SIGINT)
        return try child.end()
    }
}
