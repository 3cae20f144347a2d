import DuckDB
import Exploration
import Statistics
import Support
import Tables

/// Compares a test file with the training file: its columns, and how it spells the target.
struct TestFileInspection {
    let source: InspectedSource

    private var target: ColumnReading { source.target }

    /// - Throws: `invalidInput` where the test file lacks a column of the training file, or every value of the target.
    func add(to inspection: inout SourceInspection) throws(MartletError) {
        guard let test = source.test else { return }
        try requireColumns(of: test)
        let select = "SELECT v, sum(n) AS n FROM (\(target.counting(in: test))) GROUP BY v ORDER BY n DESC, v LIMIT 10000"
        let answer = try Answer(source.engine, select)
        var values: [ValueCount] = []
        var missing = 0
        for row in 0..<answer.rowCount {
            let text = target.kind == .text ? answer.text(row, 0) : answer.number(row, 0).map(JSONValue.text(of:)) ?? ""
            if text.isEmpty { missing += answer.count(row, 1) } else { values.append(ValueCount(text, answer.count(row, 1))) }
        }
        guard !values.isEmpty else {
            throw MartletError(
                .invalidInput,
                """
                The target “\(target.name)” is missing in every row of the test file. Leave the file out, or name one that holds the truth.
                """)
        }
        if missing > 0 { inspection.say(.assumed, target.name, "\(missing) rows of the test file have no “\(target.name)”. They are left out.") }
        if inspection.problem != .regression { compare(values.map(\.value), &inspection) }
    }

    private func requireColumns(of test: String) throws(MartletError) {
        let names = Set(try source.engine.query("SELECT * FROM \(test) LIMIT 0").names)
        let lacking = source.readings.map(\.name).filter { !names.contains($0) }
        guard !lacking.isEmpty else { return }
        let what = lacking.contains(target.name) ? "the target “\(target.name)”" : listing(lacking)
        throw MartletError(
            .invalidInput,
            """
            The test file has no column \(what). It must have the columns of the training file; name another file, or none to keep part of the \
            training file for the test.
            """)
    }

    // MARK: Spelling

    private func compare(_ values: [String], _ inspection: inout SourceInspection) {
        let known = inspection.classes.map(\.value)
        let strange = values.filter { !known.contains($0) }
        guard !strange.isEmpty else { return }
        if let suffix = commonEnding(of: strange, after: known) {
            inspection.rules.append(.stripSuffix(column: target.name, suffix: suffix))
            inspection.say(
                .assumed, target.name,
                """
                The test file writes “\(target.name)” with “\(suffix)” at the end (“\(strange[0])”). It is cut off.
                """)
        } else if let suffix = commonEnding(of: known.filter { !values.contains($0) }, after: strange) {
            inspection.rules.append(.stripSuffix(column: target.name, suffix: suffix))
            cut(suffix, &inspection)
            inspection.say(
                .assumed, target.name,
                """
                The training file writes “\(target.name)” with “\(suffix)” at the end, the test file without. It is cut off.
                """)
        } else if let spellings = spellings(of: strange, known) {
            inspection.rules.append(.map(column: target.name, values: spellings))
            let pairs = spellings.prefix(4).map { "“\($0.from)” for “\($0.to)”" }.joined(separator: ", ")
            inspection.say(.assumed, target.name, "The test file spells “\(target.name)” differently (\(pairs)). It is written as in training.")
        } else {
            inspection.say(
                .warning, target.name,
                """
                The test file holds values of “\(target.name)” that training does not: \(listing(strange)). No model can predict them; correct \
                their spelling with “map” under “clean”, or leave the rows out.
                """)
        }
    }

    /// The text by which every one of `longer` continues one of `shorter`.
    private func commonEnding(of longer: [String], after shorter: [String]) -> String? {
        let endings = longer.map { text in
            shorter.filter { text.hasPrefix($0) && text != $0 }.max { $0.count < $1.count }.map { String(text.dropFirst($0.count)) }
        }
        guard let first = endings.first, let suffix = first, endings.allSatisfy({ $0 == suffix }) else { return nil }
        return suffix
    }

    private func cut(_ suffix: String, _ inspection: inout SourceInspection) {
        let cut = { (text: String) in text.hasSuffix(suffix) ? String(text.dropLast(suffix.count)) : text }
        inspection.positive = inspection.positive.map(cut)
        inspection.classes = inspection.classes.map { ValueCount(cut($0.value), $0.count) }
    }

    /// Which class every strange value is, apart from the size of its letters.
    private func spellings(of strange: [String], _ known: [String]) -> [Replacement]? {
        var replacements: [Replacement] = []
        for value in strange {
            guard let name = known.first(where: { $0.lowercased() == value.lowercased() }) else { return nil }
            replacements.append(Replacement(value, name))
        }
        return replacements
    }
}
