import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "A served model under load", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("onnx"), "\(PythonClient.absence)"),
    .inTurns)
struct ServingLoadTests {
    /// How many connections are open: `MARTLET_CONNECTIONS`, or 300. `make soak` sets it to 10,000, and holds the server to its times too.
    private static let soaked = ProcessInfo.processInfo.environment["MARTLET_CONNECTIONS"].flatMap { Int($0) }
    private static let script = "serving_load.py"

    @Test("A burst of twenty times what it can answer is answered or turned away, each in time; then callers wait as little as before")
    func burst() async throws {
        let (server, folder, project) = try await serve("slow")
        let before = try server.peakMemory()
        let told = try await PythonClient.run(
            Self.script, port: Int(server.port), folder: folder, more: ["load", "slow", "\(Self.soaked ?? 300)"])
        #expect(told["others"] == [] && told["unanswered"] == 0 && told["live"] == true, "\(told.compact)")
        #expect(told["told_when"] == true, "503 says when to try again: \(told.compact)")
        #expect((told["answered"].int ?? 0) + (told["shed"].int ?? 0) == told["burst"].int && told["answered"].int ?? 0 > 0)
        let grown = try server.peakMemory() - before
        #expect(grown < 600, "\(grown) MB")
        if Self.soaked != nil {
            // What a request may wait, as long again for reading and writing ten thousand of them, and a moment of the machine's.
            #expect(told["longest"].double ?? .infinity < 3, "\(told.compact)")
            #expect(told["back_seconds"].double ?? .infinity < 1, "\(told.compact)")
        }
        #expect(await server.interrupt().status == 0, "in \(project.path)")
    }

    @Test("Callers that ask and do not read hold up nobody, and what waits for them is bounded") func slowReaders() async throws {
        let (server, folder, project) = try await serve("wide")
        let before = try server.peakMemory()
        let told = try await PythonClient.run(Self.script, port: Int(server.port), folder: folder, more: ["slow", "wide"])
        #expect(told["live"] == true && told["whole"] == 200, "\(told.compact)")
        let grown = try server.peakMemory() - before
        #expect(grown < 600, "\(grown) MB")
        #expect(await server.interrupt().status == 0, "in \(project.path)")
    }

    private func serve(_ name: String) async throws -> (server: LiveServer, folder: TemporaryFolder, project: TemporaryFolder) {
        let folder = try TemporaryFolder()
        _ = try await PythonClient.run(Self.script, port: 0, folder: folder, more: ["make"])
        let project = try TemporaryFolder()
        let first = try await LiveServer(project, folder.path("\(name).onnx"))
        #expect(await first.interrupt().status == 0)
        try project.replace("champion}\n", with: "champion, wait: 1s}\n", in: "martlet.yaml")
        return (try await LiveServer(project), folder, project)
    }
}
