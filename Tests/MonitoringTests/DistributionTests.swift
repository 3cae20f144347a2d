import Monitoring
import Tables
import Testing

@Suite("Distributions against training")
struct DistributionTests {
    @Test("Numbers fall into the reference's bins: an edge belongs to the bin above, the greatest value to the last")
    func numbers() throws {
        let distribution = try #require(Distribution(edges: [0, 1, 2, 4], counts: [1, 1, 2], values: [0, 0.5, 1, 2, 3, 4, .nan, .infinity]))
        #expect(distribution.edges == [0, 1, 2, 4] && distribution.categories.isEmpty)
        #expect(distribution.reference == [0.25, 0.25, 0.5])
        #expect(distribution.current.map { ($0 * 6).rounded() } == [2, 1, 3])
    }

    @Test("What lies beyond the training data is seen in a bin of its own")
    func beyond() throws {
        let distribution = try #require(Distribution(edges: [0, 1, 2], counts: [3, 1], values: [-5, 0.5, 9, 7]))
        #expect(distribution.edges == [-5, 0, 1, 2, 9])
        #expect(distribution.reference == [0, 0.75, 0.25, 0])
        #expect(distribution.current == [0.25, 0.25, 0, 0.5])
    }

    @Test("Without rows on one of the sides there is no distribution")
    func nothing() {
        #expect(Distribution(edges: [0, 1], counts: [3], values: [.nan]) == nil)
        #expect(Distribution(edges: [0, 1], counts: [0], values: [0.5]) == nil)
        #expect(Distribution(edges: [], counts: [], values: [0.5]) == nil)
        #expect(Distribution(edges: [1, 1], counts: [4], values: [1]) == nil)
        #expect(Distribution(counts: [], total: 0, missing: 0, column: Column("town", strings: ["Bern"])) == nil)
        #expect(Distribution(counts: [("Bern", 1)], total: 1, missing: 0, column: Column("town", strings: [])) == nil)
    }

    @Test("Categories stand by their share in training; rare and new ones stand together, and so do missing values")
    func categories() throws {
        let now = Column("town", strings: ["Chur", "Chur", "Genf", nil, "Bern", "Rom", nil, nil])
        let distribution = try #require(Distribution(counts: [("Chur", 2), ("Bern", 5)], total: 8, missing: 2, column: now))
        #expect(distribution.categories == ["Bern", "Chur", "(other)", "(missing)"])
        #expect(distribution.reference == [0.5, 0.2, 0.1, 0.2])
        #expect(distribution.current == [0.125, 0.25, 0.25, 0.375])
        let full = try #require(Distribution(counts: [("Bern", 5)], total: 5, missing: 0, column: Column("town", strings: ["Bern"])))
        #expect(full.categories == ["Bern"] && full.current == [1])
        let counts = (0..<20).map { (value: "t\($0)", count: 20 - $0) }
        let many = try #require(Distribution(counts: counts, total: 210, missing: 0, column: now))
        #expect(many.categories.count == 14 && many.categories[11] == "t11" && many.categories[12] == "(other)")
    }

    @Test("Yes and no are categories as a profile writes them")
    func booleans() throws {
        let column = Column("member", kind: .boolean, numbers: [1, 1, 0, .nan])
        let distribution = try #require(Distribution(counts: [("true", 1), ("false", 3)], total: 4, missing: 0, column: column))
        #expect(distribution.categories == ["false", "true", "(missing)"])
        #expect(distribution.current == [0.25, 0.5, 0.25])
    }

    @Test("Scores stand in bins of equal width over their range")
    func scores() throws {
        let distribution = try #require(Distribution([0.1, 0.9], [0, 0.5, 1, 1], in: 0...1, bins: 4))
        #expect(distribution.edges == [0, 0.25, 0.5, 0.75, 1])
        #expect(distribution.reference == [0.5, 0, 0, 0.5])
        #expect(distribution.current == [0.25, 0, 0.25, 0.5])
    }
}
