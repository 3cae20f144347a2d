package import EngineLibraries
package import Support

/// Rego modules and data, evaluated by the Open Policy Agent's own engine. Any number of threads may ask at once; a call takes some tens of
/// microseconds.
package final class Rego: Sendable {
    private let handle: RegoHandle

    /// An engine without modules. The library is loaded on first use.
    /// - Throws: `engineMissing`.
    package init(locator: EngineLocator) throws(MartletError) { handle = RegoHandle(try RegoAPI(locator)) }

    /// Adds a module. What does not compile beside the others is said by the first question.
    /// - Parameter name: the file's name, as errors say it.
    /// - Throws: `invalidInput` with the engine's words: file, line and what is wrong.
    package func add(module name: String, _ source: String) throws(MartletError) {
        do { _ = try handle.add(policy: name, source) } catch { throw Rego.readable(error) }
    }

    /// Merges a JSON object into `data`.
    /// - Throws: `invalidInput` where it contradicts what is there.
    package func add(data: JSONValue) throws(MartletError) { _ = try handle.add(data: data.compact) }

    /// The value of a package or a rule, such as `martlet.access`; nil where it is undefined.
    /// - Parameter input: JSON text.
    /// - Throws: `invalidInput` with the engine's words. A built-in function that fails is an error, not undefined.
    package func document(_ path: String, input: String) throws(MartletError) -> JSONValue? {
        do { return try handle.document(path, input).elements.first?["expressions"].elements.first?["value"] } catch { throw Rego.readable(error) }
    }

    /// The syntax tree of a module, as Rego's own `rego.parse_module` gives it; the module is not added.
    /// - Throws: `invalidInput` with file and line.
    package func syntax(of name: String, _ source: String) throws(MartletError) -> JSONValue {
        let input: JSONValue = ["name": .string(name), "source": .string(source)]
        let result: JSONValue
        do { result = try handle.query("tree := rego.parse_module(input.name, input.source)", input.compact) } catch { throw Rego.readable(error) }
        guard let tree = result.elements.first?["bindings"]["tree"], !tree.isNull else { throw MartletError(.defect, "\(name) has no syntax tree.") }
        return tree
    }

    /// The engine's message without its preface, on one line.
    private static func readable(_ error: MartletError) -> MartletError {
        guard error.code == .invalidInput else { return error }
        let lines = error.message.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " || $0 == "\t" } }
        let told = lines.first.map { $0.contains(" error occurred: ") ? $0.split(separator: " error occurred: ", maxSplits: 1)[1] : $0 }
        let text = lines.count > 1 && told?.hasSuffix(" errors occurred:") == true ? lines[1] : told ?? ""
        return MartletError(.invalidInput, String(text), cause: error.cause)
    }

    /// Checks that the engine at hand answers as Martlet expects, with the questions that other engines were seen to answer wrongly.
    /// - Returns: the pinned version, since the library does not tell its own.
    /// - Throws: `engineMissing`.
    package static func selfTest(locator: EngineLocator) throws(MartletError) -> String {
        let engine = try Rego(locator: locator)
        try engine.add(
            module: "self-test.rego", "package test\nbig := max(input.n)\nnull_is_more if input.none >= 0.9\nsame if input.text == \"a/b\"")
        let expected: JSONValue = ["big": 10, "same": true]
        guard try engine.document("test", input: #"{"n":[2,10],"none":null,"text":"a\/b"}"#) == expected,
            try engine.document("test.null_is_more", input: #"{"none":null}"#) == nil
        else { throw MartletError(.engineMissing, "The policy engine does not answer as expected. \(Engine.opa.howToGet)") }
        return Engine.opa.pinnedVersion
    }
}
