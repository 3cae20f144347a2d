import Foundation
import Support
import TestSupport
import Testing

@Suite("Remotes of data under version", .enabled(if: Program.isComplete, "\(Program.absence)")) struct DataRemoteTests {
    /// A repository with a folder and a file under version.
    private func repository() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder(["images/a": "one", "images/b/c": "two", "model.bin": "weights"])
        let added = try await folder.martlet("data", "add", "images", "model.bin")
        #expect(added.status == 0, "\(added.errors)")
        return folder
    }

    /// Another one with the same pointer files and settings, and without data.
    private func clone(_ other: TemporaryFolder) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["images.dvc", "model.bin.dvc", ".dvc/config"] { try folder.write(name, try other.read(name)) }
        return folder
    }

    @Test("go between two folders by a third, as a path that is relative to where it was written") func disk() async throws {
        let first = try await repository()
        let nowhere = try await first.martlet("data", "push")
        #expect(nowhere.status == 1 && nowhere.errors.contains("martlet data remote add"))
        let kept = try TemporaryFolder()
        #expect(try await first.martlet("data", "remote", "add", "--default", "team", kept.path).status == 0)
        let pushed = try await first.martlet("data", "push", "--json").json
        #expect(pushed["remotes"].elements.map { $0["moved"] } == [4] && pushed["remotes"].elements.map { $0["failed"] } == [[]])
        #expect(try await first.martlet("data", "push").output.contains("4 were there"))
        let second = try await clone(first)
        let pulled = try await second.martlet("data", "pull")
        #expect(pulled.status == 0, "\(pulled.errors)")
        #expect(try second.read("images/b/c") == "two" && second.read("model.bin") == "weights")
        #expect(try await second.martlet("data", "status", "--json").json.elements.map { $0["state"] } == ["unchanged", "unchanged"])
    }

    @Test("are added, listed, changed and removed, and what is secret is kept out of Git") func settings() async throws {
        let folder = try await repository()
        #expect(try await folder.martlet("data", "remote", "add", "near", "../kept").status == 0)
        #expect(try folder.read(".dvc/config").contains("url = ../../kept"))
        #expect(try await folder.martlet("data", "remote", "add", "near", "elsewhere").status == 1)
        #expect(try await folder.martlet("data", "remote", "add", "far", "https://example.org/dvc").status == 0)
        #expect(try await folder.martlet("data", "remote", "default", "far").status == 0)
        let list = try await folder.martlet("data", "remote", "list", "--json").json
        #expect(list.elements.map { $0["name"] } == ["far", "near"] && list.elements.map { $0["default"] } == [true, false])
        #expect(try await folder.martlet("data", "remote", "modify", "--local", "far", "password", "hush").status == 0)
        #expect(try folder.read(".dvc/config.local").contains("hush") && !folder.read(".dvc/config").contains("hush"))
        #expect(try await folder.martlet("data", "remote", "modify", "fra", "auth", "basic").errors.contains("far"))
        #expect(try await folder.martlet("data", "remote", "remove", "far").status == 0)
        #expect(try await folder.martlet("data", "remote", "default").output.contains("No remote"))
        let odd = try await folder.martlet("data", "push", "--remote", "odd")
        #expect(odd.status == 1 && odd.errors.contains("There is no remote “odd”"))
    }

    @Test("go through a server, with a token, and stand in the record") func served() async throws {
        let project = try TemporaryFolder()
        let server = try await LiveServer(project)
        let first = try await repository()
        #expect(try await first.martlet("data", "remote", "add", "-d", "server", "http://127.0.0.1:\(server.port)/dvc").status == 0)
        let pushed = try await first.martlet("data", "push")
        #expect(pushed.status == 0, "\(pushed.errors)")
        #expect(try project.files(under: ".martlet/dvc/files").count == 4)
        #expect(try await project.martlet("audit", "log", "--json").output.contains("data.pushed"))
        let second = try await clone(first)
        #expect(try await second.martlet("data", "pull").status == 0)
        #expect(try second.read("images/a") == "one")
        #expect(try await project.martlet("user", "add", "ann", "--role", "owner").status == 0)
        // A server hears of a new user within a moment.
        var refused = try await clone(first).martlet("data", "fetch")
        while refused.status == 0 { refused = try await clone(first).martlet("data", "fetch") }
        #expect(refused.status == 1 && refused.errors.contains("wants to know who asks"), "\(refused.errors)")
    }
}
