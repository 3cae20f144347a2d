import DuckDB
import Exploration
import Statistics
import Support
import Tables

/// Finds columns that alone predict the target: most often they were written down after it.
///
/// The values of a column are put into at most 64 bins of equally many rows (texts: one bin each); one half of the rows says what to expect in a bin, the
/// other half how well that predicts.
struct LeakageInspection {
    let source: InspectedSource
    let problem: ProblemType
    let positive: String?

    private static let bins = 64
    /// An area under the curve, or a share of what can be explained, above which a column is reported.
    private static let suspicious = 0.98

    func add(to inspection: inout SourceInspection) throws(MartletError) {
        let used = source.features.filter { inspection.column($0.name)?.use == true }
        var found: [(name: String, score: Double)] = []
        for columns in [used.filter { $0.kind != .text }, used.filter { $0.kind == .text }] {
            for group in columns.runs(of: Profile.groupSize) {
                let scores = try self.scores(Array(group), columnCount: used.count)
                for (column, score) in zip(group, scores) where score > Self.suspicious { found.append((column.name, score)) }
            }
        }
        let keepsNone = found.count == used.count
        for (name, score) in found { note(name, score, isKept: keepsNone, &inspection) }
    }

    private func note(_ name: String, _ score: Double, isKept: Bool, _ inspection: inout SourceInspection) {
        let figure = JSONValue.text(of: (score * 1000).rounded(.down) / 1000)
        let measure =
            switch problem {
            case .binary: "AUC \(figure)"
            case .multiclass: "\(figure) of what guessing leaves open"
            case .regression: "R² \(figure)"
            }
        if !isKept { inspection.leaveOut(name, why: "predicts the target alone") }
        inspection.say(
            .ask, name,
            """
            “\(name)” alone predicts “\(source.target.name)” (\(measure)). Most often such a column is known only \
            afterwards\(isKept ? ", but there is no other to learn from: it is used" : "; it is not used"). Write “use: \
            \(isKept ? "false" : "true")” if \(isKept ? "it is" : "it is known when the model is asked").
            """)
    }

    // MARK: Bins

    private func scores(_ columns: [ColumnReading], columnCount: Int) throws(MartletError) -> [Double] {
        var bins = Array(repeating: PredictorBins(), count: columns.count)
        let grouping = problem == .regression ? "count(*), sum(y), sum(y * y), 0" : "count(*), 0, 0, y"
        let keys = "i, bin, fold" + (problem == .regression ? "" : ", y")
        let sql = "WITH \(picked(columns, columnCount)), binned AS (\(binned(columns))) SELECT i, bin, fold, \(grouping) FROM binned GROUP BY \(keys)"
        let answer = try Answer(source.engine, sql)
        for row in 0..<answer.rowCount where bins.indices.contains(answer.count(row, 0)) {
            let value = source.target.kind == .text ? answer.text(row, 6) : JSONValue.text(of: answer.number(row, 6) ?? 0)
            let cell = PredictorBins.Cell(
                count: answer.number(row, 3) ?? 0, sum: answer.number(row, 4) ?? 0, squares: answer.number(row, 5) ?? 0, value: value)
            bins[answer.count(row, 0)].add(cell, bin: answer.count(row, 1), isTest: answer.count(row, 2) == 1)
        }
        let linear = try correlations(columns, columnCount)
        return bins.enumerated().map { i, bins in
            switch problem {
            case .binary: bins.areaUnderCurve(positive: positive ?? "")
            case .multiclass: bins.skill
            case .regression: max(bins.explained, linear[i] * linear[i])
            }
        }
    }

    /// Pearson's correlation of numeric columns with a number as target; 0 for others. Bins alone miss the ends of a long tail.
    private func correlations(_ columns: [ColumnReading], _ columnCount: Int) throws(MartletError) -> [Double] {
        guard problem == .regression, !columns.isEmpty, columns.allSatisfy({ $0.kind != .text }) else { return columns.map { _ in 0 } }
        let figures = columns.indices.map { "corr(c\($0), y)" }.joined(separator: ", ")
        let answer = try Answer(source.engine, "WITH \(picked(columns, columnCount)) SELECT \(figures) FROM picked")
        return columns.indices.map { answer.number(0, $0) ?? 0 }
    }

    /// Some rows that have a target: the target `y`, the half `fold`, and the columns as `c0`, `c1`, ... Wide tables give fewer rows.
    private func picked(_ columns: [ColumnReading], _ columnCount: Int) -> String {
        let rows = min(20_000, max(2000, 2_000_000 / max(1, columnCount)))
        let step = max(1, source.profile.rowCount / rows)
        let target = source.target.sql
        let centre = problem == .regression ? source.figures(source.target.name).numbers?.mean ?? 0 : 0
        let y = source.target.kind == .text ? "CAST(\(target) AS VARCHAR)" : "\(number(source.target)) - \(SQL.number(centre))"
        let values = columns.enumerated().map { "\($1.kind == .text ? "CAST(hash(\($1.sql)) % 1000003 AS DOUBLE)" : number($1)) AS c\($0)" }
        return """
            picked AS (SELECT \(y) AS y, hash(rowid) // 1024 % 2 AS fold, \(values.joined(separator: ", ")) FROM \(source.cleaned)
            WHERE \(target) IS NOT NULL AND hash(rowid) // 4096 % \(step) = 0)
            """
    }

    private func number(_ reading: ColumnReading) -> String {
        MeasuredColumn(name: reading.name, kind: reading.kind).number
    }

    /// The rows in long form, with the number of the bin; -1 where the value is missing. Equal values share a bin.
    private func binned(_ columns: [ColumnReading]) -> String {
        let positions = columns.indices.map(String.init).joined(separator: ", ")
        let values = columns.indices.map { "c\($0)" }.joined(separator: ", ")
        let long = "SELECT y, fold, unnest([\(positions)]) AS i, unnest([\(values)]) AS v FROM picked"
        if columns.first?.kind == .text { return "SELECT i, fold, y, coalesce(v, -1) AS bin FROM (\(long))" }
        let rank = "(rank() OVER (PARTITION BY i ORDER BY v) - 1) * \(Self.bins) // count(*) OVER (PARTITION BY i)"
        return "SELECT i, fold, y, CASE WHEN v IS NULL THEN -1 ELSE \(rank) END AS bin FROM (\(long))"
    }
}
