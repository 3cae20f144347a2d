import Foundation
import Support
import Synchronization
import Testing

@Suite("Identifiers and random numbers")
struct IdentifierTests {
    let start = Timestamp(microseconds: 1_795_469_760_123_000)

    @Test("An identifier is 32 hexadecimal digits that hold the moment it was made")
    func layout() {
        let id = IdentifierSource(clock: ManualClock(start), seed: 1).next()
        #expect(id.description.utf8.count == 32)
        #expect(id.time == start)
        #expect(id.high & 0xF000 == 0x7000 && id.low >> 62 == 0b10, "version 7 and the variant of RFC 9562")
    }

    @Test("An identifier is read with or without hyphens, in either case")
    func reads() throws {
        let id = TimeOrderedID(high: 0x0191_ABCD_EF01_7234, low: 0x8000_0000_0000_0001)
        #expect(id.description == "0191abcdef0172348000000000000001")
        #expect(TimeOrderedID(id.description) == id)
        #expect(TimeOrderedID("0191abcd-ef01-7234-8000-000000000001") == id)
        #expect(TimeOrderedID("0191ABCDEF0172348000000000000001") == id)
    }

    @Test(
        "What is not 32 hexadecimal digits is no identifier",
        arguments: [
            "", "-", "0191abcdef017234800000000000000", "0191abcdef01723480000000000000011", "0191abcdef017234800000000000000g",
            "+191abcdef0172348000000000000001",
            "0191abcdef017234+000000000000001", "-0191abcdef01723-80000000000000é", "0191abcdef0172348000000000000 01",
            "０191abcdef017234800000000000001",
        ])
    func refuses(_ text: String) {
        #expect(TimeOrderedID(text) == nil)
    }

    @Test("Identifiers ascend, within a millisecond and when the clock is set back")
    func ascending() {
        let clock = SwingingClock(around: start)
        let source = IdentifierSource(clock: clock, seed: 1)
        let ids = (0..<10_000).map { _ in source.next() }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0.description < $1.description }, "their texts sort alike")
    }

    @Test("The same seed gives the same identifiers, another seed others")
    func seeds() {
        func ids(_ seed: UInt64) -> [TimeOrderedID] {
            let source = IdentifierSource(clock: ManualClock(start), seed: seed)
            return (0..<100).map { _ in source.next() }
        }
        #expect(ids(1) == ids(1))
        #expect(Set(ids(1)).isDisjoint(with: ids(2)))
    }

    @Test("Threads that share a source never get the same identifier")
    func threads() {
        let source = IdentifierSource(clock: ManualClock(start), seed: 1)
        let all = Mutex<Set<TimeOrderedID>>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let mine = (0..<500).map { _ in source.next() }
            all.withLock { $0.formUnion(mine) }
        }
        #expect(all.withLock { $0.count } == 4000)
    }

    @Test("Times before 1970 and beyond 48 bits of milliseconds do not trap")
    func extremes() {
        var random = RandomSource(seed: 1)
        #expect(TimeOrderedID(at: Timestamp(microseconds: .min), random: &random).time.microseconds == 0)
        #expect(TimeOrderedID(at: Timestamp(microseconds: .max), random: &random).description.utf8.count == 32)
        #expect(TimeOrderedID(high: .max, low: .max).time > start)
    }

    @Test("A typed identifier is its text in JSON")
    func coding() throws {
        let data = try JSONEncoder().encode([RunID("4f1c")])
        #expect(String(decoding: data, as: UTF8.self) == #"["4f1c"]"#)
        #expect(try JSONDecoder().decode([RunID].self, from: data) == [RunID("4f1c")])
    }

    @Test(
        "Random numbers are those of xoshiro256** seeded by SplitMix64",
        arguments: [
            (0, [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A, 0x1A5F_849D_4933_E6E0]),
            (7, [0xB358_FAF7_4EF9_765A, 0x475C_3D96_4F48_2CD2, 0xD6F1_D349_952C_7996]),
        ] as [(UInt64, [UInt64])])
    func generator(_ seed: UInt64, _ numbers: [UInt64]) {
        var random = RandomSource(seed: seed)
        #expect((0..<3).map { _ in random.next() } == numbers)
    }

    @Test("Numbers below a bound reach all of it and nothing else; a permutation holds each number once")
    func bounded() {
        var random = RandomSource(seed: 5)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<7000 { counts[random.below(7)] += 1 }
        #expect(counts.allSatisfy { (850...1150).contains($0) })
        #expect((0..<1000).allSatisfy { _ in (0..<1).contains(random.unit()) })
        #expect(random.permutation(100).sorted() == Array(0..<100))
        #expect(random.permutation(100) != Array(0..<100))
        #expect(random.permutation(0) == [])
    }
}

/// A clock that jumps a minute back at every second look.
private final class SwingingClock: WallClock {
    private let start: Timestamp
    private let looks = Mutex(0)

    init(around start: Timestamp) { self.start = start }

    func now() -> Timestamp {
        looks.withLock { looks in
            looks += 1
            return looks % 2 == 0 ? start.advanced(bySeconds: -60) : start
        }
    }
}
