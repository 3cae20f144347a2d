import Foundation
import Monitoring
import Support
import TestSupport
import Testing

@Suite("Mails about incidents")
struct MailTests {
    private let moment = Timestamp(seconds: 1_795_717_561)

    private func mail(_ subject: String, _ text: String, to: [String] = ["a@example.org"]) -> MailMessage {
        MailMessage(from: "martlet@example.org", to: to, subject: subject, text: text, date: moment, id: "martlet-loans-1-2")
    }

    @Test("A mail is what Python's own reader understands, whatever stands in subject and text")
    func reading() async throws {
        let script = """
            import email,email.policy,json,sys
            m=email.message_from_string(sys.argv[1].replace('\\n','\\r\\n'),policy=email.policy.default)
            print(json.dumps([m['subject'],m['from'].addresses[0].addr_spec,[a.addr_spec for a in m['to'].addresses],m['date'].datetime.isoformat(),m['message-id'],m.get_content(),m.keys().count('Bcc'),len(m.defects)]))
            """
        let long = String(repeating: "Die Güte “auc” liegt unter der Schranke. ", count: 8)
        for (subject, text) in [("[firing] loans: objective live", "auc\n.\n..x\nend"), ("Grüße €\r\nBcc: c@example.org", "“é”\n.\n"), (long, long)] {
            let lines = try mail(subject, text, to: ["a@example.org", "b@example.org"]).lines()
            #expect(lines.allSatisfy { $0.utf8.count <= 998 && !$0.contains("\r") && !$0.contains("\n") && $0.utf8.allSatisfy { $0 < 0x7F } })
            let read = try await Child.run("/usr/bin/env", ["python3", "-c", script, lines.joined(separator: "\n")])
            let value = try JSONValue(parsing: read.output)
            let clean = subject.replacing("\r\n", with: "  ")
            #expect(value.elements[0].text?.split(separator: " ") == clean.split(separator: " "), "\(read.output)\(read.errors)")
            #expect(value.elements[1] == "martlet@example.org" && value.elements[2] == ["a@example.org", "b@example.org"])
            #expect(value.elements[3].text == "2026-11-26T18:26:01+00:00" && value.elements[4] == "<martlet-loans-1-2@example.org>")
            #expect(value.elements[5].text?.split(whereSeparator: \.isNewline) == text.split(whereSeparator: \.isNewline))
            #expect(value.elements[6] == 0 && value.elements[7] == 0)
        }
    }

    @Test(
        "An address that could end a header or a command is refused",
        arguments: ["", "a", "a@b@c", "@b", "a@", "a@b\r\nRCPT TO:<c@d>", "a b@c", "<a@b>", "a@b,c@d", "é@b", "a@b\u{0}"])
    func addresses(_ address: String) {
        #expect(!MailAddress.isValid(address))
        #expect(throws: MartletError.self) { try mail("s", "t", to: [address]).lines() }
    }
}

@Suite("Text for Nagios")
struct NagiosTextTests {
    @Test("One line without what Nagios reads as something else")
    func lines() {
        #expect(NagiosText.line("auc: “0.6”; a|b\nc\r\0d\\ne") == "auc: “0.6”, a/b c  d/ne")
        #expect(NagiosText.name("li;ve='x'\n") == "li_ve__x_ ")
    }

    @Test("A pipe that nobody reads, a file and a link are refused at once, and nothing is written")
    func pipes() throws {
        let folder = try TemporaryFolder(["file": ""])
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: folder.path("file"))
        for name in ["pipe", "file", "link", "none"] {
            #expect(throws: MartletError.self) {
                try NagiosPipe(path: folder.path(name), host: "martlet").submit(service: "live", .critical, "x", at: Timestamp(seconds: 0))
            }
        }
        #expect(try folder.read("file").isEmpty)
    }

    @Test("A result is one line of at most 4096 bytes, whatever its text is")
    func submitting() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        let reader = open(folder.path("pipe"), O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let text = "auc\n[0] SHUTDOWN_PROGRAM;" + String(repeating: "é", count: 5000)
        try NagiosPipe(path: folder.path("pipe"), host: "m;x").submit(service: "li;ve", .critical, text, at: Timestamp(seconds: 7))
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = read(reader, &bytes, bytes.count)
        let line = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        #expect(count <= 4096 && count > 4000 && line.hasSuffix("é\n") && line.count { $0.isNewline } == 1)
        #expect(line.hasPrefix("[7] PROCESS_SERVICE_CHECK_RESULT;m_x;li_ve;2;CRITICAL - auc [0] SHUTDOWN_PROGRAM,éé"))
    }
}
