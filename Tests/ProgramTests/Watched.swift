import Foundation
import TestSupport

/// A small project with traffic and two objectives of production that do not hold, until they are made to.
struct Watched {
    let folder: TemporaryFolder

    /// - Parameter alert: the entries of `monitoring.alert`.
    init(alert: String) async throws {
        folder = try await Loans.trained()
        try folder.replace("{reference: train}", with: "{reference: train, alert: [\(alert)]}")
        try folder.replace(
            "data:",
            with: """
                    - {id: busy, metric: rps, on: production, window: 1h, min: 1000}
                    - {id: fast, metric: p99_ms, on: production, window: 1h, max: 0.000001}
                data:
                """)
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [50, 60, 70])
        _ = await server.interrupt()
    }

    /// Changes the bounds so that both objectives hold.
    func mend() async throws {
        try folder.replace("min: 1000", with: "min: 0")
        try folder.replace("max: 0.000001", with: "max: 1000000")
        guard try await folder.martlet("charter", "confirm").status == 0 else { throw ChildFailure(description: "The charter was not confirmed.") }
    }

    /// A Python script that prints what it was sent, from its first line, which holds its port.
    static func listener(_ script: String, in folder: TemporaryFolder) async throws -> (child: Child, port: Int) {
        let packages = ["PYTHONPATH": Program.root + "/.setup/python", "PYTHONUNBUFFERED": "1"]
        let child = try Child("/usr/bin/env", ["python3", "-c", script], in: folder.path, environment: Program.environment(packages))
        guard let text = await child.printed("\n"), let port = text.split(separator: "\n").first.flatMap({ Int($0) }) else {
            throw ChildFailure(description: "The listener did not start: \(await child.end().errors)")
        }
        return (child, port)
    }
}
