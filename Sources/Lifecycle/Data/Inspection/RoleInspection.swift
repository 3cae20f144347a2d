import DuckDB
import Exploration
import Statistics
import Support
import Tables

/// Finds out what columns are for, by their names and figures: features, identifiers, weights, traits of persons, nothing.
struct RoleInspection {
    let source: InspectedSource

    func add(to inspection: inout SourceInspection) throws(MartletError) {
        let counts = try confirmedCounts()
        for reading in source.features {
            let figures = source.figures(reading.name)
            if noteEmpty(reading, figures, counts[reading.name], &inspection) { continue }
            if noteWeight(reading, figures, &inspection) { continue }
            if noteIdentifier(reading, figures, counts[reading.name], &inspection) { continue }
            notePerson(reading, figures, &inspection)
            noteFreeText(reading, figures, &inspection)
            noteSentinel(reading, figures, &inspection)
        }
    }

    // MARK: Every row

    /// What only every row can say: how many values there are, and how many different ones.
    private struct Counts {
        var present: Int
        var distinct: Int
    }

    /// Counts in every row what the sample says is empty, constant or always different.
    private func confirmedCounts() throws(MartletError) -> [String: Counts] {
        let doubtful = source.features.filter { reading in
            let figures = source.figures(reading.name)
            return figures.distinct <= 1 || isDifferent(figures.distinct, of: figures.count) || ColumnNames(reading.name).isIdentifier
        }
        var counts: [String: Counts] = [:]
        for reading in doubtful where source.isWhole {
            counts[reading.name] = Counts(present: source.figures(reading.name).count, distinct: source.figures(reading.name).distinct)
        }
        guard !source.isWhole else { return counts }
        for group in doubtful.runs(of: Profile.groupSize) {
            let figures = group.map { reading in
                let value = source.figures(reading.name).distinct <= 1 ? reading.plainValue : reading.sql
                return "count(\(value)), count(DISTINCT CASE WHEN \(value) IS NOT NULL THEN hash(\(value)) END)"
            }.joined(separator: ", ")
            let answer = try Answer(source.engine, "SELECT \(figures) FROM \(source.train)")
            for (i, reading) in group.enumerated() {
                counts[reading.name] = Counts(present: answer.count(0, 2 * i), distinct: answer.count(0, 2 * i + 1))
            }
        }
        return counts
    }

    private func isDifferent(_ distinct: Int, of count: Int) -> Bool { count >= 50 && distinct * 100 >= count * 95 }

    // MARK: Nothing to learn from

    private func noteEmpty(_ reading: ColumnReading, _ figures: ColumnProfile, _ counts: Counts?, _ inspection: inout SourceInspection) -> Bool {
        guard let counts else { return false }
        if counts.present == 0 {
            inspection.leaveOut(reading.name, why: "every value is missing")
            inspection.say(.assumed, reading.name, "“\(reading.name)” is not used: every value is missing.")
            return true
        }
        guard counts.distinct == 1, counts.present == source.rowCount else { return false }
        inspection.leaveOut(reading.name, why: "every value is the same")
        let value = figures.topValues.first?.value ?? figures.text?.minimum ?? figures.numbers.map { JSONValue.text(of: $0.minimum) } ?? ""
        inspection.say(.assumed, reading.name, "“\(reading.name)” is not used: every value is “\(value)”.")
        return true
    }

    // MARK: Weights

    private func noteWeight(_ reading: ColumnReading, _ figures: ColumnProfile, _ inspection: inout SourceInspection) -> Bool {
        let names = ColumnNames(reading.name)
        guard names.isSurveyWeight || names.isWeight, let numbers = figures.numbers, numbers.minimum > 0, figures.distinct > 20 else { return false }
        guard names.isSurveyWeight else {
            inspection.say(
                .ask, reading.name,
                """
                If “\(reading.name)” says for how much a row counts, and not how heavy something is, write “weight: true”.
                """)
            return false
        }
        inspection.weightCandidate = inspection.weightCandidate ?? reading.name
        inspection.leaveOut(reading.name, why: "survey weight")
        inspection.say(
            .ask, reading.name,
            """
            “\(reading.name)” looks like a survey weight: it says for how many a row stands, nothing about the row. It is not used; write “weight: \
            true” to weigh the rows by it.
            """)
        return true
    }

    // MARK: Identifiers

    private func noteIdentifier(_ reading: ColumnReading, _ figures: ColumnProfile, _ counts: Counts?, _ inspection: inout SourceInspection) -> Bool {
        guard let counts, reading.kind == .text || reading.kind == .integer else { return false }
        let isNamed = ColumnNames(reading.name).isIdentifier
        if isDifferent(counts.distinct, of: counts.present) {
            return noteDifferent(reading, counts, isNamed: isNamed, isCounter: isCounter(figures, counts), &inspection)
        }
        guard isNamed, counts.present >= 50, counts.distinct > 20, counts.distinct * 3 <= counts.present * 2 else { return false }
        inspection.leaveOut(reading.name, why: "identifier that repeats")
        inspection.split = SplitPlan(validation: inspection.split.validation, test: inspection.split.test, method: .grouped, by: reading.name)
        let rows = JSONValue.text(of: (Double(counts.present) / Double(counts.distinct) * 10).rounded() / 10)
        inspection.say(
            .ask, reading.name,
            """
            “\(reading.name)” names \(counts.distinct) things, each in about \(rows) rows. It is not used as a feature, and the rows of one stay \
            together in the split; write “how: random” if they need not.
            """)
        return true
    }

