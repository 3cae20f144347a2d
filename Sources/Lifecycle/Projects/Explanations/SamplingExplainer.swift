internal import Data
internal import Serving
internal import Statistics
internal import Support
internal import Tables

/// Explains any model of columns, by mixing a row with rows that the model learnt from.
struct SamplingExplainer: RowExplainer {
    /// Answers rows that have passed the row rules.
    typealias Scoring = @Sendable (Table) throws(MartletError) -> Answers

    let rules: RowRules
    /// What the scores mean.
    let answer: Signature.Answer
    let score: Scoring
    /// Rows that have passed the row rules.
    let background: Table
    let groups: ColumnGroups

    let rowLimit = 20
    /// The same row of the same version is always explained alike.
    private static let seed: UInt64 = 20_170_522
    private static let orders = 2

    /// How many rows to hold each against: a hundred, and fewer of many columns, so that some twenty thousand rows are asked for each explained one.
    static func backgroundRows(_ columns: Int) -> Int { max(10, min(100, 20_000 / (2 * orders * max(1, columns - 1)))) }

    func explain(_ table: Table) throws(MartletError) -> [Explanation] {
        let rows = try rules.apply(to: table).selecting(background.names)
        return try (0..<rows.rowCount).map { row throws(MartletError) in try explain(rows.rows([row])) }
    }

    private func explain(_ row: Table) throws(MartletError) -> Explanation {
        let pool = try Table.joining([background, row])
        let sampling = ShapleySampling(
            players: groups.names.count, background: background.rowCount, orders: SamplingExplainer.orders, seed: SamplingExplainer.seed)
        let width = answer.width
        let found = try sampling.values(width: width) { mixtures throws(MartletError) in try score(try mixed(pool, mixtures)).scores }
        let outputs = found.enumerated().map { output, values in
            Explanation.Output(
                name: answer.className(of: output, width: width), base: values.base, score: values.answer,
                contributions: groups.names.enumerated().map { place, name in
                    Explanation.Contribution(column: name, value: values.values[place], error: values.errors[place])
                })
        }
        return Explanation(
            method: .sampling, scale: answer.classes.isEmpty ? .value : .probability, backgroundRows: background.rowCount, outputs: outputs)
    }

    /// - Parameter pool: the background, and last the row itself.
    private func mixed(_ pool: Table, _ mixtures: ShapleySampling.Mixtures) throws(MartletError) -> Table {
        let own = pool.rowCount - 1
        var columns: [Column] = []
        for (column, place) in zip(pool.columns, groups.places) {
            columns.append(column.rows((0..<mixtures.count).map { mixtures.isOwn(place, $0) ? own : mixtures.background($0) }))
        }
        return try Table(columns)
    }
}
