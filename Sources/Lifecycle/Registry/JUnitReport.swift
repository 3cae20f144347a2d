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

    /// The name under which the report of a step is recorded among the checks.
    package static func objective(of step: String) -> String { "tests:\(step)" }

    package init(step: String, path: String, tests: Int, failures: [Failure]) {
        self.step = step
        self.path = path
        self.tests = tests
        self.failures = failures
    }

    /// Reads a report in UTF-8. One that declares entities is refused: they could name other files or grow without bound.
    /// - Throws: `invalidInput` where it is not JUnit XML.
    package init(step: String, path: String, xml: [UInt8]) throws(MartletError) {
        var reader = JUnitReader()
        var elements = XMLElements(xml)
        do throws(XMLFailure) {
            while let event = try elements.next() { guard reader.take(event) else { throw XMLFailure(line: 1) } }
        } catch {
            throw MartletError(
                .invalidInput, "This is not a JUnit XML report. Let the test runner write one in UTF-8, as pytest does with --junitxml.",
                place: SourcePlace(file: path, line: error.line))
        }
        self.init(step: step, path: path, tests: reader.tests, failures: reader.failures)
    }
}

/// Collects test cases while the XML is read.
private struct JUnitReader {
    /// A test case whose end has not come yet.
    private struct Case {
        var name: String
        var isSkipped = false
        var failure: JUnitReport.Failure?
    }

    private(set) var tests = 0
    private(set) var failures: [JUnitReport.Failure] = []
    private var suite = ""
    private var current: Case?
    private var hasBegun = false

    /// False where the root is none of a report.
    mutating func take(_ event: XMLEvent) -> Bool {
        switch event {
        case .start(let element, let attributes):
            guard hasBegun || element == "testsuite" || element == "testsuites" else { return false }
            hasBegun = true
            start(element, attributes)
        case .end("testcase"): endCase()
        case .end: break
        }
        return true
    }

    private mutating func start(_ element: String, _ attributes: [String: String]) {
        switch element {
        case "testsuite": suite = attributes["name"] ?? ""
        case "testcase": current = Case(name: [attributes["classname"], attributes["name"]].compactMap(\.self).joined(separator: "."))
        case "skipped": current?.isSkipped = true
        case "failure", "error": add(attributes["message"] ?? "")
        default: break
        }
    }

    private mutating func endCase() {
        guard let ended = current else { return }
        current = nil
        if ended.failure != nil || !ended.isSkipped { tests += 1 }
        if let failure = ended.failure { failures.append(failure) }
    }

    /// A failure of the test case at hand, whose first one counts, or of a suite itself.
    private mutating func add(_ message: String) {
        guard let name = current?.name else {
            return failures.append(JUnitReport.Failure(name: suite.isEmpty ? "the suite" : "the suite \(suite)", message: message))
        }
        if current?.failure == nil { current?.failure = JUnitReport.Failure(name: name, message: message) }
    }
}
