import Outgoing
import Support
import TestSupport
import Testing

@Suite("Outgoing addresses")
struct AddressTests {
    @Test(
        "What is not of the public Internet is told apart, in every notation of it",
        arguments: [
            "127.0.0.1", "127.255.0.1", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fec0::1",
            "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
            "2001:0:1::1", "100::1",
        ])
    func notPublic(_ text: String) throws { #expect(try #require(IPAddress(text)).isPublic == false) }

    @Test(
        "What is of the public Internet is let through",
        arguments: [
            "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.167.0.1", "223.255.255.1", "2606:4700::1111", "::ffff:1.1.1.1",
            "64:ff9b::101:101", "2002:101:101::",
        ])
    func isPublic(_ text: String) throws { #expect(try #require(IPAddress(text)).isPublic) }

    @Test("An address is understood in one way only")
    func reading() throws {
        let address = try OutgoingAddress("HTTPS://Hooks.Example.org:8443/a/b?c=d")
        #expect(address.host == "hooks.example.org" && address.port == 8443 && address.path == "/a/b?c=d")
        #expect(address.text == "https://hooks.example.org:8443/a/b?c=d")
        #expect(try OutgoingAddress("http://[::1]:9093").text == "http://[::1]:9093/")
        #expect(try OutgoingAddress("http://am/prefix/").appending("/api/v2/alerts") == "http://am/prefix/api/v2/alerts")
        for text in [
            "", "example.org", "ftp://example.org", "http://", "http:///x", "http://user:SECRET@example.org", "http://example.org\\@127.0.0.1/",
            "http://a b/",
            "http://a/\r\nX: y", "http://a/#b", "http://a:0/", "http://a:99999/", "http://a:/", "http://[::1", "http://[127.0.0.1]/",
            "http://[fe80::1%25eth0]/",
            "http://exämple.org/", "http://a%2eb/", "http://127.0.0.1:80:80/", "http://a/é",
        ] {
            let error = errorText { try OutgoingAddress(text) }
            #expect(error != "(no error)" && !error.contains("SECRET"), "\(text)")
        }
    }

    @Test(
        "Numbers that mean this machine are recognised by what they resolve to",
        arguments: ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost"])
    func numbers(_ host: String) async throws {
        await #expect(throws: MartletError.self) { try await Resolver.system.addresses(of: host, allowsPrivate: false) }
        #expect(try await Resolver.system.addresses(of: host, allowsPrivate: true).first == IPAddress("127.0.0.1"))
    }

    private let body: JSONValue = ["a": 1]

    @Test("A name is asked for once, and what was found is connected to; a private address among public ones is refused")
    func pinned() async throws {
        let server = try OneRequestServer(status: "200 OK")
        let inner = Resolver { $0 == "hooks.example.test" ? [IPAddress("127.0.0.1")].compactMap { $0 } : [] }
        let address = "http://hooks.example.test:\(server.port)/x"
        await #expect(throws: MartletError.self) { try await OutgoingClient(allowsPrivate: false, resolver: inner).post(body, to: address) }
        #expect(server.request == nil)
        let mixed = Resolver { _ in [IPAddress("1.1.1.1"), IPAddress("127.0.0.1")].compactMap { $0 } }
        await #expect(throws: MartletError.self) { try await OutgoingClient(allowsPrivate: false, resolver: mixed).post(body, to: address) }
        let answer = try await OutgoingClient(allowsPrivate: true, resolver: inner).post(body, to: address, headers: [("x-test", "y")])
        #expect(answer.status == 200)
        let request = try #require(server.request?.lowercased())
        #expect(request.hasPrefix("post /x http/1.1\r\n") && request.contains("host: hooks.example.test:") && request.contains("x-test: y"))
    }

    @Test("A redirection is an answer like any other and leads nowhere")
    func redirection() async throws {
        let target = try OneRequestServer(status: "200 OK")
        let server = try OneRequestServer(status: "307 Temporary Redirect", headers: ["Location: http://127.0.0.1:\(target.port)/"])
        let answer = try await OutgoingClient(allowsPrivate: true).post(body, to: "http://127.0.0.1:\(server.port)/")
        #expect(answer.status == 307 && target.request == nil)
    }
}
