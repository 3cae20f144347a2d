import Statistics
import Support
import Testing

@Suite("Shapley values by sampled orders")
struct ShapleySamplingTests {
    private let background: [[Double]]
    private let row = [1.5, -2, 0.25, 3, -1]

    init() {
        var random = RandomSource(seed: 3)
        background = (0..<20).map { _ in (0..<5).map { _ in random.unit() * 4 - 2 } }
    }

    /// The values of a function of five columns.
    private func values(orders: Int = 2, seed: UInt64 = 1, _ outputs: [([Double]) -> Double]) throws -> [ShapleySampling.Values] {
        try ShapleySampling(players: 5, background: background.count, orders: orders, seed: seed).values(width: outputs.count) { mixtures in
            (0..<mixtures.count).flatMap { i in
                let mixed = (0..<5).map { mixtures.isOwn($0, i) ? row[$0] : background[mixtures.background(i)][$0] }
                return outputs.map { $0(mixed) }
            }
        }
    }

    /// The values by their definition: over all sets of the other columns.
    private func exact(_ function: ([Double]) -> Double) -> [Double] {
        let factorials = [1.0, 1, 2, 6, 24, 120]
        func worth(_ set: Int) -> Double {
            background.reduce(0) { sum, other in sum + function((0..<5).map { set >> $0 & 1 == 1 ? row[$0] : other[$0] }) } / Double(background.count)
        }
        return (0..<5).map { player in
            (0..<32).filter { $0 >> player & 1 == 0 }.reduce(0) { sum, set in
                let weight = factorials[set.nonzeroBitCount] * factorials[4 - set.nonzeroBitCount] / factorials[5]
                return sum + weight * (worth(set | 1 << player) - worth(set))
            }
        }
    }

    /// Every column works together with two others: of pairs an order and its reverse are exact already.
    private func crossed(_ x: [Double]) -> Double { x[0] * x[1] * x[2] + max(x[2], x[3]) * x[4] * x[1] - x[0] * x[3] * x[4] }

    @Test("A linear model's are the coefficient times the distance from the background's mean, without an error")
    func linear() throws {
        let coefficients = [2.0, -1, 0.5, 0, 3]
        let found = try values([{ x in 7 + zip(coefficients, x).reduce(0) { $0 + $1.0 * $1.1 } }])[0]
        for column in 0..<5 {
            let mean = background.reduce(0) { $0 + $1[column] } / Double(background.count)
            #expect(abs(found.values[column] - coefficients[column] * (row[column] - mean)) < 1e-12)
            #expect(found.errors[column] < 1e-12)
        }
    }

    @Test("Columns that work together are as exact as their errors say")
    func interactions() throws {
        let found = try values(orders: 4, [crossed])[0]
        let exact = exact(crossed)
        for column in 0..<5 {
            #expect(found.errors[column] > 0)
            #expect(abs(found.values[column] - exact[column]) <= 4 * found.errors[column])
        }
        let many = try values(orders: 400, [crossed])[0]
        for column in 0..<5 {
            #expect(many.errors[column] < found.errors[column] / 5)
            #expect(abs(many.values[column] - exact[column]) <= 4 * many.errors[column])
        }
    }

    @Test("The errors tell how far other seeds would come out")
    func errors() throws {
        let runs = try (0..<60).map { try values(orders: 4, seed: $0, [crossed])[0] }
        for column in 0..<5 {
            let found = runs.map { $0.values[column] }
            let mean = found.reduce(0, +) / 60
            let spread = (found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
            let told = runs.reduce(0) { $0 + $1.errors[column] } / 60
            #expect(told > spread / 1.5 && told < spread * 1.5)
        }
    }

    @Test("They add up to the answer less the background's mean answer, for every output")
    func sums() throws {
        let found = try values([crossed, { $0[1] * $0[1] }])
        #expect(found.count == 2)
        for (output, function) in zip(found, [crossed, { $0[1] * $0[1] }]) {
            #expect(output.answer == function(row))
            #expect(abs(output.base - background.reduce(0) { $0 + function($1) } / 20) < 1e-12)
            #expect(abs(output.base + output.values.reduce(0, +) - output.answer) < 1e-12)
        }
    }

    @Test("The same seed gives the same values, another one others")
    func seeds() throws {
        #expect(try values(seed: 5, [crossed]) == values(seed: 5, [crossed]))
        #expect(try values(seed: 5, [crossed]) != values(seed: 6, [crossed]))
    }

    @Test("A single column has all of the difference")
    func single() throws {
        let found = try ShapleySampling(players: 1, background: 2, seed: 1).values(width: 1) { mixtures in
            (0..<mixtures.count).map { mixtures.isOwn(0, $0) ? 10 : Double(mixtures.background($0)) }
        }[0]
        #expect(found.values == [9.5] && found.errors == [0] && found.base == 0.5 && found.answer == 10)
    }
}
