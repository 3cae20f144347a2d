import Support

/// Deals rows out to training, validation and test: the same rows, plan and seed give the same answer on every machine.
package struct SplitAssignment: Sendable, Equatable {
    /// The part of every row; `dropped` for rows without a target, `leftOut` for rows that a rule leaves out.
    package private(set) var parts: [UInt8]

    package static let train: UInt8 = 0
    package static let validation: UInt8 = 1
    package static let test: UInt8 = 2
    package static let dropped: UInt8 = 3
    package static let leftOut: UInt8 = 4

    private let usable: [Bool]
    private let plan: SplitPlan

    /// Every row in training, or dropped.
    /// - Parameters:
    ///   - usable: whether a row takes part.
    ///   - leftOut: the rows that a rule leaves out; they take no part either.
    package init(plan: SplitPlan, usable: [Bool], leftOut: [Int] = []) {
        self.plan = plan
        var usable = usable
        var parts = usable.map { $0 ? SplitAssignment.train : SplitAssignment.dropped }
        for row in leftOut where parts.indices.contains(row) { (parts[row], usable[row]) = (SplitAssignment.leftOut, false) }
        self.parts = parts
        self.usable = usable
    }

    private var eligible: [Int] { usable.indices.filter { usable[$0] } }

    /// The rows that take part and fit, in four bytes each: there may be hundreds of millions.
    private func eligible(where fits: (Int) -> Bool) -> [UInt32] {
        var rows: [UInt32] = []
        rows.reserveCapacity(usable.indices.count { usable[$0] && fits($0) })
        for i in usable.indices where usable[i] && fits(i) { rows.append(UInt32(truncatingIfNeeded: i)) }
        return rows
    }

    /// Takes rows out, whatever part they were dealt to.
    package mutating func leaveOut(_ rows: [Int]) {
        for row in rows where parts.indices.contains(row) { parts[row] = SplitAssignment.leftOut }
    }

    /// How many rows a part has.
    package func count(_ part: UInt8) -> Int { parts.count { $0 == part } }

    /// Deals rows out by chance.
    package mutating func deal() {
        var random = RandomSource(seed: plan.seed)
        deal(eligible { _ in true }, &random)
    }

    /// Deals rows out by chance within every stratum.
    /// - Parameter strata: a code for every row.
    package mutating func deal(strata: [Int32]) {
        var random = RandomSource(seed: plan.seed)
        let codes = Set(zip(strata, usable).lazy.filter(\.1).map(\.0))
        guard codes.count > SplitAssignment.fewStrata else {
            for code in codes.sorted() { deal(eligible { strata[$0] == code }, &random) }
            return
        }
        let groups = Dictionary(grouping: eligible { _ in true }) { strata[Int($0)] }
        for code in groups.keys.sorted() { deal(groups[code] ?? [], &random) }
    }

    /// So many strata are looked for one after the other, without a list of all of them.
    private static let fewStrata = 16

    /// Deals whole groups out by chance, until each part has its share of rows. Rows without a group (a negative code) are groups of one.
    package mutating func deal(groups codes: [Int32]) {
        var random = RandomSource(seed: plan.seed)
        let known = Dictionary(grouping: eligible.filter { codes[$0] >= 0 }) { codes[$0] }
        let groups = known.keys.sorted().map { known[$0] ?? [] } + eligible.filter { codes[$0] < 0 }.map { [$0] }
        var (test, validation) = (share(plan.test, eligible.count), share(plan.validation, eligible.count))
        for i in random.permutation(groups.count) {
            let size = groups[i].count
            if test * 2 >= size, test > 0 {
                groups[i].forEach { parts[$0] = SplitAssignment.test }
                test -= size
            } else if validation * 2 >= size, validation > 0 {
                groups[i].forEach { parts[$0] = SplitAssignment.validation }
                validation -= size
            }
        }
    }

    /// Puts the newest rows into the test, those before them into validation. Rows of one moment stay together; rows without a moment are the oldest.
    /// - Parameter times: a number for every row, NaN where it is missing.
    package mutating func deal(times: [Double]) {
        let key = { (row: UInt32) -> Double in times[Int(row)].isNaN ? -Double.infinity : times[Int(row)] }
        var order = eligible { _ in true }
        order.sort { (key($0), $0) < (key($1), $1) }
        let testStart = boundary(order, order.count - share(plan.test, order.count), key)
        let validationStart = boundary(order, max(0, testStart - share(plan.validation, order.count)), key)
        for row in order[validationStart..<testStart] { parts[Int(row)] = SplitAssignment.validation }
        for row in order[testStart...] { parts[Int(row)] = SplitAssignment.test }
    }

    private mutating func deal(_ rows: consuming [UInt32], _ random: inout RandomSource) {
        // As `RandomSource.permutation` shuffles, in place.
        var order = rows
        for i in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(i, random.below(i + 1)) }
        let (test, validation) = (share(plan.test, order.count), share(plan.validation, order.count))
        for row in order.prefix(test) { parts[Int(row)] = SplitAssignment.test }
        for row in order.dropFirst(test).prefix(validation) { parts[Int(row)] = SplitAssignment.validation }
    }

    private func share(_ fraction: Double, _ count: Int) -> Int { Int((fraction * Double(count)).rounded()) }

    /// The first position at or after `position` where a new moment begins.
    private func boundary(_ order: [UInt32], _ position: Int, _ key: (UInt32) -> Double) -> Int {
        var position = position
        while position > 0, position < order.count, key(order[position]) == key(order[position - 1]) { position += 1 }
        return position
    }
}
