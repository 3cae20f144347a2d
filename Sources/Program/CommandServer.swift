import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Support

/// A server that answers commands in place of a folder.
struct CommandServer: Sendable {
    /// The path below the server's address that commands are posted to.
    static let path = "/api/v1/commands"
    /// The largest answer that is read, in bytes.
    private static let limit = 64 << 20

    let address: String
    /// Sent along, so that the server knows who asks; nil where it is to be asked without.
    let token: String?

    /// - Parameter address: `http://host:port`, with or without a path.
    /// - Throws: `usage` for what is no such address.
    init(_ address: String, token: String?) throws(MartletError) {
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), url.host != nil else {
            throw MartletError(.usage, "“\(address)” is no server’s address. Write it as http://host:port.")
        }
        self.token = token
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
    }

    /// Lets the server run a command and prints what it printed.
    /// - Parameter password: the caller's, for a command that is a signature.
    /// - Throws: the command's error; `unavailable` where no server answers.
    func run(_ arguments: [String], password: String? = nil, console: Console) async throws {
        var body: JSONValue = ["arguments": JSONValue(arguments), "colour": .bool(console.usesColour)]
        if let password { body["password"] = .string(password) }
        let answer = try await post(body)
        if let error = CommandServer.error(answer["error"]) { throw error }
        console.raw(answer["output"].text ?? "")
        if let code = answer["exit_code"].int, code != 0 { throw ExitCode(Int32(truncatingIfNeeded: code)) }
    }

    /// Why nobody answered. What the TLS library says names its own source files.
    private static func cause(of error: any Error, _ address: String) -> String {
        let text = "\(error)"
        guard address.hasPrefix("https:"), text.contains("SSL") || text.contains("TLS") else { return text }
        return "No TLS that could be trusted was spoken there. Try http://, or have the certificate checked."
    }

    private func post(_ body: JSONValue) async throws(MartletError) -> JSONValue {
        var request = HTTPClientRequest(url: address + CommandServer.path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        // One request, one connection: a pool that is shut down while it takes a connection back ends the process.
        request.headers.add(name: "connection", value: "close")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        request.body = .bytes(ByteBuffer(string: body.compact))
        let text: String
        do { text = try await CommandServer.answer(to: request) } catch {
            throw MartletError(
                .unavailable,
                "No server answers at \(address). Start one with “martlet serve”, or leave out --url (and MARTLET_URL) to work on a folder.",
                cause: CommandServer.cause(of: error, address))
        }
        guard let value = try? JSONValue(parsing: text), !value["output"].isNull || !value["error"].isNull else {
            throw MartletError(.unavailable, "What answers at \(address) is no Martlet server, or an older one. Check the address.")
        }
        return value
    }

    private static func answer(to request: HTTPClientRequest) async throws -> String {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            String(buffer: try await client.execute(request, timeout: .seconds(60)).body.collect(upTo: limit))
        }
    }

    /// The error that the server's command ended with.
    private static func error(_ value: JSONValue) -> MartletError? {
        guard let message = value["message"].text else { return nil }
        return MartletError(
            value["code"].text.flatMap(MartletError.Code.init(rawValue:)) ?? .unavailable, message,
            place: value["place"].text.map { SourcePlace(file: $0) }, cause: value["cause"].text)
    }
}
