import DuckDB
import Exploration
import Support
import Tables

/// Finds rows that occur more than once, and columns that say the same as another.
struct RepeatInspection {
    let source: InspectedSource

    func add(to inspection: inout SourceInspection) throws(MartletError) {
        let columns = source.readings.filter { inspection.column($0.name)?.key != true }
        try noteRepeatedRows(columns, &inspection)
        try noteTestRows(columns.filter { $0.name != source.target.name }, &inspection)
        try noteTwins(&inspection)
    }

    // MARK: Rows

    private func digests(_ columns: [ColumnReading], of relation: String) -> String {
        "SELECT hash(\(columns.map(\.readValue).joined(separator: ", "))) AS h FROM \(relation)"
    }

    private func noteRepeatedRows(_ columns: [ColumnReading], _ inspection: inout SourceInspection) throws(MartletError) {
        guard columns.count > 1 else { return }
        let answer = try Answer(source.engine, "SELECT count(*) - count(DISTINCT h) FROM (\(digests(columns, of: source.train)))")
        let repeated = answer.count(0, 0)
        guard repeated > 0 else { return }
        inspection.say(
            .warning, nil,
            """
            \(repeated) of \(source.rowCount) rows (\(percent(repeated, of: source.rowCount))) repeat an earlier one. Rows that fall to training \
            and to the test make a model look better than it is; “deduplicate: all” under “table_rules” keeps the first of each.
            """)
    }

    private func noteTestRows(_ columns: [ColumnReading], _ inspection: inout SourceInspection) throws(MartletError) {
        guard let test = source.test, !columns.isEmpty else { return }
        let met = """
            SELECT count(*) FILTER (WHERE h IN (SELECT h FROM (\(digests(columns, of: source.train))))), count(*) FROM \
            (\(digests(columns, of: test)))
            """
        let answer = try Answer(source.engine, met)
        guard answer.count(0, 0) > 0 else { return }
        inspection.say(
            .warning, nil,
            """
            \(answer.count(0, 0)) of \(answer.count(0, 1)) rows of the test file (\(percent(answer.count(0, 0), of: answer.count(0, 1)))) occur in \
            the training file, too, whatever their target. The model has seen them, so that its test figures look better than they are.
            """)
    }

    // MARK: Columns

    private static let mostPairs = 200

    /// Pairs of columns of equally many different values, each of which goes with one value of the other.
    private func noteTwins(_ inspection: inout SourceInspection) throws(MartletError) {
        let pairs = candidates(inspection)
        guard !pairs.isEmpty else { return }
        let figures = pairs.map { "count(DISTINCT hash(\($0.first.sql), \($0.second.sql)))" }.joined(separator: ", ")
        let answer = try Answer(source.engine, "SELECT \(figures) FROM \(source.cleaned)")
        for (i, pair) in pairs.enumerated() where answer.count(0, i) == source.figures(pair.first.name).distinct {
            inspection.say(
                .warning, pair.second.name,
                """
                “\(pair.first.name)” and “\(pair.second.name)” say the same: every value of one goes with one value of the other. One of them is \
                enough.
                """)
        }
    }

    private func candidates(_ inspection: SourceInspection) -> [(first: ColumnReading, second: ColumnReading)] {
        let used = source.features.filter { inspection.column($0.name)?.use == true }
        let groups = Dictionary(grouping: used) { reading in
            let figures = source.figures(reading.name)
            return figures.distinctIsExact && figures.missing == 0 && (3...1000).contains(figures.distinct) ? figures.distinct : 0
        }
        var pairs: [(first: ColumnReading, second: ColumnReading)] = []
        for (distinct, readings) in groups.sorted(by: { $0.key < $1.key }) where distinct > 0 {
            for (i, second) in readings.enumerated() { pairs += readings[..<i].map { ($0, second) } }
            if pairs.count > Self.mostPairs { break }
        }
        return Array(pairs.prefix(Self.mostPairs))
    }
}
