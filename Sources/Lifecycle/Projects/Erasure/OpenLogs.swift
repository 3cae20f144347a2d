package import Serving
internal import Support
internal import Synchronization

/// The prediction logs that this process writes: rows go from them through their own writer, from others by opening them.
package final class OpenLogs: Sendable {
    private let logs = Mutex<[String: PredictionLog]>([:])
    private let endpoints = Mutex<[String: Endpoint]>([:])

    package init() {}

    /// Makes a log known under its endpoint's name.
    package func add(_ log: PredictionLog) { logs.withLock { $0[log.endpoint] = log } }

    /// Makes an endpoint that this process answers for known under its name.
    package func add(_ endpoint: Endpoint) { endpoints.withLock { $0[endpoint.name] = endpoint } }

    /// The endpoints that this process answers for, by their names.
    package var answering: [Endpoint] { endpoints.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// Writes what waits in a log of this process, so that its files hold everything.
    func flush(_ endpoint: String) { self[endpoint]?.flush() }

    fileprivate subscript(endpoint: String) -> PredictionLog? { logs.withLock { $0[endpoint] } }
}

extension Project {
    /// Works on an endpoint's log as its writer; where this process does not write it, the log is opened for as long as that takes.
    /// - Throws: `conflict` where another process writes it.
    func withLog<Value>(of endpoint: String, _ body: (PredictionLog) throws(MartletError) -> Value) throws(MartletError) -> Value {
        if let open = logs[endpoint] { return try body(open) }
        let log: PredictionLog
        do { log = try PredictionLog(folder: predictionsFolder, endpoint: endpoint, options: PredictionLogOptions(), clock: clock) } catch {
            guard error.code == .conflict else { throw error }
            throw MartletError(
                .conflict,
                "A server is writing the predictions of “\(endpoint)”. Let it do the work (--url), or stop it first.")
        }
        defer { log.close() }
        return try body(log)
    }
}
