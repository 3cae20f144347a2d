internal import Digests
package import EngineLibraries
internal import Rego
package import Support
internal import Synchronization

/// The policies of a project, compiled once and never changed.
package final class PolicySet: Sendable {
    /// The package that decides.
    package static let package = "martlet.access"

    package let modules: [PolicyModule]
    /// The digest of all files: what a decision was made by.
    package let revision: String
    private let engine: Rego
    private let declaresAllow: Bool
    private let dependence: PolicyDependence
    /// What was answered where the answer cannot vary: it holds for as long as this value does.
    private let known = Mutex<[PolicyQuestion.Key: PolicyVerdict]>([:])
    /// How many answers are kept.
    private static let capacity = 10_000

    /// Compiles files.
    /// - Parameters:
    ///   - files: Rego modules, those of tests included where tests will be asked.
    ///   - data: merged into Rego's `data`.
    /// - Throws: `invalidInput` with file and line; `engineMissing`.
    package init(_ files: [PolicyFile], data: JSONValue? = nil, locator: EngineLocator) throws(MartletError) {
        let (engine, reader) = (try Rego(locator: locator), try Rego(locator: locator))
        var modules: [PolicyModule] = []
        for file in files { modules.append(try PolicyModule(file, in: engine, reader: reader)) }
        if let data { try engine.add(data: data) }
        let deciding = modules.filter { $0.package == PolicySet.package && !$0.file.isTest }
        guard deciding.contains(where: { $0.rules.contains("allow") || $0.rules.contains("deny") }) else {
            throw MartletError(
                .invalidInput, "No policy of the package \(PolicySet.package) has a rule “deny” or “allow”. Begin with: package \(PolicySet.package)")
        }
        self.engine = engine
        self.modules = modules
        declaresAllow = deciding.contains { $0.rules.contains("allow") }
        dependence = PolicyDependence(modules.filter { !$0.file.isTest }.map(\.tree))
        let named = files.map { JSONValue.array([.string($0.name), .string($0.source)]) }
        revision = Digest(of: JSONValue.array([.array(named), data ?? .null]).compact).rawValue
        try check()
    }

    /// What does not compile shows with the first question. What only fails for this empty one is no error of the policies.
    private func check() throws(MartletError) {
        do { _ = try engine.document(PolicySet.package, input: "{}") } catch  where error.cause != "eval_error" { throw error } catch {}
    }

    /// Answers a question. An error is an answer that allows nothing.
    package func decide(_ question: PolicyQuestion) -> PolicyVerdict {
        guard !canVary(question.action) else { return decide(input: question.json.compact) }
        let key = question.key
        if let verdict = known.withLock({ $0[key] }) { return verdict }
        let verdict = decide(input: question.json.compact)
        known.withLock { known in
            if known.count >= PolicySet.capacity { known.removeAll(keepingCapacity: true) }
            known[key] = verdict
        }
        return verdict
    }

    /// Whether the same question about an action may be answered otherwise at another time.
    package func canVary(_ action: String) -> Bool { dependence.canVary(action) }

    /// Answers a question that is JSON text already.
    package func decide(input: String) -> PolicyVerdict {
        let start = monotonicSeconds()
        var verdict: PolicyVerdict
        do {
            let document = try engine.document(PolicySet.package, input: input)
            verdict = PolicyVerdict(document: document, needsAllow: declaresAllow, nanoseconds: PolicySet.nanoseconds(since: start))
        } catch {
            verdict = PolicyVerdict(failure: error.message, nanoseconds: PolicySet.nanoseconds(since: start))
        }
        verdict.revision = revision
        return verdict
    }

    /// The value of a rule without input, as a test has it; nil where it is undefined.
    func value(of rule: String) throws(MartletError) -> JSONValue? { try engine.document(rule, input: "") }

    static func nanoseconds(since start: Double) -> Int { Int(max(0, min((monotonicSeconds() - start) * 1e9, 1e15))) }
}
