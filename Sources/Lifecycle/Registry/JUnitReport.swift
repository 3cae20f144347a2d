internal import Foundation
#if canImport(FoundationXML)
    internal import FoundationXML
#endif
package import Support

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

    package init(step: String, path: String, tests: Int, failures: [Failure]) {
        self.step = step
        self.path = path
        self.tests = tests
        self.failures = failures
    }

    /// Reads a report.
    /// - Throws: `invalidInput` where it is not JUnit XML.
    package init(step: String, path: String, xml: [UInt8]) throws(MartletError) {
        let reader = JUnitReader()
        let parser = XMLParser(data: Data(xml))
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard parser.parse(), reader.sawSuite else {
            let place = SourcePlace(file: path, line: max(1, parser.lineNumber))
            throw MartletError(.invalidInput, "This is not a JUnit XML report. Let the test runner write one, as pytest does with --junitxml.", place: place)
        }
        self.init(step: step, path: path, tests: reader.tests - reader.skipped, failures: reader.failures)
    }
}

/// Collects test cases while the XML is read.
private final class JUnitReader: NSObject, XMLParserDelegate {
    var sawSuite = false
    var tests = 0
    var skipped = 0
    var failures: [JUnitReport.Failure] = []
    private var current = ""

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        switch element {
        case "testsuite", "testsuites": sawSuite = true
        case "testcase":
            tests += 1
            current = [attributes["classname"], attributes["name"]].compactMap(\.self).joined(separator: ".")
        case "skipped": skipped += 1
        case "failure", "error":
            if failures.last?.name != current { failures.append(JUnitReport.Failure(name: current, message: attributes["message"] ?? "")) }
        default: break
        }
    }
}
