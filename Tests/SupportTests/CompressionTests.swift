import Compression
import Support
import TestSupport
import Testing

@Suite("A packed body") struct CompressionTests {
    @Test("comes out as it went in, whatever its size", arguments: Compression.allCases) func roundTrip(_ packing: Compression) throws {
        var random = RandomSource(seed: 7)
        for count in [0, 1, 100, 65_535, 65_536, 65_537, 300_000] {
            let bytes = (0..<count).map { $0 % 7 == 0 ? UInt8(truncatingIfNeeded: random.next()) : UInt8(truncatingIfNeeded: $0 / 50) }
            let packed = try #require(packing.packed(bytes))
            #expect(try packing.unpacked(packed, upTo: count) == bytes)
        }
    }

    @Test("is what Python packs and unpacks") func python() async throws {
        let script = """
            import gzip, json, sys, zlib
            text = b"prediction " * 2000
            back = {"gzip": gzip.decompress, "deflate": zlib.decompress}
            print(json.dumps({"gzip": gzip.compress(text).hex(), "deflate": zlib.compress(text).hex(),
                "same": all(back[name](bytes.fromhex(packed)) == text for name, packed in zip(sys.argv[1::2], sys.argv[2::2]))}))
            """
        let text = Array(String(repeating: "prediction ", count: 2000).utf8)
        let hex = { (bytes: [UInt8]) in bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
        let gzip = try #require(Compression.gzip.packed(text))
        let deflate = try #require(Compression.deflate.packed(text))
        let told = try await PythonClient.run(text: script, "gzip", hex(gzip), "deflate", hex(deflate))
        #expect(told["same"] == true)
        for packing in Compression.allCases {
            let digits = Array(told[packing.rawValue].text ?? "")
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
            #expect(try packing.unpacked(bytes, upTo: text.count) == text)
        }
    }

    @Test("that would be too large is not unpacked beyond the limit", arguments: Compression.allCases) func bomb(_ packing: Compression) throws {
        let packed = try #require(packing.packed([UInt8](repeating: 0, count: 50_000_000)))
        #expect(packed.count < 300_000)
        #expect(failure { _ = try packing.unpacked(packed, upTo: 1_000_000) }?.code == .tooLarge)
    }

    @Test("that is cut, damaged, goes on or is none is refused", arguments: Compression.allCases) func damaged(_ packing: Compression) throws {
        let bytes = Array(String(repeating: "0123456789", count: 100).utf8)
        let packed = try #require(packing.packed(bytes))
        for count in 0..<packed.count {
            #expect(failure { _ = try packing.unpacked(Array(packed[..<count]), upTo: 10_000) }?.code == .invalidInput, "\(count)")
        }
        for place in packed.indices {
            var damaged = packed
            damaged[place] ^= 0xFF
            // Some bytes of gzip's head say nothing of the content.
            if let text = try? packing.unpacked(damaged, upTo: 10_000) { #expect(text == bytes, "\(place)") }
        }
        #expect(failure { _ = try packing.unpacked(packed + [1], upTo: 10_000) }?.code == .invalidInput)
        #expect(failure { _ = try packing.unpacked(Array("plain text".utf8), upTo: 10_000) }?.code == .invalidInput)
    }
}

/// What is thrown; nil where nothing is.
private func failure(_ body: () throws -> Void) -> MartletError? {
    do {
        try body()
        return nil
    } catch { return error as? MartletError }
}
