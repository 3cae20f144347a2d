import Support
import TestSupport
import Testing

@Suite(
    "KServe's client", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.hasKServe && PythonClient.has("lightgbm"), "\(PythonClient.absence)"), .inTurns)
struct KServeClientTests {
    @Test("asks by version 1, by version 2 as JSON and as binary tensors, and over gRPC, and gets LightGBM's own answers") func answers() async throws
    {
        let models = try TemporaryFolder()
        _ = try await PythonClient.run("tree_models.py", port: 0, folder: models, more: ["make"])
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, models.path("poisson.txt"), "--grpc-port", "0")
        let calls = "127.0.0.1:\(try #require(server.grpcPort))"
        let told = try await PythonClient.run("kserve_client.py", port: Int(server.port), folder: models, isKServe: true, more: [calls, "poisson"])
        #expect(told["ready"] == [true, true, true, true] && told["grpc ready"] == [true, true, true], "\(told.compact)")
        for way in ["v1", "json", "binary", "grpc"] { #expect(told[way] == true, "\(way): \(told.compact)") }
        #expect(told["refused"] == [400, 400, 404], "\(told.compact)")
        #expect(await server.interrupt().status == 0)
    }
}
