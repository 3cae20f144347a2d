package import Support

/// Shapley values (Shapley, 1953) of the columns of one row by sampling orders in which they take part (Castro, Gómez and Tejada, 2009), each with
/// its reverse (Mitchell and others, 2022).
///
/// The game: some columns have the row's own values, the others those of a background row; what the model answers is the worth, averaged over the
/// background rows. Each background row gets as many orders as any other, so that the values of a sum of functions of one column each, such as a
/// linear model, are exact. Whatever the model, they add up to its answer less the mean of its answers to the background.
package struct ShapleySampling: Sendable {
    /// How many columns, or groups of columns that belong together, take part.
    package let players: Int
    /// How many background rows there are.
    package let background: Int
    /// How many orders, each with its reverse, are drawn for each background row; two at least, so that the error can be told.
    package let orders: Int
    package let seed: UInt64

    package init(players: Int, background: Int, orders: Int = 2, seed: UInt64) {
        self.players = players
        self.background = background
        self.orders = max(2, orders)
        self.seed = seed
    }

    /// Rows that are mixed of the explained one and of background rows.
    package struct Mixtures: Sendable {
        fileprivate struct Row: Sendable {
            var background: Int
            /// Which order.
            var order: Int
            /// How many of its columns have the explained row's values.
            var taken: Int
        }

        fileprivate var rows: [Row] = []
        /// For each order the place of every column in it, one order after the other.
        fileprivate var places: [Int] = []
        fileprivate let players: Int

        package var count: Int { rows.count }

        /// The background row behind a mixed row.
        package func background(_ row: Int) -> Int { rows[row].background }

        /// Whether a column has the explained row's value there.
        package func isOwn(_ player: Int, _ row: Int) -> Bool { places[rows[row].order * players + player] < rows[row].taken }
    }

    /// The values of each of the model's outputs.
    package struct Values: Sendable, Equatable {
        /// One value a column.
        package var values: [Double]
        /// How far chance in the orders may have moved them; what other background rows would change is not in it.
        package var errors: [Double]
        /// The mean of the answers to the background.
        package var base: Double
        /// The answer to the row.
        package var answer: Double
    }

    /// Mixed rows that are asked at once.
    private static let chunk = 8192

    /// Explains a row.
    /// - Parameters:
    ///   - width: the outputs of the model.
    ///   - answers: asks the model: `width` values for each mixed row, row by row.
    /// - Returns: what each output has of each column.
    package func values(width: Int, _ answers: (Mixtures) throws(MartletError) -> [Double]) throws(MartletError) -> [Values] {
        guard players > 0, background > 0, width > 0 else {
            throw MartletError(.defect, "There is nothing to be explained, or nothing to explain it by.")
        }
        let ends = try asked(ends, width, answers)
        let own = Array(ends.suffix(width))
        var sums = ShapleySums(players: players, width: width, orders: orders, background: background)
        var random = RandomSource(seed: seed)
        let each = max(1, ShapleySampling.chunk / max(1, 2 * orders * (players - 1)))
        for first in stride(from: 0, to: background, by: each) {
            let rows = first..<min(first + each, background)
            let drawn = rows.flatMap { _ in (0..<orders).map { _ in random.permutation(players) } }
            let found = try asked(walks(rows, drawn), width, answers)
            for (place, row) in rows.enumerated() {
                let start = Array(ends[row * width..<(row + 1) * width])
                for order in 0..<orders {
                    let walk = place * orders + order
                    sums.add(drawn[walk], walk, found, from: start, to: own)
                }
                sums.endBackground()
            }
        }
        return (0..<width).map { output in
            let base = stride(from: output, to: background * width, by: width).reduce(0) { $0 + ends[$1] } / Double(background)
            return Values(values: sums.values(output), errors: sums.errors(output), base: base, answer: own[output])
        }
    }

    private func asked(
        _ mixtures: Mixtures, _ width: Int, _ answers: (Mixtures) throws(MartletError) -> [Double]
    ) throws(MartletError) -> [Double] {
        guard mixtures.count > 0 else { return [] }
        let found = try answers(mixtures)
        guard found.count == mixtures.count * width else {
            throw MartletError(.defect, "The model answered \(found.count) values where \(mixtures.count * width) were asked for.")
        }
        return found
    }

    /// The background rows as they are, and last the explained row.
    private var ends: Mixtures {
        var mixtures = Mixtures(players: players)
        mixtures.places = Array(0..<players)
        mixtures.rows = (0..<background).map { .init(background: $0, order: 0, taken: 0) } + [.init(background: 0, order: 0, taken: players)]
        return mixtures
    }

    /// What lies between the ends of every order and of its reverse.
    private func walks(_ rows: Range<Int>, _ drawn: [[Int]]) -> Mixtures {
        var mixtures = Mixtures(players: players)
        mixtures.places.reserveCapacity(2 * drawn.count * players)
        mixtures.rows.reserveCapacity(2 * drawn.count * (players - 1))
        for (walk, order) in drawn.enumerated() {
            let row = rows.lowerBound + walk / orders
            for (side, order) in [order, order.reversed()].enumerated() {
                var places = Array(repeating: 0, count: players)
                for (place, player) in order.enumerated() { places[player] = place }
                mixtures.places += places
                for taken in 1..<max(1, players) { mixtures.rows.append(.init(background: row, order: 2 * walk + side, taken: taken)) }
            }
        }
        return mixtures
    }
}

/// Sums over the orders: of each column's worth, and of its squares about the mean of a background row.
private struct ShapleySums {
    private let players: Int
    private let width: Int
    private let orders: Int
    private let background: Int
    private var total: [Double]
    private var spread: [Double]
    /// Of the background row under way.
    private var current: [[Double]] = []

    init(players: Int, width: Int, orders: Int, background: Int) {
        (self.players, self.width, self.orders, self.background) = (players, width, orders, background)
        total = Array(repeating: 0, count: players * width)
        spread = total
    }

    /// Takes in an order and its reverse.
    /// - Parameters:
    ///   - walk: which of those that were asked together.
    ///   - found: the answers between the ends.
    mutating func add(_ order: [Int], _ walk: Int, _ found: [Double], from start: [Double], to end: [Double]) {
        var worth = Array(repeating: 0.0, count: players * width)
        for (side, order) in [order, order.reversed()].enumerated() {
            let first = (2 * walk + side) * (players - 1)
            for output in 0..<width {
                var before = start[output]
                for (place, player) in order.enumerated() {
                    let after = place == players - 1 ? end[output] : found[(first + place) * width + output]
                    worth[player * width + output] += (after - before) / 2
                    before = after
                }
            }
        }
        current.append(worth)
    }

    mutating func endBackground() {
        for place in total.indices {
            let mean = current.reduce(0) { $0 + $1[place] } / Double(orders)
            total[place] += mean
            spread[place] += current.reduce(0) { $0 + ($1[place] - mean) * ($1[place] - mean) } / Double(orders - 1)
        }
        current.removeAll(keepingCapacity: true)
    }

    func values(_ output: Int) -> [Double] { (0..<players).map { total[$0 * width + output] / Double(background) } }

    func errors(_ output: Int) -> [Double] {
        (0..<players).map { (spread[$0 * width + output] / Double(orders)).squareRoot() / Double(background) }
    }
}