    private func noteDifferent(
        _ reading: ColumnReading, _ counts: Counts, isNamed: Bool, isCounter: Bool, _ inspection: inout SourceInspection
    ) -> Bool {
        if isNamed || isCounter {
            let isKey = counts.distinct == source.rowCount
            inspection.leaveOut(reading.name, why: "tells rows apart")
            inspection.change(reading.name) { $0.key = isKey }
            inspection.say(.assumed, reading.name, "“\(reading.name)” is not used: it only tells rows apart.")
            return true
        }
        guard reading.kind == .text else {
            inspection.say(
                .ask, reading.name,
                """
                Nearly every value of “\(reading.name)” is a different whole number. If it only tells rows apart, write “use: false”.
                """)
            return false
        }
        inspection.leaveOut(reading.name, why: "nearly every value is different")
        inspection.say(
            .assumed, reading.name,
            """
            “\(reading.name)” is not used: nearly every one of its texts is different, so that none is met again.
            """)
        return true
    }

    /// Whether whole numbers count without gaps; of a sample, whether they span as many numbers as there are rows.
    private func isCounter(_ figures: ColumnProfile, _ counts: Counts) -> Bool {
        guard figures.kind == .integer, let numbers = figures.numbers, counts.distinct == counts.present,
            (0...1).contains(numbers.minimum) || source.isWhole
        else { return false }
        let span = numbers.maximum - numbers.minimum + 1
        return source.isWhole ? span == Double(counts.present) : abs(span - Double(counts.present)) < Double(counts.present) / 100
    }

    // MARK: Persons

    private func notePerson(_ reading: ColumnReading, _ figures: ColumnProfile, _ inspection: inout SourceInspection) {
        let names = ColumnNames(reading.name)
        let hasGroups = figures.distinct <= 20
        if names.isProtected {
            inspection.leaveOut(reading.name, why: "sensitive")
            inspection.change(reading.name) { $0.sensitive = hasGroups }
            inspection.say(
                .ask, reading.name,
                """
                “\(reading.name)” looks sensitive. No model sees it\(hasGroups ? "; reports compare its groups" : ""). Other columns may still \
                give it away: read the fairness report. Write “use: true” if it may be used.
                """)
        } else if names.isRelated {
            inspection.change(reading.name) { $0.sensitive = hasGroups }
            inspection.say(
                .ask, reading.name,
                """
                “\(reading.name)” may be sensitive. It is used\(hasGroups ? ", and reports compare its groups" : ""); write “use: false” if \
                decisions must not depend on it.
                """)
        } else if names.isAge || names.isBirth {
            inspection.say(
                .assumed, reading.name,
                """
                “\(reading.name)” is used. Some decisions must not depend on age; write “use: false” where that holds.
                """)
        }
    }

    // MARK: Free text

    private func noteFreeText(_ reading: ColumnReading, _ figures: ColumnProfile, _ inspection: inout SourceInspection) {
        guard reading.kind == .text, isFreeText(distinct: figures.distinct, of: figures.count) else { return }
        inspection.say(
            .warning, reading.name,
            """
            “\(reading.name)” looks like free text: \(figures.distinct) different values in \(figures.count) rows. Models take each as a category, \
            and know only those that repeat; make columns of what matters in it, or write “use: false”.
            """)
    }

    // MARK: Numbers that mean “missing”

    private static let sentinels: Set<Double> = [-999, -9999, -99999, 999, 9999, 99999, -99, 999_999]

    private func noteSentinel(_ reading: ColumnReading, _ figures: ColumnProfile, _ inspection: inout SourceInspection) {
        guard reading.kind == .integer || reading.kind == .number, let numbers = figures.numbers, numbers.maximum > numbers.minimum else { return }
        let range = numbers.maximum - numbers.minimum
        let counts = numbers.histogram?.counts ?? []
        for (value, isLow) in [(numbers.minimum, true), (numbers.maximum, false)] where Self.sentinels.contains(value) {
            let next = (isLow ? Array(counts.dropFirst().prefix(8)) : Array(counts.dropLast().suffix(8))).reduce(0, +)
            guard counts.count == HistogramReader.binCount, next == 0, range > 0 else { continue }
            inspection.say(
                .warning, reading.name,
                """
                \(JSONValue.text(of: value)) in “\(reading.name)” lies far from every other value. If it means missing, add it to “missing” of \
                that column under “clean”.
                """)
        }
    }
}
