import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Support

extension CommandServer {
    /// Follows a run by the server's events, over breaks of the connection, until the run has ended.
    /// - Parameter each: called with the metric, step, moment and value of every point.
    /// - Returns: how the run stands then.
    func follow(_ run: String, since: Timestamp, _ each: @escaping @Sendable (String, Int64, Timestamp, Double) -> Void) async throws -> String {
        let id = CommandServer.escaped(run)
        let answer = try await json("/api/2.0/mlflow/runs/get?run_id=\(id)")
        guard let experiment = answer["run"]["info"]["experiment_id"].text else {
            throw MartletError(.notFound, answer["message"].text ?? "There is no run “\(run.prefix(60))”.")
        }
        var reader = EventReader(newest: since.microseconds)
        while true {
            let path = "/experiments/\(CommandServer.escaped(experiment))/runs/\(id)/events?since=\(reader.newest)"
            if let standing = try await listen(path, &reader, each) { return standing }
        }
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_".unicodeScalars.contains($0)) }
            ? text : ""
    }

    private func json(_ path: String) async throws -> JSONValue {
        let request = request(path)
        return try await reaching {
            try await HTTPClient.withHTTPClient { client in
                let body = try await client.execute(request, timeout: .seconds(60)).body.collect(upTo: 64 << 20)
                return (try? JSONValue(parsing: String(buffer: body))) ?? .null
            }
        }
    }

    /// - Returns: how the run ended; nil where the connection ended first.
    private func listen(
        _ path: String, _ reader: inout EventReader, _ each: @escaping @Sendable (String, Int64, Timestamp, Double) -> Void
    ) async throws -> String? {
        let request = request(path)
        let start = reader
        let (standing, after): (String?, EventReader) = try await reaching {
            try await HTTPClient.withHTTPClient { client in
                let response = try await client.execute(request, timeout: .seconds(700))
                guard response.status == .ok else {
                    throw MartletError(.unavailable, "The server does not let the run be followed: it answers \(response.status.code).")
                }
                var reader = start
                for try await part in response.body {
                    if let standing = reader.read(part.readableBytesView, each) { return (standing, reader) }
                }
                return (nil, reader)
            }
        }
        reader = after
        return standing
    }

    private func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address + path)
        request.headers.add(name: "connection", value: "close")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        return request
    }

    private func reaching<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch let error as MartletError { throw error } catch {
            throw MartletError(.unavailable, "No server answers at \(address). Start one with “martlet serve”.", cause: "\(error)")
        }
    }
}

/// Reads the server-sent events of a run as their bytes come.
struct EventReader: Sendable {
    /// The newest moment that is known, from which to go on after a break.
    private(set) var newest: Int64
    private var line: [UInt8] = []
    private var event = ""
    private var data = ""

    init(newest: Int64) { self.newest = newest }

    /// - Returns: how the run stands, once it has ended.
    mutating func read(_ bytes: some Sequence<UInt8>, _ each: (String, Int64, Timestamp, Double) -> Void) -> String? {
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            line.removeAll(keepingCapacity: true)
            if let standing = take(text, each) { return standing }
        }
        return nil
    }

    private mutating func take(_ text: String, _ each: (String, Int64, Timestamp, Double) -> Void) -> String? {
        if text.hasPrefix("event: ") { event = String(text.dropFirst(7)) }
        if text.hasPrefix("data: ") { data = String(text.dropFirst(6)) }
        if text.hasPrefix("id: ") { newest = Int64(text.dropFirst(4)) ?? newest }
        guard text.isEmpty else { return nil }
        defer { (event, data) = ("", "") }
        guard let value = try? JSONValue(parsing: data) else { return nil }
        if event == "end" { return value["status"].text ?? "ended" }
        for metric in value.members {
            let (steps, times, values) = (metric.value["step"].elements, metric.value["at"].elements, metric.value["value"].elements)
            for i in 0..<min(steps.count, times.count, values.count) {
                let at = Timestamp(microseconds: Int64(times[i].int ?? 0) * 1000)
                each(metric.key, Int64(steps[i].int ?? 0), at, values[i].double ?? .nan)
            }
        }
        return nil
    }
}
