import Registry
import Support
import TestSupport
import Testing

@Suite("JUnit reports")
struct JUnitReportTests {
    private func read(_ xml: String) throws -> JUnitReport { try JUnitReport(step: "tests", path: "tests.xml", xml: Array(xml.utf8)) }

    /// The number of tests and the names of those that failed.
    private func summary(_ xml: String) throws -> String {
        let report = try read(xml)
        return "\(report.tests): \(report.failures.map(\.name).joined(separator: ", "))"
    }

    @Test("Passed, failed, broken and skipped tests are told apart, as pytest writes them")
    func pytest() throws {
        let report = try read(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="0.05">
              <testcase classname="test_a" name="test_passes" time="0.001" />
              <testcase classname="test_a" name="test_fails"><failure message="assert 1 == 2">def test_fails(): ...</failure></testcase>
              <testcase classname="test_a" name="test_breaks"><error message="failed on setup with &quot;boom&quot;">...</error></testcase>
              <testcase classname="test_a" name="test_skipped"><skipped type="pytest.skip" message="no data">...</skipped></testcase>
            </testsuite></testsuites>
            """)
        #expect(report.tests == 3)
        #expect(
            report.failures == [
                JUnitReport.Failure(name: "test_a.test_fails", message: "assert 1 == 2"),
                JUnitReport.Failure(name: "test_a.test_breaks", message: "failed on setup with \"boom\""),
            ])
        #expect(report.step == "tests" && report.path == "tests.xml")
    }

    @Test(
        "Suites are read however they are nested, and each test counts once",
        arguments: [
            ("<testsuite><testcase name='a'/></testsuite>", "1: "),
            (
                "<testsuites><testsuite><testsuite><testcase name='a'/></testsuite><testcase name='b'><failure/></testcase></testsuite></testsuites>",
                "2: b"
            ),
            ("<testsuite><testcase name='a'><failure/><failure/><error/></testcase></testsuite>", "1: a"),
            ("<testsuite><testcase name='a'><failure/></testcase><testcase name='a'><failure/></testcase></testsuite>", "2: a, a"),
            ("<testsuite><testcase classname='x'><failure/></testcase></testsuite>", "1: x"),
            ("<testsuite><testcase name='a'><skipped/><skipped/></testcase><testcase name='b'/></testsuite>", "1: "),
            ("<testsuite><testcase name='a'><skipped/></testcase></testsuite>", "0: "),
            ("<testsuite><testcase name='a'><error/></testcase><error message='the suite broke'/></testsuite>", "1: a, the suite"),
            ("<testsuite name='s'><error/><testcase name='a'/></testsuite>", "1: the suite s"),
            ("<testsuite tests='0'/>", "0: "),
            ("<testsuites></testsuites>", "0: "),
            ("<testsuite><testcase name='a'><system-out><![CDATA[<failure/>]]></system-out></testcase></testsuite>", "1: "),
        ])
    func shapes(_ xml: String, _ expected: String) throws {
        #expect(try summary(xml) == expected)
    }

    private static let malformed = [
        "", "not xml", "{\"tests\": 1}", "<testsuite>", "<testsuite></testsuites>", "<html><testsuite/></html>", "<coverage/>",
        "<testsuite/><testsuite/>",
        "<testsuite>\n<testcase name='a'>\n</testsuite>",
    ]

    @Test("What is no JUnit report is refused", arguments: malformed)
    func refused(_ xml: String) {
        #expect(errorCode { try read(xml) } == .invalidInput)
    }

    @Test(
        "Malformed attributes, bytes that are no text and a root beside another are refused",
        arguments: [
            "<test c --><?pie d?><testcase name='a'/></testsuite>", "<testsuite><tesdcase ='a'><skipped/></testcase></testsuite>",
            "<testsuite a></testsuite>",
            "<testsuite a='1' a='2'/>", "<testsuite a=1/>", "<testsuite a='<'/>", "<testsuite>&nbsp;</testsuite>", "<testsuite/>x",
            "<testsuite/><!DOCTYPE a>",
            "<testsuite>&#0;</testsuite>", "<testsuite a='&#xD800;'/>", "<testsuite a='1'b='2'/>", "<testsuite><![CDATA[</testsuite>",
            "<testsuite><!-- </testsuite>",
        ])
    func illFormed(_ xml: String) {
        #expect(errorCode { try read(xml) } == .invalidInput)
        #expect(
            errorCode { try JUnitReport(step: "tests", path: "tests.xml", xml: Array("<testsuite><t".utf8) + [0xC0] + Array("/></testsuite>".utf8)) }
                == .invalidInput)
    }

    @Test("An entity bomb is refused, and no entity brings in a file of the machine")
    func entities() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.write("secret", "<testcase name='secret'/>")
        var bomb = "<!DOCTYPE testsuite [<!ENTITY a0 \"aaaaaaaaaa\">"
        for i in 1...12 { bomb += "<!ENTITY a\(i) \"\(String(repeating: "&a\(i - 1);", count: 10))\">" }
        bomb += "]><testsuite><testcase name=\"&a12;\"/>&a12;</testsuite>"
        let file = "<!DOCTYPE testsuite [<!ENTITY f SYSTEM \"file://\(secret)\">]><testsuite>&f;<testcase name='a'/></testsuite>"
        #expect(errorCode { try read(bomb) } == .invalidInput)
        #expect((try? read(file))?.tests != 2, "the file's test is not among those of the report")
    }

    @Test("A report nested a hundred thousand deep does not end the program")
    func depth() {
        let deep = String(repeating: "<testsuite>", count: 100_000) + String(repeating: "</testsuite>", count: 100_000)
        #expect(errorCode { try read(deep) } == .invalidInput)
    }

    @Test("The refusal names the line")
    func place() throws {
        let texts = JUnitReportTests.malformed.map { xml in errorText { try read(xml) } + "\n" }
        let difference = try differenceFromGolden(texts.joined(), "junit-errors.txt")
        #expect(difference == nil)
    }
}
