import DuckDB
import Exploration
import Support
import Tables

/// Finds out what text columns hold: numbers among markers, decimal commas, times, spaces.
struct TextInspection {
    /// The readings of all columns, in the order of the table.
    private(set) var readings: [ColumnReading]
    private var spaced: [String] = []
    private var markedColumns: [String: [String]] = [:]
    private var findings: [SourceInspection.Finding] = []
    private var rules: [RowRule] = []
    private var hasPointFractions: Bool

    init(_ columns: [(name: String, kind: ColumnKind)], in relation: String, engine: DuckDB) throws(MartletError) {
        readings = columns.map { ColumnReading($0.name, kind: $0.kind) }
        hasPointFractions = columns.contains { $0.kind == .number }
        let textual = readings.indices.filter { readings[$0].readKind == .text }
        for group in textual.runs(of: Profile.groupSize) {
            let found = try TextFacts.find(group.map { readings[$0] }[...], in: relation, engine: engine)
            for (i, facts) in zip(group, found) { note(facts, i) }
        }
    }

    private mutating func note(_ facts: TextFacts, _ i: Int) {
        guard facts.rows > 0 else { return }
        let name = readings[i].name
        if facts.spaced > 0 { spaced.append(name) }
        readings[i].hasSpaces = facts.spaced > 0
        if facts.pointFractions > 0 { hasPointFractions = true }
        if facts.others > 0, facts.leadingZeros == 0, facts.numbers + facts.commaNumbers == facts.others {
            noteNumbers(facts, i)
        } else if facts.others > 0, facts.times == facts.others {
            readings[i].kind = .timestamp
            mark(facts.markers.map(\.value), i)
        } else {
            noteTexts(facts, i)
        }
    }

    // MARK: Numbers in a text column

    private mutating func noteNumbers(_ facts: TextFacts, _ i: Int) {
        guard !facts.markers.isEmpty || facts.commaNumbers > 0 || facts.spaced > 0 else { return }
        let name = readings[i].name
        if facts.commaNumbers > 0, facts.commaThousands == facts.commaNumbers || facts.pointFractions > 0 {
            findings.append(
                .init(
                    .ask, name,
                    """
                    The numbers in “\(name)” hold commas that may separate thousands or fractions; the column stays text. Write it without commas, or \
                    say “decimal: ','” under “source”.
                    """))
            return mark(facts.markers.map(\.value), i)
        }
        readings[i].kind = facts.areWhole && facts.commaNumbers == 0 ? .integer : .number
        readings[i].hasDecimalComma = facts.commaNumbers > 0
        mark(facts.markers.map(\.value), i)
    }

    // MARK: Texts

    private mutating func noteTexts(_ facts: TextFacts, _ i: Int) {
        let name = readings[i].name
        if facts.others > 0, facts.otherDates == facts.others {
            findings.append(
                .init(
                    .ask, name,
                    """
                    “\(name)” looks like dates that are not written year first; it stays text. Write 2026-11-23 to have it read as a time.
                    """))
        }
        let areCodes = facts.capitalPairs * 10 >= facts.rows * 9
        var sure: [String] = []
        for marker in facts.markers {
            let isSure = TextFacts.sureMarkers.contains(marker.value.lowercased()) && !(areCodes && marker.value == "NA")
            if isSure {
                sure.append(marker.value)
            } else if facts.others > 0, marker.value != "x", marker.value != "X", marker.value != "*" {
                findings.append(
                    .init(
                        .ask, name,
                        """
                        “\(marker.value)” (\(marker.count) rows) stays a value of “\(name)”. If it means missing, add it to “missing” under “source”.
                        """))
            }
        }
        mark(sure, i)
    }

    private mutating func mark(_ markers: [String], _ i: Int) {
        readings[i].markers = markers.filter { !$0.isEmpty }
        for marker in readings[i].markers { markedColumns[marker, default: []].append(readings[i].name) }
    }

    // MARK: Proposals

    /// Adds what was found to an inspection.
    func add(to inspection: inout SourceInspection) {
        inspection.findings += findings
        addSpaces(to: &inspection)
        addMarkers(to: &inspection)
        addNumbers(to: &inspection)
    }

    private func addSpaces(to inspection: inout SourceInspection) {
        guard !spaced.isEmpty else { return }
        inspection.rules.append(.trim(.all))
        inspection.say(.assumed, nil, "Spaces at the ends of texts mean nothing and are removed (in \(listing(spaced))).")
    }

    /// Markers that are values nowhere hold for the whole source; the others for their columns.
    private func addMarkers(to inspection: inout SourceInspection) {
        for (marker, columns) in markedColumns.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            inspection.say(.assumed, columns.count == 1 ? columns[0] : nil, "“\(marker)” means a missing value (in \(listing(columns))).")
            if TextFacts.sureMarkers.contains(marker.lowercased()), marker != "NA" || !isValueElsewhere(inspection) {
                inspection.missingMarkers.append(marker)
            } else {
                inspection.rules.append(.missing(.named(columns), markers: [marker]))
            }
        }
    }

    /// Whether “NA” was kept as a value of some column.
    private func isValueElsewhere(_ inspection: SourceInspection) -> Bool {
        inspection.findings.contains { $0.severity == .ask && $0.sentence.hasPrefix("“NA” ") }
    }

    private func addNumbers(to inspection: inout SourceInspection) {
        let commas = readings.filter(\.hasDecimalComma).map(\.name)
        if !commas.isEmpty { inspection.say(.assumed, commas.count == 1 ? commas[0] : nil, "A comma separates the fraction in \(listing(commas)).") }
        inspection.decimal = commas.isEmpty || hasPointFractions ? "." : ","
        for reading in readings where reading.kind != reading.readKind {
            if reading.hasDecimalComma, inspection.decimal == "." {
                inspection.rules.append(.replace(column: reading.name, from: ",", to: "."))
                inspection.rules.append(.cast(column: reading.name, kind: reading.kind))
            } else if reading.markers.contains(where: { !inspection.missingMarkers.contains($0) }) {
                inspection.rules.append(.cast(column: reading.name, kind: reading.kind))
            } else {
                inspection.change(reading.name) { $0.kind = reading.kind }
            }
        }
    }
}

/// “a”, “b” and 12 more.
func listing(_ names: [String], limit: Int = 4) -> String {
    let shown = names.prefix(limit).map { "“\($0)”" }
    if names.count > limit { return shown.joined(separator: ", ") + " and \(names.count - limit) more" }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
}
