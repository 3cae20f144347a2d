import DVC
import Digests
import Foundation
import Support
import TestSupport
import Testing
import Versions
import VersionsTestSupport

/// Our client with our server.
@Suite struct HTTPRemoteTests {
    private let folder: TemporaryFolder
    private let cache: ContentStore

    init() throws {
        folder = try TemporaryFolder()
        cache = ContentStore(root: folder.path("cache"))
    }

    /// Stores a folder of that many files in the cache, each of them with other bytes.
    private func stored(_ count: Int, _ kind: String = "file", size: Int = 100) throws -> ContentName {
        var entries: [FolderListing.Entry] = []
        for i in 0..<count {
            let bytes = Array("\(kind) \(i) ".utf8) + [UInt8](repeating: 0x20, count: i % 7 == 0 ? 0 : size)
            let digest = MD5Digest(of: bytes)
            try cache.store(bytes, as: ContentName(digest))
            entries.append(FolderListing.Entry(path: TreePath("\(i)"), digest: digest))
        }
        let bytes = FolderListing(entries).bytes
        let name = ContentName(MD5Digest(of: bytes), isFolder: true)
        try cache.store(bytes, as: name)
        return name
    }

    private static func settings(_ port: Int, token: String = "") -> HTTPRemoteSettings {
        var settings = HTTPRemoteSettings(url: "http://127.0.0.1:\(port)/dvc")
        if !token.isEmpty { settings.identity = .header(name: "Authorization", value: "Bearer \(token)") }
        return settings
    }

    @Test("Thousands of files go in few requests, and come back into an empty cache")
    func pushesMany() async throws {
        let house = try DVCHouse(registers: true)
        let name = try stored(2500)
        let (cache, other) = (cache, ContentStore(root: folder.path("other")))
        try await house.serve { (port) async throws in
            try await blocking { () throws in
                let remote = try HTTPRemote(HTTPRemoteTests.settings(port, token: house.writer))
                let first = try Transfer(cache, remote).push([name])
                #expect(first.moved == 2501 && first.failures.isEmpty)
                #expect(try Transfer(cache, remote).push([name]).present == 2501)
                let reader = try HTTPRemote(HTTPRemoteTests.settings(port, token: house.reader))
                let second = try Transfer(other, reader).fetch([name])
                #expect(second.moved == 2501 && second.bytes > 200_000 && second.failures.isEmpty)
            }
        }
        #expect(Set(house.store.names()) == Set(cache.names()))
        #expect(Set(other.names()) == Set(cache.names()))
        for name in other.names() { #expect(try ContentHash.file(other.path(name), has: name)) }
    }

    @Test("Large files go beside the small ones, piece by piece")
    func pushesLarge() async throws {
        let house = try DVCHouse()
        let name = try stored(4, size: 3 << 20)
        let (cache, other) = (cache, ContentStore(root: folder.path("other")))
        try await house.serve { (port) async throws in
            try await blocking { () throws in
                let remote = try HTTPRemote(HTTPRemoteTests.settings(port))
                #expect(try Transfer(cache, remote).push([name]).moved == 5)
                #expect(try Transfer(other, remote).fetch([name]).moved == 5)
            }
        }
        for name in cache.names() { #expect(try other.bytes(name) == cache.bytes(name)) }
    }

    @Test("A damaged file on either side is told, and heals with the next push")
    func tellsDamage() async throws {
        let house = try DVCHouse()
        let name = try stored(30)
        let (cache, other) = (cache, ContentStore(root: folder.path("other")))
        let file = try #require(cache.names().first { !$0.isFolder })
        try await house.serve { (port) async throws in
            try await blocking { () throws in
                let remote = try HTTPRemote(HTTPRemoteTests.settings(port))
                _ = try Transfer(cache, remote).push([name])
                try FileManager.default.removeItem(atPath: house.store.path(file))
                #expect(FileManager.default.createFile(atPath: house.store.path(file), contents: Data("damaged".utf8)))
                let fetched = try Transfer(other, remote).fetch([file])
                #expect(fetched.failures[file]?.code == .notFound && other.names() == [])
                let healed = try Transfer(cache, remote).push([name])
                #expect(healed.moved == 2 && healed.failures.isEmpty)
                #expect(try Transfer(other, remote).fetch([name]).failures.isEmpty)
                try FileManager.default.removeItem(atPath: cache.path(file))
                #expect(FileManager.default.createFile(atPath: cache.path(file), contents: Data("damaged".utf8)))
                try FileManager.default.removeItem(atPath: house.store.path(file))
                let refused = try Transfer(cache, remote).push([name])
                #expect(refused.failures[file]?.code == .corrupted && refused.moved == 0)
            }
        }
    }

    @Test("Who may not push is told so, and nothing is tried again")
    func tellsWhoMayNot() async throws {
        let house = try DVCHouse(registers: true)
        let name = try stored(3)
        let cache = cache
        try await house.serve { (port) async throws in
            try await blocking { () throws in
                let stranger = try HTTPRemote(HTTPRemoteTests.settings(port))
                #expect(throws: MartletError.self) { try Transfer(cache, stranger).push([name]) }
                let reader = try HTTPRemote(HTTPRemoteTests.settings(port, token: house.reader))
                let report = try Transfer(cache, reader).push([name])
                #expect(report.moved == 0 && Set(report.failures.values.map(\.code)) == [.permissionDenied, .refused])
            }
        }
        #expect(house.kept() == [])
    }

    @Test("What our client pushed, DVC pulls, and the other way round", .enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)"))
    func goesBetween() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let dvc = try await ServedRepository(port: port, ["data/a": "one", "data/b/c": "two"])
            try await dvc.run("add", "data")
            let own = ContentStore(root: "\(dvc.folder.path)/.dvc/cache")
            let name = try #require(own.names().first { $0.isFolder })
            try await blocking { () throws in
                let remote = try HTTPRemote(HTTPRemoteTests.settings(port))
                #expect(try Transfer(own, remote).push([name]).moved == 3)
            }
            let other = try await ServedRepository(port: port, cloning: dvc)
            try await other.run("pull")
            #expect(try other.contents("data") == dvc.contents("data"))
            #expect(try await dvc.run("push").contains("up to date"))
        }
    }

