package import EngineLibraries
internal import Foundation
internal import Objects
package import Support
internal import Synchronization

/// The folder `policies/` of a project. What is changed there acts within a second, as a whole: all files are compiled again and take the place
/// of the old ones together. Where they do not compile, nothing is allowed until they do.
package final class PolicyFolder: PolicyJudge {
    private enum Policies {
        case none
        case ready(PolicySet)
        case broken(String)
    }

    /// What tells that a file changed, without reading it.
    private struct Stamp: Equatable {
        var name: String
        var numbers: [Int]
    }

    /// Before the folder was read, nothing is allowed.
    private struct State {
        var policies = Policies.broken("The policies were not read yet.")
        var stamps: [Stamp]?
        var readAt = -Double.infinity
    }

    /// The file whose content is Rego's `data`.
    private static let dataFile = "data.json"

    private let path: String
    private let locator: EngineLocator
    private let freshness: Double
    private let state = Mutex(State())
    /// Held while the folder is read, so that one thread does.
    private let reading = Mutex(())

    /// - Parameter freshness: how long what was read is taken for what is there, in seconds.
    package init(path: String, locator: EngineLocator, freshness: Double = 1) {
        self.path = path
        self.locator = locator
        self.freshness = freshness
    }

    package let isQuick = true

    package var isStale: Bool { monotonicSeconds() - state.withLock { $0.readAt } >= freshness }

    package var revision: String? {
        if case .ready(let set) = state.withLock({ $0.policies }) { set.revision } else { nil }
    }

    package func refresh() {
        reading.withLock { _ in
            guard isStale else { return }
            let now = monotonicSeconds()
            do {
                let stamps = try stamps()
                if state.withLock({ $0.stamps }) != stamps {
                    let policies = try load()
                    state.withLock { $0 = State(policies: policies, stamps: stamps, readAt: now) }
                } else {
                    state.withLock { $0.readAt = now }
                }
            } catch {
                let message = (error as? MartletError)?.message ?? "\(error)"
                state.withLock { $0 = State(policies: .broken(message), stamps: nil, readAt: now) }
            }
        }
    }

    package func decide(_ question: @autoclosure () -> PolicyQuestion) -> PolicyVerdict? {
        switch state.withLock({ $0.policies }) {
        case .none: nil
        case .ready(let set): set.decide(question())
        case .broken(let message): PolicyVerdict(failure: message)
        }
    }

    private func load() throws(MartletError) -> Policies {
        let content = try PolicyFolder.files(in: path, tests: false)
        return content.files.isEmpty ? .none : .ready(try PolicySet(content.files, data: content.data, locator: locator))
    }

    private func stamps() throws(MartletError) -> [Stamp] {
        try PolicyFolder.names(in: path).map { name throws(MartletError) in
            var status = stat()
            guard stat("\(path)/\(name)", &status) == 0 else { throw .system("read", "\(path)/\(name)") }
            let times = [status.st_mtim, status.st_ctim].flatMap { [$0.tv_sec, $0.tv_nsec] }
            return Stamp(name: name, numbers: times + [Int(status.st_size), Int(truncatingIfNeeded: status.st_ino)])
        }
    }

    /// Reads a folder of policies; one that does not exist holds none.
    /// - Parameter tests: whether the files of tests are wanted, too.
    /// - Throws: `invalidInput` for a file that is not text; `inputOutput`.
    package static func files(in path: String, tests: Bool) throws(MartletError) -> (files: [PolicyFile], data: JSONValue?) {
        let folder = (path as NSString).lastPathComponent
        var files: [PolicyFile] = []
        var data: JSONValue?
        for name in try names(in: path) {
            guard let text = String(validating: try readWhole("\(path)/\(name)"), as: UTF8.self) else {
                throw MartletError(.invalidInput, "\(folder)/\(name) is not UTF-8 text.")
            }
            if name == dataFile {
                data = try parsed(text, "\(folder)/\(name)")
            } else {
                let file = PolicyFile(name: "\(folder)/\(name)", source: text)
                if tests || !file.isTest { files.append(file) }
            }
        }
        return (files, data)
    }

    private static func parsed(_ text: String, _ name: String) throws(MartletError) -> JSONValue {
        do { return try JSONValue(parsing: text) } catch { throw MartletError(.invalidInput, "\(name): \(error.message)") }
    }

    /// The names of the files that count, in order.
    private static func names(in path: String) throws(MartletError) -> [String] {
        guard access(path, F_OK) == 0 || errno != ENOENT else { return [] }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw MartletError(.inputOutput, "The folder \(path) cannot be read. Check who may read it.", cause: "\(error)")
        }
        return names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".rego") || $0 == dataFile) }.sorted()
    }
}
