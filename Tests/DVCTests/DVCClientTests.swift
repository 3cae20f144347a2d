import DVC
import Foundation
import Support
import TestSupport
import Testing
import Versions
import VersionsTestSupport

/// What the real `dvc` does with the server as its remote.
@Suite(.enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)")) struct DVCClientTests {
    private static let files = [
        "data/a.txt": "one\r\ntwo\r\n", "data/deep/b.txt": "three", "data/empty": "", "data/with space 'n quote.csv": "x,y\n", "model.bin": "weights",
        "data/copy.txt": "three",
    ]

    /// Whether `dvc status -c` finds nothing to do.
    private func isClean(_ dvc: ServedRepository) async throws -> Bool {
        try await dvc.run("status", "-c", "--json").trimmingCharacters(in: .whitespacesAndNewlines) == "{}"
    }

    @Test("What is pushed is pulled elsewhere, byte for byte, and is there as DVC names it")
    func pushesAndPulls() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let first = try await ServedRepository(port: port, DVCClientTests.files)
            try await first.run("add", "data", "model.bin")
            #expect(try await first.run("status", "-c", "--json").contains("new"))
            try await first.run("push")
            #expect(try await isClean(first))
            #expect(house.kept().count == 6)
            #expect(house.pushedFolders == [5])
            let second = try await ServedRepository(port: port, cloning: first)
            try await second.run("fetch")
            try await second.run("pull")
            #expect(try second.contents("data") == first.contents("data"))
            #expect(try second.folder.text("model.bin") == "weights")
            // What the server cannot list it does not remove.
            let collection = try await first.attempt(["gc", "-w", "-c", "-f"])
            #expect(collection.status != 0 && house.kept().count == 6)
        }
    }

    @Test("A damaged file counts as missing, is not pulled, and is healed by the next push", arguments: ["data", "model.bin"])
    func healsDamage(_ tracked: String) async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let dvc = try await ServedRepository(port: port, DVCClientTests.files)
            try await dvc.run("add", tracked)
            try await dvc.run("push")
            let name = try #require(house.store.names().first { !$0.isFolder && (try? house.store.bytes($0)) != [] })
            let path = house.store.path(name)
            let bytes = try house.store.bytes(name)
            try FileManager.default.removeItem(atPath: path)
            #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes.reversed() + [0])))
            #expect(try await !isClean(dvc))
            let other = try await ServedRepository(port: port, cloning: dvc)
            #expect(try await other.attempt(["pull"]).status != 0)
            try await dvc.run("push")
            #expect(try house.store.bytes(name) == bytes)
            #expect(try await isClean(dvc))
            try await other.run("pull")
            let isData = { (entry: (key: String, value: [UInt8])) in entry.key.hasPrefix(tracked) && !entry.key.hasSuffix(".dvc") }
            #expect(try other.contents().filter(isData) == dvc.contents().filter(isData))
        }
    }

    @Test("A push that is killed leaves no half, and the next one brings the rest")
    func survivesKills() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            let dvc = try await ServedRepository(port: port)
            for i in 0..<40 {
                try dvc.folder.write([UInt8](repeating: UInt8(i), count: 1 << 20), to: "data/\(i)")
            }
            try await dvc.run("add", "data")
            for wanted in [1, 10, 20] {
                let push = try dvc.folder.start(["push"])
                while try house.filesNow() < wanted { try await Task.sleep(for: .milliseconds(1)) }
                push.signal(SIGKILL)
                _ = await push.end()
                for name in house.store.names() { #expect(try ContentHash.file(house.store.path(name), has: name)) }
            }
            try await dvc.run("push")
            #expect(house.kept().count == 41)
            #expect(try await isClean(dvc))
        }
    }

    @Test("Two push the same and different content at once, and both have all of theirs there")
    func pushesTwice() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            var shared: [String: String] = [:]
            for i in 0..<60 { shared["data/\(i)"] = "shared \(i)" }
            let first = try await ServedRepository(port: port, shared.merging(["data/mine": "first"]) { $1 })
            let second = try await ServedRepository(port: port, shared.merging(["data/mine": "second"]) { $1 })
            for dvc in [first, second] { try await dvc.run("add", "data") }
            async let one = first.run("push")
            async let other = second.run("push")
            _ = try await (one, other)
            #expect(house.kept().count == 64)
            for dvc in [first, second] {
                let elsewhere = try await ServedRepository(port: port, cloning: dvc)
                try await elsewhere.run("pull")
                #expect(try elsewhere.contents("data") == dvc.contents("data"))
            }
        }
    }

    @Test("Tokens are sent by DVC's “custom” and “basic”, and who may only read does not push")
    func sendsTokens() async throws {
        let house = try DVCHouse(registers: true)
        try await house.serve { (port) async throws in
            let dvc = try await ServedRepository(port: port, ["model.bin": "weights"])
            try await dvc.run("add", "model.bin")
            #expect(try await dvc.attempt(["push"]).status != 0)
            try await dvc.run("remote", "modify", "server", "auth", "basic")
            try await dvc.run("remote", "modify", "--local", "server", "user", "wanda")
            try await dvc.run("remote", "modify", "--local", "server", "password", house.writer)
            try await dvc.run("push")
            let reader = try await ServedRepository(port: port, cloning: dvc)
            try await reader.run("remote", "modify", "server", "auth", "custom")
            try await reader.run("remote", "modify", "server", "custom_auth_header", "Authorization")
            try await reader.run("remote", "modify", "--local", "server", "password", "Bearer \(house.reader)")
            try await reader.run("pull")
            #expect(try reader.folder.text("model.bin") == "weights")
            try reader.folder.write("more", to: "more")
            try await reader.run("add", "more")
            #expect(try await reader.attempt(["push"]).status != 0)
            #expect(house.kept().count == 1)
        }
    }

    @Test("Contents of DVC 2 are pushed and pulled at their place")
    func pushesLegacy() async throws {
        let house = try DVCHouse()
        try await house.serve { (port) async throws in
            // As DVC 2 has written it: no “hash”, the MD5 of text without Windows' line ends, and a cache without “files/md5”.
            let pointer = "outs:\n- md5: \(LegacyContent.md5)\n  size: 8\n  path: text.csv\n"
            let dvc = try await ServedRepository(port: port, ["text.csv": LegacyContent.text, "text.csv.dvc": pointer])
            let digest = LegacyContent.md5
            try dvc.folder.write(LegacyContent.text, to: ".dvc/cache/\(digest.prefix(2))/\(digest.dropFirst(2))")
            try await dvc.run("push")
            #expect(house.kept(.legacy) == [digest])
            let other = try await ServedRepository(port: port, cloning: dvc)
            try await other.run("pull")
            #expect(try other.folder.text("text.csv") == LegacyContent.text)
        }
    }
}

private enum LegacyContent {
    static let text = "a,b\r\n1\r\n"
    /// Of `a,b\n1\n`.
    static let md5 = "a71ccf8d042d62f2574617aa347d62f3"
}
