internal import Rego
internal import Support

/// A file of policies as it was read.
package struct PolicyFile: Sendable, Equatable {
    /// The name as errors say it: `policies/access.rego`.
    package var name: String
    package var source: String

    package init(name: String, source: String) {
        self.name = name
        self.source = source
    }

    /// Whether it holds tests, which take no part in decisions.
    package var isTest: Bool { name.hasSuffix("_test.rego") }
}

/// A Rego module: its package and rules.
package struct PolicyModule: Sendable, Equatable {
    package var file: PolicyFile
    /// The package's path without `data`: `martlet.access`.
    package var package: String
    /// The names of its rules, each once, in the order of the file.
    package var rules: [String]
    /// What its rules say, for what is looked up in them.
    let tree: JSONValue

    /// What reaches beyond a decision: the network, and the environment of the process.
    private static let refused = ["http.send", "net.lookup_ip_addr", "opa.runtime"]

    /// Reads a module and adds it to an engine.
    /// - Parameter reader: an engine without modules, which gives the tree before the modules of the other are complete.
    /// - Throws: `invalidInput` with file and line where it cannot be read, or uses what is refused.
    init(_ file: PolicyFile, in engine: Rego, reader: Rego) throws(MartletError) {
        self.file = file
        try engine.add(module: file.name, file.source)
        tree = try reader.syntax(of: file.name, file.source)
        package = tree["package"]["path"].elements.dropFirst().compactMap { $0["value"].text }.joined(separator: ".")
        var rules: [String] = []
        for rule in tree["rules"].elements {
            let name = PolicyModule.name(of: rule)
            if !name.isEmpty, !rules.contains(name) { rules.append(name) }
        }
        self.rules = rules
        for name in PolicyModule.refused where PolicyModule.refers(tree, to: name) {
            let line = file.line(of: name).map { ":\($0)" } ?? ""
            throw MartletError(
                .invalidInput, "\(file.name)\(line): “\(name)” cannot be used: a decision reaches nothing outside. Bring it as a fact.")
        }
    }

    static func name(of rule: JSONValue) -> String { rule["head"]["ref"].elements.first?["value"].text ?? rule["head"]["name"].text ?? "" }

    /// Whether a tree holds a reference to a built-in function of that name.
    static func refers(_ tree: JSONValue, to name: String) -> Bool {
        switch tree {
        case .array(let elements): return elements.contains { refers($0, to: name) }
        case .object(let members):
            if tree["type"].text == "ref", path(tree) == name { return true }
            return members.contains { refers($0.value, to: name) }
        default: return false
        }
    }

    /// A reference whose parts are all constant, with points: `http.send`.
    static func path(_ reference: JSONValue) -> String { reference["value"].elements.map { $0["value"].text ?? "*" }.joined(separator: ".") }
}

extension PolicyFile {
    /// The first line, counted from 1, that begins with a text or, failing that, holds it.
    package func line(of text: String) -> Int? {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex { $0.hasPrefix(text) } ?? lines.firstIndex { $0.contains(text) }).map { $0 + 1 }
    }
}
