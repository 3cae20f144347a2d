import DVC
import Digests
import Foundation
import Support
import TestSupport
import Testing
import Versions

/// What the routes answer, without DVC.
@Suite struct DVCRoutesTests {
    private static func name(_ text: String, isFolder: Bool = false) -> ContentName {
        ContentName(MD5Digest(of: Array(text.utf8)), isFolder: isFolder)
    }

    private static func path(_ name: ContentName) -> String { "/dvc/files/md5/\(name.path)" }

    private static func listing(_ files: [String: String]) -> FolderListing {
        FolderListing(files.map { FolderListing.Entry(path: TreePath($0.key), digest: MD5Digest(of: Array($0.value.utf8))) })
    }

    @Test("A content is taken where it has its name, and given out as it is, in parts too")
    func takesAndGives() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let name = DVCRoutesTests.name("hello")
            let path = DVCRoutesTests.path(name)
            #expect(try await ask("GET", path, port: port).status == 404)
            #expect(try await ask("POST", path, port: port, Array("hello".utf8)).status == 201)
            #expect(try await ask("PUT", path, port: port, Array("hello".utf8)).status == 200)
            let whole = try await ask("GET", path, port: port)
            #expect(whole.status == 200 && whole.body == Array("hello".utf8) && whole.fields["etag"] == "\"\(name)\"")
            let part = try await ask("GET", path, port: port, nil, ["Range": "bytes=1-3"])
            #expect(part.status == 206 && part.body == Array("ell".utf8))
            #expect(try await ask("GET", path, port: port, nil, ["If-None-Match": "\"\(name)\""]).status == 304)
            let head = try await ask("HEAD", path, port: port)
            #expect(head.status == 200 && head.fields["content-length"] == "5")
        }
    }

    @Test("Bytes of another name leave nothing, and so does half a body")
    func refusesWrongBytes() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let path = DVCRoutesTests.path(DVCRoutesTests.name("hello"))
            let wrong = try await ask("POST", path, port: port, Array("hellO".utf8))
            #expect(wrong.status == 400 && String(decoding: wrong.body, as: UTF8.self).contains("MD5"))
            let half = "POST \(path) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n"
            _ = try await Wire.exchange(Array(half.utf8), port: port)
            #expect(try await ask("GET", path, port: port).status == 404)
        }
        #expect(house.kept() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: house.folder.path("kept/tmp")) == [])
    }

    @Test("A folder is taken when all its files are here, and one that is no listing never")
    func takesWholeFolders() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let bytes = DVCRoutesTests.listing(["a": "one", "b/c": "two"]).bytes
            let path = DVCRoutesTests.path(ContentName(MD5Digest(of: bytes), isFolder: true))
            _ = try await ask("POST", DVCRoutesTests.path(DVCRoutesTests.name("one")), port: port, Array("one".utf8))
            let early = try await ask("POST", path, port: port, bytes)
            #expect(early.status == 409 && String(decoding: early.body, as: UTF8.self).contains("b/c"))
            #expect(try await ask("GET", path, port: port).status == 404)
            _ = try await ask("POST", DVCRoutesTests.path(DVCRoutesTests.name("two")), port: port, Array("two".utf8))
            #expect(try await ask("POST", path, port: port, bytes).status == 201)
            #expect(try await ask("GET", path, port: port).body == bytes)
            for text in ["{}", "[", #"[{"md5": "5d41402abc4b2a76b9719d911017c592", "relpath": "../x"}]"#, "[{\"relpath\": \"a\"}]", ""] {
                let name = DVCRoutesTests.name(text, isFolder: true)
                #expect(try await ask("POST", DVCRoutesTests.path(name), port: port, Array(text.utf8)).status == 400)
            }
        }
        #expect(house.pushedFolders == [2])
    }

    @Test("What was damaged on the disk is not given out, nor a folder that holds it, until it is pushed again")
    func healsDamage() async throws {
        let house = try DVCHouse()
        let bytes = DVCRoutesTests.listing(["a": "one"]).bytes
        let name = ContentName(MD5Digest(of: bytes), isFolder: true)
        let (file, folder) = (DVCRoutesTests.path(DVCRoutesTests.name("one")), DVCRoutesTests.path(name))
        try await house.serve { (port) async throws in
            _ = try await ask("POST", file, port: port, Array("one".utf8))
            _ = try await ask("POST", folder, port: port, bytes)
            let path = house.store.path(DVCRoutesTests.name("one"))
            try FileManager.default.removeItem(atPath: path)
            #expect(FileManager.default.createFile(atPath: path, contents: Data("onE".utf8)))
            #expect(try await ask("GET", file, port: port).status == 404)
            #expect(try await ask("GET", folder, port: port).status == 404)
            #expect(try await ask("HEAD", folder, port: port).status == 200)
        }
        // A server that has just started knows no more of it.
        try await house.serve { (port) async throws in
            #expect(try await ask("GET", file, port: port).status == 404)
            #expect(try await ask("POST", file, port: port, Array("one".utf8)).status == 201)
            #expect(try await ask("GET", file, port: port).body == Array("one".utf8))
            #expect(try await ask("GET", folder, port: port).body == bytes)
        }
    }

    @Test("DVC 2 names text without Windows' line ends, and its contents lie at the root")
    func takesLegacyNames() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let unix = DVCRoutesTests.name("a\nb\n")
            let windows = Array("a\r\nb\r\n".utf8)
            #expect(try await ask("POST", "/dvc/\(unix.path)", port: port, windows).status == 201)
            #expect(try await ask("GET", "/dvc/\(unix.path)", port: port).body == windows)
            #expect(try await ask("POST", DVCRoutesTests.path(unix), port: port, windows).status == 400)
            // With a zero byte it is no text.
            #expect(try await ask("POST", "/dvc/\(DVCRoutesTests.name("\0\n").path)", port: port, Array("\0\r\n".utf8)).status == 400)
        }
        #expect(house.kept(.legacy).count == 1 && house.kept() == [])
    }

    @Test(
        "Addresses that name no content are answered with 404",
        arguments: [
            "/dvc/files/md5", "/dvc/files/md5/ab", "/dvc/files/md5/ab/cd", "/dvc/files/md5/../../martlet.db",
            "/dvc/files/md5/5D/41402abc4b2a76b9719d911017c592",
            "/dvc/files/md5/5/d41402abc4b2a76b9719d911017c592", "/dvc/files/md5/5d/41402abc4b2a76b9719d911017c592.DIR", "/dvc/tmp/x",
            "/dvc/5d/%2e%2e%2f",
        ])
    func refusesPaths(_ path: String) async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let text = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            #expect(try await Wire.exchange(Array(text.utf8), port: port).statuses == [404])
        }
    }

    @Test("Who may read fetches and pushes nothing; who is unknown does neither")
    func asksWho() async throws {
        let house = try DVCHouse(registers: true)
        try await house.serve { (port) async throws in
            let path = DVCRoutesTests.path(DVCRoutesTests.name("hello"))
            let body = Array("hello".utf8)
            let basic = "Basic \(Data("wanda:\(house.writer)".utf8).base64EncodedString())"
            for (authorization, put, get) in [
                ("", 401, 401), ("Bearer \(house.reader)", 403, 404), (basic, 201, 200), ("Bearer \(house.writer)", 200, 200),
                ("Bearer \(house.reader)", 403, 200),
            ] {
                let fields = authorization.isEmpty ? [:] : ["Authorization": authorization]
                #expect(try await ask("POST", path, port: port, body, fields).status == put)
                #expect(try await ask("GET", path, port: port, nil, fields).status == get)
            }
        }
    }
}
