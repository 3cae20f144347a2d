import Digests
import Support
import TestSupport
import Testing
import Versions

/// Streams of many contents.
@Suite struct ContentFrameTests {
    private func name(_ text: String) -> ContentName { ContentName(MD5Digest(of: Array(text.utf8))) }

    private var stream: [UInt8] {
        ContentFrames.head(name("hello"), size: 5) + Array("hello".utf8) + ContentFrames.head(name(""), size: 0)
            + ContentFrames.head(name("no"), size: nil) + ContentFrames.end
    }

    /// What a stream says when it comes in parts of a size.
    private func read(_ stream: [UInt8], _ size: Int) throws -> (events: [String], isOver: Bool) {
        var reader = ContentFrameReader()
        var events: [String] = []
        for part in stream.runs(of: size) {
            try Array(part).withUnsafeBytes { bytes in
                try reader.read(bytes) { event in
                    switch event {
                    case .begin(let name, let size): events.append("begin \(name) \(size) ")
                    case .bytes(let bytes): events[events.count - 1] += String(decoding: bytes, as: UTF8.self)
                    case .end(let name): events.append("end \(name)")
                    case .missing(let name): events.append("missing \(name)")
                    }
                }
            }
        }
        return (events, reader.isOver)
    }

    @Test("A stream says the same in whatever parts it comes", arguments: [1, 2, 3, 7, 40, 1000])
    func readsParts(_ size: Int) throws {
        let (events, isOver) = try read(stream, size)
        #expect(isOver)
        #expect(
            events == [
                "begin \(name("hello")) 5 hello", "end \(name("hello"))", "begin \(name("")) 0 ", "end \(name(""))", "missing \(name("no"))",
            ])
    }

    @Test("A stream that is cut off is not over", arguments: [0, 1, 36, 39, 60, 90])
    func noticesEnds(_ count: Int) throws { #expect(try !read(Array(stream.prefix(count)), 1000).isOver) }

    @Test(
        "What is no stream is refused",
        arguments: [
            "hello 5\nhello", "5d41402abc4b2a76b9719d911017c592 -5\n", "5d41402abc4b2a76b9719d911017c592 5 5\n", ".\n.\n",
            "5d41402abc4b2a76b9719d911017c592\n", String(repeating: "x", count: 100),
        ])
    func refusesOthers(_ text: String) { #expect(throws: MartletError.self) { try read(Array(text.utf8), 1000) } }

    @Test("Names are read one a line")
    func readsNames() throws {
        let names = [name("a"), ContentName(name("b").digest, isFolder: true)]
        #expect(try ContentFrames.names(ContentFrames.list(names)) == names)
        #expect(try ContentFrames.names([]) == [])
        #expect(throws: MartletError.self) { try ContentFrames.names(Array("../../x\n".utf8)) }
    }
}
