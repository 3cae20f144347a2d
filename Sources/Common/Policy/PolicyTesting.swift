package import EngineLibraries
package import Support

/// One rule `test_...` of a file `..._test.rego`, and how it went.
package struct PolicyTestResult: Sendable, Equatable {
    /// The rule with its package: `martlet.access_test.test_friday`.
    package var name: String
    /// The file and line at which it begins.
    package var place: SourcePlace
    /// Why it failed; nil where it passed.
    package var failure: String?
}

/// Tests of policies, as `opa test` runs them: every rule whose name begins with `test_` has to be true.
package enum PolicyTesting {
    /// Runs all tests of a folder, in the order of files and rules.
    /// - Throws: `invalidInput` where the policies or tests do not compile; `notFound` where there are no tests.
    package static func run(folder: String, locator: EngineLocator) throws(MartletError) -> [PolicyTestResult] {
        let content = try PolicyFolder.files(in: folder, tests: true)
        guard content.files.contains(where: \.isTest) else {
            throw MartletError(.notFound, "There are no tests in \(folder). Write them into files that end in _test.rego, as rules test_NAME.")
        }
        let set = try PolicySet(content.files, data: content.data, locator: locator)
        var results: [PolicyTestResult] = []
        for module in set.modules where module.file.isTest {
            for rule in module.rules where rule.hasPrefix("test_") {
                let name = "\(module.package).\(rule)"
                results.append(
                    PolicyTestResult(
                        name: name, place: SourcePlace(file: module.file.name, line: module.file.line(of: rule)), failure: failure(of: name, in: set))
                )
            }
        }
        return results
    }

    private static func failure(of rule: String, in set: PolicySet) -> String? {
        do {
            switch try set.value(of: rule) {
            case true: return nil
            case nil: return "undefined"
            case let value?: return value.compact
            }
        } catch { return error.message }
    }
}
