import Foundation
import FoundationNetworking
import Support
import TestSupport

/// `martlet serve` of a project, on a free port. It is killed where it still runs when this value goes away.
final class LiveServer: Sendable {
    let child: Child
    let port: UInt16
    /// The port for gRPC, where one was asked for.
    let grpcPort: Int?
    private let session: URLSession

    /// - Parameters:
    ///   - openFiles: how many files a shell lets it open when it starts; what the tests have where it is nil.
    ///   - options: further words of the command.
    init(_ folder: TemporaryFolder, openFiles: Int? = nil, _ options: String...) async throws {
        let words = [Program.path ?? "", "serve", "--port", "0", "--json"] + options
        let shell = openFiles.map { ["/bin/sh", "-c", "ulimit -S -n \($0); exec \"$0\" \"$@\""] } ?? []
        child = try Child("/usr/bin/env", shell + words, in: folder.path, environment: Program.environment())
        guard let text = await child.printed("}\n") else { throw ChildFailure(description: "The server did not start: \(await child.end().errors)") }
        let told = try JSONValue(parsing: text)
        grpcPort = told["grpc"].text?.split(separator: ":").last.flatMap { Int($0) }
        guard let address = told["address"].text, let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw ChildFailure(description: "The server did not say its address: \(text)")
        }
        self.port = port
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Double(Child.patience)
        session = URLSession(configuration: configuration)
    }

    /// Asks for answers of rows.
    /// - Parameter key: the caller's key, for a request of one row.
    /// - Returns: the IDs of the predictions.
    func infer(incomes: [Double], key: String? = nil, token: String? = nil) async throws -> [String] {
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
        let (status, answer) = try await request("POST", "/v2/models/loans/infer", body: body.compact, token: token)
        guard status == 200 else { throw ChildFailure(description: "\(status): \(answer)") }
        let outputs = try JSONValue(parsing: answer)["outputs"].elements
        return outputs.first { $0["name"].text == "prediction_id" }?["data"].elements.compactMap(\.text) ?? []
    }

    private static func tensor(_ name: String, _ type: String, _ data: JSONValue, _ rows: Int) -> JSONValue {
        ["name": .string(name), "datatype": .string(type), "shape": [.integer(Int64(rows))], "data": data]
    }

    /// The body of a request for one row.
    static var row: String {
        let inputs: [JSONValue] = [
            tensor("income", "FP64", [40], 1), tensor("age", "FP64", [40], 1), tensor("city", "BYTES", ["Bern"], 1),
            tensor("grade", "BYTES", ["A"], 1),
        ]
        return (["inputs": .array(inputs)] as JSONValue).compact
    }

    func request(
        _ method: String, _ path: String, body: String? = nil, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> (status: Int, body: String) {
        // Pages need the cookies and redirections that the client below follows.
        if let body, path.hasPrefix("/api/") {
            var fields = ["Content-Type": "application/json"].merging(headers) { $1 }
            if let token { fields["Authorization"] = "Bearer \(token)" }
            let answer = try await Wire.request(method, path, port: Int(port), body: Array(body.utf8), fields: fields)
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw ChildFailure(description: "“\(path)” is not a path.") }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await session.data(for: request)
        guard let status = (response as? HTTPURLResponse)?.statusCode else { throw ChildFailure(description: "No answer over HTTP.") }
        return (status, String(decoding: data, as: UTF8.self))
    }

    /// The most memory that the server ever held, in MB; nothing where the system does not tell.
    func peakMemory() throws -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(child.id)/status", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) } ?? 0) / 1024
    }

    /// Ctrl-C, and the end that follows.
    func interrupt() async -> Outcome {
        child.signal(SIGINT)
        return await child.end()
    }
}