    @Test("A server without our questions is asked for each content, as DVC does")
    func usesPlainServers() async throws {
        let server = try await PlainServer()
        let name = try stored(40)
        let (cache, other) = (cache, ContentStore(root: folder.path("other")))
        let port = server.port
        try await blocking { () throws in
            let remote = try HTTPRemote(HTTPRemoteSettings(url: "http://127.0.0.1:\(port)/some/place"))
            #expect(try Transfer(cache, remote).push([name]).moved == 41)
            #expect(try Transfer(cache, remote).push([name]).present == 41)
            let report = try Transfer(other, remote).fetch([name])
            #expect(report.moved == 41 && report.failures.isEmpty)
        }
        #expect(Set(other.names()) == Set(cache.names()))
    }
}

/// A plain server that keeps what is posted to it, as a user may have one for DVC.
private final class PlainServer: Sendable {
    let port: Int
    private let child: Child
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        child = try Child("/usr/bin/env", ["python3", "-u", "-c", PlainServer.text], in: folder.path)
        guard let printed = await child.printed("\n"), let port = Int(printed.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw MartletError(.unavailable, "The server did not start.")
        }
        self.port = port
    }

    deinit { child.signal(SIGTERM) }

    private static let text = """
        import http.server, os
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *a): pass
            def path_of(self): return self.path.lstrip("/").replace("..", "")
            def do_HEAD(self): self.give(False)
            def do_GET(self): self.give(True)
            def give(self, body):
                try: data = open(self.path_of(), "rb").read()
                except OSError:
                    self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers(); return
                self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers()
                if body: self.wfile.write(data)
            def do_POST(self):
                data = b""
                while True:
                    size = int(self.rfile.readline(), 16)
                    data += self.rfile.read(size); self.rfile.readline()
                    if not size: break
                os.makedirs(os.path.dirname(self.path_of()), exist_ok=True)
                open(self.path_of(), "wb").write(data)
                self.send_response(201); self.send_header("Content-Length", "0"); self.end_headers()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1])
        server.serve_forever()
        """
}
