import DuckDB
import Exploration
import Support
import Tables

/// Finds out whether rows lie in time, so that the newest should be the test.
struct TimeInspection {
    let source: InspectedSource

    func add(to inspection: inout SourceInspection) throws(MartletError) {
        let times = source.features.filter { $0.kind == .timestamp && !ColumnNames($0.name).isBirth && inspection.column($0.name)?.use == true }
        if let time = times.first {
            propose(time, others: times.dropFirst().map(\.name), &inspection)
        } else {
            try proposeParts(&inspection)
        }
    }

    private func propose(_ time: ColumnReading, others: [String], _ inspection: inout SourceInspection) {
        let choice =
            others.isEmpty
            ? ""
            : """
             \(listing(others)) \(others.count == 1 ? "is a time" : "are times"), too: change “by” if another one says when a row happened.
            """
        let way = split(by: time.name, &inspection)
        inspection.leaveOut(time.name, why: "time of the row")
        inspection.say(
            .ask, time.name,
            "“\(time.name)” says when a row happened. \(way) The column itself is no feature; take parts of it with “date_parts”.\(choice)")
    }

    /// Proposes the split, unless groups must stay together; says which.
    private func split(by column: String, _ inspection: inout SourceInspection) -> String {
        if inspection.split.method == .grouped {
            return "The split keeps “\(inspection.split.by ?? "")” together instead; write “how: time, by: \(column)” if the model must foretell."
        }
        inspection.split.method = .time
        inspection.split.by = column
        return "The oldest rows are for training and the newest for the last judgement; write “how: random” if time does not matter."
    }

    // MARK: Year, month, day, hour in columns of their own

    private func proposeParts(_ inspection: inout SourceInspection) throws(MartletError) {
        let parts = timeParts()
        guard let year = parts.first, ColumnNames(year.name).timePart == .year else { return }
        let names = parts.map(\.name)
        let said = names.count == 1 ? "“\(year.name)” says when a row happened." : "\(listing(names, limit: 5)) say when a row happened."
        if let counter = try counter(along: names, inspection) {
            let way = split(by: counter, &inspection)
            inspection.say(.ask, counter, "\(said) “\(counter)” counts in the same order. \(way)")
        } else {
            inspection.say(
                .ask, year.name,
                """
                \(said) The rows are split by chance; if the model must foretell, make one column of the time and write “how: time” and “by” with \
                its name under “split”.
                """)
        }
    }

    /// The columns that hold parts of a date, the longest part first; one for each part.
    private func timeParts() -> [ColumnReading] {
        ColumnNames.TimePart.allCases.compactMap { part in
            source.features.first { reading in
                guard ColumnNames(reading.name).timePart == part, let numbers = source.figures(reading.name).numbers else { return false }
                return part.range.contains(numbers.minimum) && part.range.contains(numbers.maximum) && numbers.maximum > numbers.minimum
            }
        }
    }

    /// A column that grows from row to row in the order of these columns.
    private func counter(along names: [String], _ inspection: SourceInspection) throws(MartletError) -> String? {
        let order = names.map { DuckDB.quote(identifier: $0) }.joined(separator: ", ")
        for reading in source.features where reading.kind == .integer && inspection.column(reading.name)?.key == true {
            let step = "\(reading.sql) - lag(\(reading.sql)) OVER (ORDER BY \(order), \(reading.sql)) AS step"
            let answer = try Answer(source.engine, "SELECT count(*) FROM (SELECT \(step) FROM \(source.cleaned)) WHERE step <= 0")
            if answer.count(0, 0) == 0 { return reading.name }
        }
        return nil
    }
}
