import DuckDB
import Exploration
import Statistics
import Support
import Tables

/// Finds out what is to be predicted: the problem, its classes, and what is wrong with either.
struct TargetInspection {
    let source: InspectedSource

    private var target: ColumnReading { source.target }

    /// Up to so many different whole numbers are taken as classes.
    private static let mostNumberClasses = 20
    /// More different texts are no classes.
    private static let mostTextClasses = 1000
    /// Classes of fewer rows are named.
    private static let rareRows = 10

    /// Sets problem, classes, positive class and missing targets.
    /// - Throws: `invalidInput` where nothing can be learnt: a date, no value, one class, too many classes.
    func add(to inspection: inout SourceInspection) throws(MartletError) {
        guard target.kind != .timestamp else {
            throw failure(
                """
                holds times, which no model here predicts. Name a column of numbers or classes, such as the days until then, with “--target”.
                """)
        }
        let counts = try self.counts()
        inspection.missingTargets = source.rowCount - counts.rows
        guard counts.rows > 0 else { throw failure("is missing in every row. Name another target, or a file that holds the truth.") }
        guard counts.distinct > 1 else {
            throw failure(
                """
                is “\(counts.values.first?.value ?? "")” in every row, so that there is nothing to learn. Name another target, or add rows of \
                another class.
                """)
        }
        if inspection.missingTargets > 0 {
            inspection.say(
                .assumed, target.name,
                """
                \(inspection.missingTargets) of \(source.rowCount) rows have no “\(target.name)”. They are left out.
                """)
        }
        try decide(counts, &inspection)
        if inspection.problem != .regression {
            noteCapitals(&inspection)
            noteRareClasses(&inspection)
        }
    }

    private func failure(_ what: String) -> MartletError { MartletError(.invalidInput, "The target “\(target.name)” \(what)") }

    // MARK: Values

    private struct Counts {
        var rows: Int
        var distinct: Int
        var areWhole: Bool
        /// Most frequent first; at most a few more than can be classes.
        var values: [ValueCount]
    }

    private func counts() throws(MartletError) -> Counts {
        let isWhole = target.kind.isNumeric ? "coalesce(bool_and(v = floor(v)), false)" : "false"
        let select = "SELECT v, sum(n) AS n FROM (\(target.counting(in: source.train))) WHERE v IS NOT NULL GROUP BY v"
        return try ScratchTable.with(select, in: source.engine) { (table) throws(MartletError) in
            let totals = try Answer(source.engine, "SELECT sum(n), count(*), CAST(\(isWhole) AS INTEGER) FROM \(table)")
            let list = try Answer(source.engine, "SELECT v, n FROM \(table) ORDER BY n DESC, v LIMIT \(Self.mostTextClasses)")
            let values = (0..<list.rowCount).map { row in
                ValueCount(target.kind == .text ? list.text(row, 0) : JSONValue.text(of: list.number(row, 0) ?? 0), list.count(row, 1))
            }
            return Counts(rows: totals.count(0, 0), distinct: totals.count(0, 1), areWhole: totals.count(0, 2) == 1, values: values)
        }
    }

    // MARK: Problem

    private func decide(_ counts: Counts, _ inspection: inout SourceInspection) throws(MartletError) {
        if counts.distinct == 2 {
            inspection.problem = .binary
            inspection.classes = counts.values
            return choosePositive(counts, &inspection)
        }
        if target.kind == .text {
            guard counts.distinct <= Self.mostTextClasses else {
                throw failure(
                    """
                    is text with \(counts.distinct) different values, too many to be classes. Name a column of numbers, or of at most \
                    \(Self.mostTextClasses) classes.
                    """)
            }
            inspection.problem = .multiclass
            inspection.classes = counts.values
            inspection.say(.assumed, target.name, "“\(target.name)” has \(counts.distinct) classes.")
        } else if counts.areWhole, counts.distinct <= Self.mostNumberClasses {
            inspection.problem = .multiclass
            inspection.classes = counts.values
            askAboutNumbers(counts, &inspection)
        } else {
            inspection.problem = .regression
            inspection.say(.assumed, target.name, "“\(target.name)” is a number with \(counts.distinct) different values: regression.")
        }
    }

    private func askAboutNumbers(_ counts: Counts, _ inspection: inout SourceInspection) {
        let numbers = counts.values.compactMap { Double($0.value) }
        let range = "\(JSONValue.text(of: numbers.min() ?? 0)) to \(JSONValue.text(of: numbers.max() ?? 0))"
        inspection.say(
            .ask, target.name,
            """
            “\(target.name)” holds \(counts.distinct) different whole numbers (\(range)). They are taken as classes. If they are amounts, or \
            grades whose distance matters, write “type: regression”.
            """)
    }

    private static let affirmative: Set<String> = [
        "1", "yes", "y", "true", "t", "positive", "pos", "ja", "wahr", "oui", "vrai", "si", "sí", "verdadero", "churn", "churned", "fraud", "spam",
        "default",
        "bad", "malignant", "sick", "died", "dead", "failed", "failure",
    ]

    private func choosePositive(_ counts: Counts, _ inspection: inout SourceInspection) {
        let affirmed = counts.values.filter { Self.affirmative.contains($0.value.lowercased()) || $0.value.hasPrefix(">") }
        guard let positive = affirmed.count == 1 ? affirmed.first : counts.values.last else { return }
        inspection.positive = positive.value
        let reason = affirmed.count == 1 ? "by its name" : "as the rarer class"
        inspection.say(
            .assumed, target.name,
            "The model gives the probability of “\(positive.value)” (\(percent(positive.count, of: counts.rows)) of the rows), chosen \(reason).")
    }

    private func noteCapitals(_ inspection: inout SourceInspection) {
        let spellings = Dictionary(grouping: inspection.classes.map(\.value)) { $0.lowercased() }.values.filter { $0.count > 1 }
        for alike in spellings.sorted(by: { $0[0] < $1[0] }).prefix(5) {
            inspection.say(
                .ask, target.name,
                """
                \(listing(alike)) differ in capitals only and are taken as \(alike.count) classes of “\(target.name)”. If they mean the same, \
                write “lowercase: [\(target.name)]” under “clean”, and the problem's classes in small letters.
                """)
        }
    }

    private func noteRareClasses(_ inspection: inout SourceInspection) {
        let rare = inspection.classes.filter { $0.count < Self.rareRows }
        guard !rare.isEmpty else { return }
        let names =
            rare.prefix(5).map { "“\($0.value)” (\($0.count))" }.joined(separator: ", ") + (rare.count > 5 ? " and \(rare.count - 5) more" : "")
        inspection.say(
            .warning, target.name,
            """
            \(rare.count == 1 ? "A class has" : "\(rare.count) classes have") fewer than \(Self.rareRows) rows: \(names). Figures about so few \
            rows mean little; merge them, or get more.
            """)
    }
}
