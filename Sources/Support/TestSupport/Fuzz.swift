internal import Foundation
internal import Support

/// Thousands of broken inputs for a reader of what comes from outside: valid ones, mutated by a seeded generator, so that every run is the same.
///
/// The input at hand lies in a file for as long as it is read. Where the process ends with it, the file is left and its path is the finding;
/// `MARTLET_FUZZ_SEED` then repeats the run.
package struct Fuzz {
    /// How many inputs each reader gets: `MARTLET_FUZZ`, or 2,000. `make soak` sets it to 200,000.
    package static let count = number("MARTLET_FUZZ") ?? 2000
    private static let seed = UInt64(number("MARTLET_FUZZ_SEED") ?? 1)
    /// The longest message that an error may have, in bytes.
    private static let longestMessage = 8100

    private let name: String
    private let corpus: [[UInt8]]
    private var mutator: Mutator

    /// - Parameters:
    ///   - name: what is read, for the file and for messages.
    ///   - corpus: valid inputs.
    ///   - tokens: words that mean something to the reader.
    package init(_ name: String, corpus: [[UInt8]], tokens: [String] = []) {
        self.name = name
        self.corpus = corpus
        mutator = Mutator(seed: Fuzz.seed, tokens: tokens.map { Array($0.utf8) })
    }

    package init(_ name: String, corpus: [String], tokens: [String] = []) {
        self.init(name, corpus: corpus.map { Array($0.utf8) }, tokens: tokens)
    }

    /// The next input.
    package mutating func next() -> [UInt8] { mutator.mutated(corpus) }

    /// Reads every input. Ends well, or in a `MartletError` with a message of bounded length: anything else is a finding.
    /// - Parameter share: the part of the inputs that is read, for readers that take long.
    /// - Returns: the findings, each with its input; empty where all is well.
    package mutating func run(share: Double = 1, _ read: ([UInt8]) throws -> Void) -> [String] {
        let file = FuzzedFile(name)
        var findings: [String] = []
        for _ in 0..<max(1, Int(Double(Fuzz.count) * share)) where findings.count < 10 {
            let input = next()
            file.hold(input)
            if let finding = Fuzz.finding(input, read) { findings.append("\(name): \(finding)") }
        }
        file.remove()
        return findings
    }

    /// The same for a reader that suspends.
    package mutating func run(share: Double = 1, _ read: ([UInt8]) async throws -> Void) async -> [String] {
        let file = FuzzedFile(name)
        var findings: [String] = []
        for _ in 0..<max(1, Int(Double(Fuzz.count) * share)) where findings.count < 10 {
            let input = next()
            file.hold(input)
            do { try await read(input) } catch { if let finding = Fuzz.finding(error, input) { findings.append("\(name): \(finding)") } }
        }
        file.remove()
        return findings
    }

    private static func finding(_ input: [UInt8], _ read: ([UInt8]) throws -> Void) -> String? {
        do { try read(input) } catch { return finding(error, input) }
        return nil
    }

    private static func finding(_ error: any Error, _ input: [UInt8]) -> String? {
        let shown = String(decoding: input.prefix(300), as: UTF8.self).debugDescription
        guard let error = error as? MartletError else { return "\(error) for \(shown)" }
        guard error.message.utf8.count <= longestMessage else { return "a message of \(error.message.utf8.count) bytes for \(shown)" }
        return nil
    }

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}

/// Where the input at hand is kept.
private struct FuzzedFile {
    private let path: String
    private let descriptor: Int32

    init(_ name: String) {
        path = FileManager.default.temporaryDirectory.appending(path: "martlet-fuzz-\(name.replacing(" ", with: "-"))-\(getpid())").path
        descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
    }

    func hold(_ input: [UInt8]) {
        _ = input.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        ftruncate(descriptor, off_t(input.count))
    }

    func remove() {
        close(descriptor)
        unlink(path)
    }
}
