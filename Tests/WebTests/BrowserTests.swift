import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Testing
import Web

@Suite("In a real browser")
struct BrowserTests {
    private static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(
        "Chromium shows every page without a complaint on its console",
        .enabled(if: chromium != nil, "no Chromium is installed (apt install chromium)"),
        arguments: ["/", "/endpoints", "/endpoints/loans", "/why", "/why/0199a0b1"])
    func console(_ path: String) async throws {
        let chromium = try #require(Self.chromium)
        try await RunningServer.with { server in
            let folder = try temporaryFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let picture = folder.appending(path: "page.png")
            let common = ["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=\(folder.path)/profile"]
            let log = try await run(
                chromium, common + ["--window-size=1280,1000", "--screenshot=\(picture.path)", server.address + path], in: folder)
            let complaints = log.split(separator: "\n").filter { $0.contains("CONSOLE") || $0.contains("Content Security Policy") }
            #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
            let bytes = try Data(contentsOf: picture)
            #expect(bytes.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
            // A blank picture of this size packs into about 5 kB.
            #expect(bytes.count > 12_000, "the picture is nearly blank: \(bytes.count) bytes")
        }
    }

    @Test(
        "The form is answered without leaving the page, under the strict policy",
        .enabled(if: chromium != nil, "no Chromium is installed (apt install chromium)"))
    func form() async throws {
        let chromium = try #require(Self.chromium)
        let endpoint = try await SampleProject().endpoint("loans")
        let page = EndpointPage(endpoint).html.text.replacing("</head>", with: "<script src=\"/assets/press.js\" defer></script></head>")
        try await RunningServer.with(adding: { router in
            router.get("/pressed") { _, _ in Self.answer(page, "text/html; charset=utf-8") }
            router.get("/assets/press.js") { _, _ in Self.answer("document.querySelector('form[data-try]').requestSubmit();", "text/javascript") }
        }) { server in
            let folder = try temporaryFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let arguments = [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile", "--virtual-time-budget=10000",
                "--dump-dom",
            ]
            let page = try await run(chromium, arguments + [server.address + "/pressed"], in: folder)
            #expect(page.contains("<bdi>declined</bdi>"), "\(page.suffix(3000))")
            #expect(page.contains("/assets/press.js"), "the page was left")
        }
    }

    /// An answer with the headers of a page.
    private static func answer(_ body: String, _ type: String) -> Response {
        var headers = HTTPFields()
        for (name, value) in PageHeaders.all + [("Content-Type", type)] { if let name = HTTPField.Name(name) { headers[name] = value } }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
    }

    private func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs a program and gives what it wrote, once it has ended.
    private func run(_ program: String, _ arguments: [String], in folder: URL) async throws -> String {
        let output = folder.appending(path: "output.txt")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let handle = try FileHandle(forWritingTo: output)
        process.standardError = handle
        process.standardOutput = handle
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return try String(decoding: Data(contentsOf: output), as: UTF8.self)
    }
}
