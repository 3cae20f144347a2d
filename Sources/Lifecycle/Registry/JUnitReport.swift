internal import Foundation
package import Support

#if canImport(FoundationXML)
    internal import FoundationXML
#endif

/// The result of a test run in JUnit's XML, which every test runner writes.
package struct JUnitReport: Sendable, Equatable {
    package struct Failure: Sendable, Equatable {
        package var name: String
        package var message: String

        package init(name: String, message: String) {
            self.name = name
            self.message = message
        }
    }

    /// The step that wrote it.
    package var step: String
    /// Its path, for messages.
    package var path: String
    /// Test cases, skipped ones left out.
    package var tests: Int
    package var failures: [Failure]

    /// The name under which the report of a step is recorded among the checks.
    package static func objective(of step: String) -> String { "tests:\(step)" }

    package init(step: String, path: String, tests: Int, failures: [Failure]) {
        self.step = step
        self.path = path
        self.tests = tests
        self.failures = failures
    }

    /// Reads a report. One that declares entities is refused: they could name other files or grow without bound.
    /// - Throws: `invalidInput` where it is not JUnit XML.
    package init(step: String, path: String, xml: [UInt8]) throws(MartletError) {
        let reader = JUnitReader()
        let parser = XMLParser(data: Data(xml))
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard parser.parse(), parser.parserError == nil, reader.isWhole else {
            let place = SourcePlace(file: path, line: max(1, parser.lineNumber))
            throw MartletError(
                .invalidInput, "This is not a JUnit XML report. Let the test runner write one, as pytest does with --junitxml.", place: place)
        }
        self.init(step: step, path: path, tests: reader.tests, failures: reader.failures)
    }
}

/// Collects test cases while the XML is read.
private final class JUnitReader: NSObject, XMLParserDelegate {
    /// A test case whose end has not come yet.
    private struct Case {
        var name: String
        var isSkipped = false
        var failure: JUnitReport.Failure?
    }

    /// Whether exactly one suite, or list of suites, was read from its beginning to its end. The parser alone does not tell everywhere.
    var isWhole: Bool { roots == 1 && depth == 0 }
    private var roots = 0
    private(set) var tests = 0
    private(set) var failures: [JUnitReport.Failure] = []
    private var suite = ""
    private var current: Case?
    private var depth = 0
    /// No test runner nests suites deeper.
    private static let deepest = 100

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        depth += 1
        if depth == 1 { roots += element == "testsuite" || element == "testsuites" ? 1 : 2 }
        if depth > JUnitReader.deepest { return parser.abortParsing() }
        switch element {
        case "testsuite": suite = attributes["name"] ?? ""
        case "testcase": current = Case(name: [attributes["classname"], attributes["name"]].compactMap(\.self).joined(separator: "."))
        case "skipped": current?.isSkipped = true
        case "failure", "error": add(attributes["message"] ?? "")
        default: break
        }
    }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) {
        depth -= 1
        guard element == "testcase", let ended = current else { return }
        current = nil
        if ended.failure != nil || !ended.isSkipped { tests += 1 }
        if let failure = ended.failure { failures.append(failure) }
    }

    /// A failure of the test case at hand, whose first one counts, or of a suite itself.
    private func add(_ message: String) {
        guard let name = current?.name else {
            return failures.append(JUnitReport.Failure(name: suite.isEmpty ? "the suite" : "the suite \(suite)", message: message))
        }
        if current?.failure == nil { current?.failure = JUnitReport.Failure(name: name, message: message) }
    }

    // Entities are declared before the first element; stopping here leaves no time for what they stand for.
    func parser(_ parser: XMLParser, foundInternalEntityDeclarationWithName name: String, value: String?) { parser.abortParsing() }

    func parser(_ parser: XMLParser, foundExternalEntityDeclarationWithName name: String, publicID: String?, systemID: String?) {
        parser.abortParsing()
    }
}
