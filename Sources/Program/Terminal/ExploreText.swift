import Planning
import Support

/// What of a profile is worth a look, as lines.
enum ExploreText {
    private static let most = 20

    /// The profile without its columns' figures.
    static func json(_ profile: JSONValue) -> JSONValue {
        let alerts = profile["columns"].elements.filter { !$0["alerts"].elements.isEmpty }
        return [
            "ref": profile["ref"], "rows": profile["rows"], "duplicate_rows": profile["duplicate_rows"],
            "alerts": .array(alerts.map { ["column": $0["name"], "alerts": $0["alerts"]] }), "associations": profile["associations"],
            "missing_patterns": profile["missing_patterns"],
        ]
    }

    static func lines(_ profile: JSONValue) -> [String] {
        var lines = ["\(profile["ref"].text ?? ""): \(profile["rows"].int ?? 0) rows, \(profile["columns"].elements.count) columns."]
        if let duplicates = profile["duplicate_rows"].int, duplicates > 0 {
            lines.append("\(duplicates) rows repeat an earlier one in every column.")
        }
        lines += block("What stands out", alerts(profile))
        lines += block("Columns that go together", associations(profile))
        lines += block("Missing together", patterns(profile))
        if lines.count == 1 { lines.append("Nothing stands out.") }
        return lines
    }

    private static func block(_ title: String, _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        var table = TextTable()
        rows.prefix(most).forEach { table.add($0) }
        let rest = rows.count > most ? ["  and \(rows.count - most) more: --json shows all"] : []
        return ["", "\(title):"] + table.lines() + rest
    }

    private static func alerts(_ profile: JSONValue) -> [[String]] {
        profile["columns"].elements.flatMap { column in column["alerts"].elements.map { [column["name"].text ?? "", $0.text ?? ""] } }
    }

    /// The closest pairs first, each by its greatest figure; those below a half are left out.
    private static func associations(_ profile: JSONValue) -> [[String]] {
        var seen: Set<[String]> = []
        let pairs = profile["associations"].elements.filter { abs($0["value"].double ?? 0) >= 0.5 }
            .sorted { abs($0["value"].double ?? 0) > abs($1["value"].double ?? 0) }
        return pairs.compactMap { pair in
            let names = [pair["a"].text ?? "", pair["b"].text ?? ""]
            guard seen.insert(names).inserted else { return nil }
            return names + [pair["measure"].text?.replacing("_", with: " ") ?? "", pair["value"].double.map { Objective.text($0) } ?? ""]
        }
    }

    private static func patterns(_ profile: JSONValue) -> [[String]] {
        profile["missing_patterns"].elements.map { pattern in
            let names = pattern["columns"].elements.compactMap(\.text)
            let shown = names.prefix(6).joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : "")
            return ["\(pattern["rows"].int ?? 0) rows", names.isEmpty ? "nothing" : shown]
        }
    }
}
