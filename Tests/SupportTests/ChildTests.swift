import TestSupport
import Testing

@Suite("A program as a child")
struct ChildTests {
    private func shell(_ script: String) throws -> Child { try Child("/bin/sh", ["-c", script]) }

    @Test("leaves its exit code and all that it printed, more than a pipe holds")
    func outcome() async throws {
        let end = try await Child.run("/bin/sh", ["-c", "head -c 300000 /dev/zero | tr '\\0' x; echo no >&2; exit 3"])
        #expect(end.status == 3)
        #expect(end.output == String(repeating: "x", count: 300_000))
        #expect(end.errors == "no\n")
    }

    @Test("is waited for until it has printed a text, in however many pieces, and is killed")
    func waiting() async throws {
        let child = try shell("printf rea; printf dy; echo noted >&2; exec sleep 1000")
        #expect(await child.printed("ready")?.hasPrefix("ready") == true)
        #expect(await child.noted("noted") == "noted\n")
        child.signal(9)
        #expect(await child.end().status == -9)
    }

    @Test("that ends without the text says so to all who wait for it, before and after")
    func ending() async throws {
        let child = try shell("echo other")
        async let first = child.printed("text")
        async let second = child.noted("text")
        #expect(await [first, second] == [nil, nil])
        #expect(await child.end().status == 0)
        #expect(await child.printed("text") == nil)
        #expect(await child.printed("other") == "other\n")
    }

    @Test("that cannot be started is an error")
    func absent() { #expect(throws: (any Error).self) { try Child("/nonexistent", []) } }
}
