import Registry
import Support
import TestSupport
import Testing

@Suite("Fuzzed JUnit reports") struct FuzzTests {
    private static let corpus = [
        """
        <?xml version="1.0" encoding="utf-8"?>
        <testsuites><testsuite name="pytest" errors="0" failures="1" tests="2">
        <testcase classname="a" name="b"/><testcase name="c"><failure message="no">text &lt; &#65;</failure></testcase>
        </testsuite></testsuites>
        """,
        "<testsuite><testcase name='a'><skipped/></testcase><testcase name='b'><error/></testcase></testsuite>",
        "<!DOCTYPE t [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]><testsuite><testcase name='&b;'/></testsuite>",
        "<testsuite xmlns:x='y'><![CDATA[<failure/>]]><!-- c --><?pi d?><testcase name='a'/></testsuite>",
    ]

    @Test("end well or with an error; entities neither grow nor reach a file") func reports() throws {
        var fuzz = Fuzz(
            "JUnit", corpus: Self.corpus,
            tokens: ["<testcase>", "</testcase>", "<failure>", "<![CDATA[", "]]>", "&a;", "&#x", "<!DOCTYPE", "<!ENTITY", "<?xml", " name='"])
        let findings = fuzz.run { bytes in _ = try JUnitReport(step: "tests", path: "tests.xml", xml: bytes) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        let laughs = (1...9).map { "<!ENTITY a\($0) \"\(String(repeating: "&a\($0 - 1);", count: 10))\">" }.joined()
        for text in [
            "<!DOCTYPE t [<!ENTITY a0 \"xxxxxxxxxx\">\(laughs)]><testsuite><testcase name='a'><failure message='&a9;'/></testcase></testsuite>",
            "<!DOCTYPE t [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><testsuite><testcase name='a'><failure>&f;</failure></testcase></testsuite>",
            String(repeating: "<testsuite>", count: 100_000),
        ] {
            guard let report = try? JUnitReport(step: "tests", path: "tests.xml", xml: Array(text.utf8)) else { continue }
            #expect(!report.failures.contains { $0.message.contains("root:") || $0.message.utf8.count > 100_000 })
        }
    }
}
