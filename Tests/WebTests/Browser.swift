import Foundation
import TestSupport
import Testing

/// Chromium without a window. No more of them run at once than there are processors: a dozen would let everybody wait.
enum Browser {
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// What a test says where it is skipped.
    static let absence: Comment = "no Chromium is installed (apt install chromium)"

    /// Where set-up has put Plotly.
    static let plotly: String? = {
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        let folders =
            (ProcessInfo.processInfo.environment["MARTLET_ENGINES"] ?? "").split(separator: ":").map(String.init) + ["\(source)/.setup/engines"]
        return folders.map { "\($0)/plotly/plotly/package_data/plotly.min.js" }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// Runs it to its end, with a profile of its own.
    static func run(_ arguments: String...) async throws -> Outcome {
        let chromium = try #require(path)
        let folder = try TemporaryFolder()
        await Seats.shared.take()
        defer { Seats.shared.leave() }
        let common = ["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=\(folder.path)/profile"]
        return try await Child.run(chromium, common + arguments)
    }

    /// The document of a page once its scripts have run, and what was complained of on the console.
    static func visit(_ address: String) async throws -> (document: String, complaints: [Substring]) {
        let outcome = try await run("--window-size=1280,1000", "--virtual-time-budget=8000", "--dump-dom", address)
        return (outcome.output, complaints(outcome))
    }

    /// What it complained of on the console.
    static func complaints(_ outcome: Outcome) -> [Substring] {
        outcome.errors.split(separator: "\n").filter { $0.contains("CONSOLE") || $0.contains("Content Security Policy") }
    }
}
