import Foundation
import S3
import Support
import TestSupport
import Testing
import Versions

/// Object stores as remotes, with moto's server.
@Suite(.enabled(if: PythonClient.has("moto", "boto3", "flask"), "\(PythonClient.absence)")) struct S3RemoteTests {
    private static let keys = S3Keys(id: "id", secret: "secret")

    @Test("A folder is pushed and fetched, listed where there is much to ask for", arguments: [20, 600])
    func pushesAndFetches(_ count: Int) async throws {
        let (server, stored) = (try await ObjectStore(), try StoredFolder(count))
        try await server.makeBucket("team-data")
        let address = server.address
        try await blocking { () throws in
            let remote = try S3Remote(url: "s3://team-data/some/place", endpoint: address, region: "us-east-1", keys: S3RemoteTests.keys)
            let report = try Transfer(stored.cache, remote).push([stored.name])
            #expect(report.moved == count + 1 && report.failures.isEmpty)
            #expect(try Transfer(stored.cache, remote).push([stored.name]).present == count + 1)
            #expect(try Transfer(stored.other(), remote).fetch([stored.name]).failures.isEmpty)
            #expect(try stored.isWhole(stored.other()))
        }
    }

    @Test("A large file goes in parts and comes back as it was")
    func sendsParts() async throws {
        let (server, stored) = (try await ObjectStore(), try StoredFolder(2, size: 70 << 20))
        try await server.makeBucket("team-data")
        let address = server.address
        try await blocking { () throws in
            let remote = try S3Remote(url: "s3://team-data", endpoint: address, region: "us-east-1", keys: S3RemoteTests.keys)
            #expect(try Transfer(stored.cache, remote).push([stored.name]).failures.isEmpty)
            #expect(try Transfer(stored.other(), remote).fetch([stored.name]).failures.isEmpty)
            #expect(try stored.isWhole(stored.other()))
        }
    }

    @Test("A damaged file is not sent, and a bucket that is not there is told")
    func tellsFailures() async throws {
        let (server, stored) = (try await ObjectStore(), try StoredFolder(3))
        try await server.makeBucket("team-data")
        let file = try #require(stored.cache.names().first { !$0.isFolder })
        try FileManager.default.removeItem(atPath: stored.cache.path(file))
        #expect(FileManager.default.createFile(atPath: stored.cache.path(file), contents: Data("damaged".utf8)))
        let address = server.address
        try await blocking { () throws in
            let remote = try S3Remote(url: "s3://team-data", endpoint: address, region: "us-east-1", keys: S3RemoteTests.keys)
            let report = try Transfer(stored.cache, remote).push([stored.name])
            #expect(report.moved == 2 && report.failures[file]?.code == .corrupted)
            #expect(try remote.present([file], .current).isEmpty)
            let nowhere = try S3Remote(url: "s3://nowhere", endpoint: address, region: "us-east-1", keys: S3RemoteTests.keys)
            #expect(try Transfer(stored.cache, nowhere).push([stored.name]).failures.values.contains { $0.code == .notFound })
        }
    }

    @Test("Keys, region and endpoint are found where Amazon's clients find them")
    func findsSettings() async throws {
        let (server, stored) = (try await ObjectStore(), try StoredFolder(3))
        try await server.makeBucket("team-data")
        let folder = try TemporaryFolder()
        try folder.write(".dvc/config", "['remote \"s\"']\n    url = s3://team-data/x\n    profile = team\n")
        try folder.write(
            "home/.aws/credentials", "[default]\naws_access_key_id = no\n\n[team]\naws_access_key_id = id\naws_secret_access_key = secret\n")
        try folder.write("home/.aws/config", "[profile team]\nregion = us-east-1\nendpoint_url = \(server.address)\n")
        let environment = ["HOME": folder.path("home")]
        let address = try RemoteAddress("s", in: RepositoryConfig(root: folder.path, environment: environment))
        try await blocking { () throws in
            let report = try Transfer(stored.cache, try address.open(environment: environment)).push([stored.name])
            #expect(report.moved == 4 && report.failures.isEmpty)
        }
        #expect(throws: MartletError.self) { try address.open(environment: [:]) }
    }
}

/// An object store: moto's server, on a free port of this machine.
private final class ObjectStore: Sendable {
    private let port: UInt16
    private let server: Child

    private static let packages = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".setup/python").path(percentEncoded: false)

    var address: String { "http://127.0.0.1:\(port)" }

    private static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AWS_") && !$0.key.lowercased().hasSuffix("_proxy") }
            .merging(["PYTHONPATH": packages, "PYTHONUNBUFFERED": "1"]) { $1 }
    }

    init() async throws {
        port = try OneRequestServer.freePort()
        server = try Child(
            "/usr/bin/env", ["python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], environment: ObjectStore.environment)
        guard await server.noted("Running on") != nil else {
            throw MartletError(.unavailable, "moto did not start: \(await server.end().errors)")
        }
    }

    func makeBucket(_ name: String) async throws {
        let script = """
            import boto3, sys
            s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret")
            s3.create_bucket(Bucket=sys.argv[2])
            """
        let outcome = try await Child.run("/usr/bin/env", ["python3", "-c", script, address, name], environment: ObjectStore.environment)
        guard outcome.status == 0 else { throw MartletError(.stepFailed, outcome.errors) }
    }
}
