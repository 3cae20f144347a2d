import Foundation
import Support
import TestSupport

/// A PostgreSQL server of its own, in a temporary folder, on a free port of this machine. It stops when this value goes away.
final class RealPostgreSQL: Sendable {
    /// The folder of the newest installed version's programs; nil where there is none.
    static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
        let folders = versions.map { "\(root)/\($0)/bin" }
        return folders.last { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    }()

    let port: UInt16
    private let folder: TemporaryFolder
    private let server: Child

    var address: String { "postgresql://postgres@127.0.0.1:\(port)/postgres" }

    init() async throws {
        folder = try TemporaryFolder()
        port = try OneRequestServer.freePort()
        let programs = RealPostgreSQL.programs ?? ""
        let data = folder.path("data")
        // The server refuses to run as root; its own user must reach the folder.
        chmod(folder.path, 0o755)
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        if geteuid() == 0 { try await RealPostgreSQL.run("/bin/chown", ["postgres", data]) }
        try await RealPostgreSQL.run(
            "/usr/bin/env", RealPostgreSQL.asUser + ["\(programs)/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
        server = try Child(
            "/usr/bin/env",
            RealPostgreSQL.asUser + [
                "\(programs)/postgres", "-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c",
                "fsync=off",
            ], in: "/")
        guard await server.noted("ready to accept connections") != nil else {
            throw ChildFailure(description: "PostgreSQL did not start: \(await server.end().errors)")
        }
    }

    /// Runs statements.
    func run(_ sql: String) async throws {
        try await RealPostgreSQL.run(
            "\(RealPostgreSQL.programs ?? "")/psql",
            ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "-c", sql])
    }

    /// Stops at once; connections break.
    func stop() async {
        server.signal(SIGQUIT)
        _ = await server.end()
    }

    private static var asUser: [String] { geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [] }

    private static func run(_ program: String, _ arguments: [String]) async throws {
        let outcome = try await Child.run(program, arguments, in: "/")
        guard outcome.status == 0 else { throw ChildFailure(description: "\(program): \(outcome.output)\(outcome.errors)") }
    }
}

/// A Redis server of its own on a free port of this machine, without files.
final class RealRedis: Sendable {
    static let program = "/usr/bin/redis-server"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    let port: UInt16
    private let server: Child

    var address: String { "redis://127.0.0.1:\(port)" }

    init() async throws {
        port = try OneRequestServer.freePort()
        server = try Child(
            RealRedis.program, ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"],
            in: FileManager.default.temporaryDirectory.path)
        guard await server.printed("Ready to accept connections") != nil else {
            throw ChildFailure(description: "Redis did not start: \(await server.end().output)")
        }
    }

    /// Sends commands, one a line, by Redis's own client.
    func run(_ commands: [String]) async throws -> String {
        let outcome = try await Child.run("/usr/bin/redis-cli", ["-p", String(port)], input: commands.joined(separator: "\n") + "\n")
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.errors) }
        return outcome.output
    }
}

/// An object store: moto's server, on a free port of this machine.
final class RealObjectStore: Sendable {
    static let isInstalled = PythonClient.has("moto", "boto3", "flask")

    let port: UInt16
    private let server: Child

    var address: String { "http://127.0.0.1:\(port)" }

    init() async throws {
        port = try OneRequestServer.freePort()
        server = try Child(
            "/usr/bin/env", ["python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)],
            environment: Program.environment(["PYTHONPATH": Program.root + "/.setup/python", "PYTHONUNBUFFERED": "1"]))
        guard await server.noted("Running on") != nil else { throw ChildFailure(description: "moto did not start: \(await server.end().errors)") }
    }

    /// Puts objects into a bucket, which is made where it is missing.
    func put(_ objects: [String: String], bucket: String) async throws {
        let script = """
            import boto3, json, sys
            s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret")
            s3.create_bucket(Bucket=sys.argv[2])
            for key, text in json.loads(sys.argv[3]).items(): s3.put_object(Bucket=sys.argv[2], Key=key, Body=text.encode())
            """
        let json = JSONValue.object(objects.map { JSONValue.Member($0.key, .string($0.value)) })
        let outcome = try await Child.run(
            "/usr/bin/env", ["python3", "-c", script, address, bucket, json.compact],
            environment: Program.environment(["PYTHONPATH": Program.root + "/.setup/python"]))
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.errors) }
    }
}
