import Foundation
import Statistics
import Support
import Testing

@Suite("Associations of two columns")
struct AssociationTests {
    /// Numbers with ties, gaps, large offsets, little spread.
    private static let pairs: [(a: [Double], b: [Double])] = {
        var random = RandomSource(seed: 5)
        let a = (0..<500).map { _ in random.normal() }
        let noise = a.map { $0 * 0.7 + random.normal() }
        let ties = a.map { ($0 * 2).rounded() }
        let gaps = a.enumerated().map { $0 % 3 == 0 ? .nan : $1 * $1 * $1 }
        let offset = a.map { 1e9 + $0 }
        return [
            (a, noise), (a, ties), (ties, gaps), (gaps, noise), (offset, noise), (a, a.map { -$0 }), ([1, 2], [4, 3]), ([1, 1, 1], [1, 2, 3]),
            ([1], [2]), ([1, .nan], [.nan, 2]), ([], []),
        ]
    }()

    private static let categories: [(a: [Int32], b: [Int32])] = {
        var random = RandomSource(seed: 6)
        let a = (0..<400).map { _ in Int32(random.below(4)) }
        let b = a.map { random.below(3) == 0 ? Int32(random.below(5)) : $0 }
        let gaps = b.enumerated().map { $0 % 7 == 0 ? -1 : $1 }
        return [(a, b), (a, a), (a, gaps), (a, a.map { $0 % 2 }), (a, a.map { _ in 0 }), ([0, 1], [1, 0]), ([0, -1, 0], [0, 1, 1])]
    }()

    @Test(
        "Correlations are pandas', Cramér's V is scipy's, and nothing comes of what does not vary",
        .enabled(if: PythonReference.isThere, PythonReference.absence))
    func agrees() throws {
        func list(_ values: [Double]) -> JSONValue { .array(values.map { JSONValue($0) }) }
        let reference = try PythonReference.run(
            "association.py",
            [
                "pairs": .array(Self.pairs.map { .array([list($0.a), list($0.b)]) }),
                "categories": .array(Self.categories.map { .array([JSONValue(whole: $0.a), JSONValue(whole: $0.b)]) }),
            ])
        for (i, pair) in Self.pairs.enumerated() {
            let theirs = reference["pairs"].elements[i].elements
            let ours = [pearson(pair.a, pair.b), spearman(RankedColumn(pair.a), RankedColumn(pair.b))]
            for (own, other) in zip(ours, theirs) {
                #expect((own == nil) == (other.double == nil), "pair \(i): \(String(describing: own)), not \(other.compact)")
                #expect(agree(own ?? 0, other.double ?? 0), "pair \(i): \(String(describing: own)), not \(other.compact)")
            }
        }
        for (i, pair) in Self.categories.enumerated() {
            let (own, other) = (cramersV(pair.a, pair.b), reference["categories"].elements[i].double)
            #expect((own == nil) == (other == nil) && agree(own ?? 0, other ?? 0), "categories \(i): \(String(describing: own))")
        }
    }

    @Test("Infinite numbers take no part, and columns of different length are compared as far as both go")
    func oddities() {
        #expect(agree(pearson([1, 2, .infinity, 3], [2, 4, 1, 6]) ?? 0, 1))
        #expect(agree(pearson([1, 2, 3], [1, 2]) ?? 0, 1))
        #expect(agree(spearman(RankedColumn([1, 2, .infinity]), RankedColumn([5, 7, 1])) ?? 0, 1))
        #expect(agree(cramersV([0, 1, 0], [0, 1]) ?? 0, 1))
        #expect(cramersV([], []) == nil)
    }

    @Test("The greatest difference of two shares is that of one value")
    func largestDifference() {
        let a = DriftSample(codes: [0, 0, 1, 2], labels: ["x", "y", "z"])
        let b = DriftSample(codes: [0, 1, 1, 1], labels: ["x", "y", "z"])
        #expect(largestShareDifference(a, b) == 0.5)
        #expect(largestShareDifference(a, DriftSample(codes: [-1], labels: ["x"])) == 0)
    }
}
