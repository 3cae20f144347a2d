import Foundation
import Support
import TestSupport
import Testing
import Versions

/// Another machine as a remote: OpenSSH's client with a server of asyncssh, the library that DVC itself uses.
@Suite(.enabled(if: RealSSH.isThere, "\(RealSSH.absence)")) struct SSHRemoteTests {
    @Test("A folder is pushed and fetched, at the place that DVC uses", arguments: [ContentStore.Layout.current, .legacy])
    func pushesAndFetches(_ layout: ContentStore.Layout) async throws {
        let (server, stored) = (try await RealSSH(), try StoredFolder(60, layout: layout))
        try await blocking { () throws in
            let remote = SSHRemote(try server.settings("some 'place"))
            let report = try Transfer(stored.cache, remote, layout: layout).push([stored.name])
            #expect(report.moved == 61 && report.failures.isEmpty)
            #expect(try stored.isWhole(ContentStore(root: server.folder.path("some 'place")), layout))
            #expect(try Transfer(stored.cache, remote, layout: layout).push([stored.name]).present == 61)
            let back = try Transfer(stored.other(), remote, layout: layout).fetch([stored.name])
            #expect(back.moved == 61 && back.failures.isEmpty)
            #expect(try stored.isWhole(stored.other(), layout))
        }
    }

    @Test("Large files go one by one, and what is missing or damaged is told by its name")
    func tellsFailures() async throws {
        let (server, stored) = (try await RealSSH(), try StoredFolder(3, size: 3 << 20))
        let large = try #require(stored.cache.names().first { !$0.isFolder && ((try? stored.cache.bytes($0).count) ?? 0) > 1 << 20 })
        try await blocking { () throws in
            let remote = SSHRemote(try server.settings("place"))
            let kept = ContentStore(root: server.folder.path("place"))
            #expect(try Transfer(stored.cache, remote).push([stored.name]).moved == 4)
            try FileManager.default.removeItem(atPath: kept.path(large))
            let missing = try Transfer(stored.other("a"), remote).fetch([stored.name])
            #expect(missing.moved == 3, "\(missing.failures)")
            #expect(missing.failures[large]?.code == .notFound, "\(missing.failures)")
            #expect(FileManager.default.createFile(atPath: kept.path(large), contents: Data("damaged".utf8)))
            let damaged = try Transfer(stored.other("b"), remote).fetch([large])
            #expect(damaged.failures[large]?.code == .corrupted && stored.other("b").names() == [])
            try FileManager.default.removeItem(atPath: kept.path(large))
            try FileManager.default.removeItem(atPath: stored.cache.path(large))
            #expect(FileManager.default.createFile(atPath: stored.cache.path(large), contents: Data(repeating: 7, count: 2 << 20)))
            let refused = try Transfer(stored.cache, remote).push([large])
            #expect(refused.failures[large]?.code == .corrupted && !kept.contains(large))
            // What was sent of it goes, as soon as the other machine has noticed the end.
            while try !FileManager.default.contentsOfDirectory(atPath: server.folder.path("place/files/md5")).allSatisfy({ $0.count == 2 }) {
                usleep(10_000)
            }
        }
    }

    @Test("Who is not let in is told so at once")
    func tellsWhoMayNot() async throws {
        let (server, stored) = (try await RealSSH(), try StoredFolder(2))
        try await blocking { () throws in
            var settings = try server.settings("place")
            settings.keyFile = nil
            settings.program += ["-o", "IdentitiesOnly=yes", "-o", "IdentityFile=/nowhere"]
            let error = #expect(throws: MartletError.self) { try Transfer(stored.cache, SSHRemote(settings)).push([stored.name]) }
            #expect(error?.code == .unauthenticated)
        }
    }

    @Test(
        "Addresses that would be options or lead nowhere are refused",
        arguments: ["ssh://host", "ssh://-oProxyCommand=x/y", "ssh://-x@host/y", "ssh://host:0/y", "ssh:///y", "ssh://ho st/y", "http://host/y"])
    func refusesAddresses(_ url: String) { #expect(throws: MartletError.self) { try SSHSettings(url: url) } }
}

/// A server that lets one key in and runs what it is asked to, as this user, on a free port of this machine.
private final class RealSSH: Sendable {
    static let absence = "There is no “ssh” on this machine, or the packages are not in .setup; run Scripts/setup --tests."
    private static let packages = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".setup/python-dvc").path(percentEncoded: false)
    static let isThere =
        FileManager.default.fileExists(atPath: "\(packages)/asyncssh") && FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh")

    let folder: TemporaryFolder
    private let server: Child
    private let port: Int

    init() async throws {
        folder = try TemporaryFolder()
        server = try Child(
            "/usr/bin/env", ["python3", "-u", "-c", RealSSH.text, folder.path("key")], in: folder.path,
            environment: ProcessInfo.processInfo.environment.merging(["PYTHONPATH": RealSSH.packages]) { $1 })
        guard let printed = await server.printed("\n"), let port = Int(printed.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw MartletError(.unavailable, "The server did not start: \(await server.end().errors)")
        }
        self.port = port
    }

    deinit { server.signal(SIGTERM) }

    func settings(_ name: String) throws -> SSHSettings {
        var settings = try SSHSettings(url: "ssh://me@127.0.0.1:\(port)\(folder.path(name))")
        settings.keyFile = folder.path("key")
        settings.program = ["ssh", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        return settings
    }

    private static let text = """
        import asyncio, asyncssh, os, sys
        key = asyncssh.generate_private_key("ssh-ed25519")
        with open(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file: file.write(key.export_private_key())
        class Server(asyncssh.SSHServer):
            def begin_auth(self, user): return True
            def public_key_auth_supported(self): return True
            def validate_public_key(self, user, shown): return shown.public_data == key.public_data
        # Whatever breaks off, on either side, ends what the other says.
        async def relay(source, target, closes):
            try:
                while data := await source.read(65536):
                    target.write(data)
                    await target.drain()
            except (OSError, asyncssh.Error): pass
            if closes: target.close()
        async def handle(process):
            child = await asyncio.create_subprocess_shell(process.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
            fed = asyncio.ensure_future(relay(process.stdin, child.stdin, True))
            await asyncio.gather(relay(child.stdout, process.stdout, False), relay(child.stderr, process.stderr, False))
            process.exit(await child.wait())
            await fed
        async def main():
            server = await asyncssh.listen("127.0.0.1", 0, server_factory=Server, process_factory=handle, encoding=None,
                server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")])
            print(server.sockets[0].getsockname()[1])
            await asyncio.Event().wait()
        asyncio.run(main())
        """
}
