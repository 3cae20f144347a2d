import DuckDB
import Statistics
import Support
import Tables

extension Preparation {
    /// What every column is for, and why columns are left out that nobody left out. Columns with no value or one value in training are ignored.
    func roles(of columns: [TypedColumn], _ parts: [PreparedData.Part]) throws(MartletError) -> ([DatasetVersion.ColumnInfo], notes: [String]) {
        guard let train = parts.first(where: { $0.split == "train" }) else { return ([], []) }
        let varieties = try varieties(of: columns, in: train)
        var infos: [DatasetVersion.ColumnInfo] = []
        var notes: [String] = []
        for (column, variety) in zip(columns, varieties) {
            let (role, note) = try role(of: column, variety: variety, train)
            infos.append(DatasetVersion.ColumnInfo(name: column.name, kind: column.kind, role: role))
            if let note { notes.append(note) }
        }
        guard infos.contains(where: { $0.role == .feature }) else {
            throw MartletError(
                .invalidInput,
                "No column is left to learn from: every column but the target is unused, constant or empty. Add columns with values, or use one that is left out.",
                place: plan.places[""])
        }
        return (infos, notes)
    }

    /// How many different values each column has: 0, 1, or 2 for more. Most show two among the first rows; only the others are looked at whole.
    private func varieties(of columns: [TypedColumn], in part: PreparedData.Part) throws(MartletError) -> [Int] {
        let file = "read_parquet(\(SQL.text(part.path)))"
        func count(_ columns: [TypedColumn], _ rows: String) throws(MartletError) -> [Int] {
            let facts = columns.map { column in
                let name = SQL.name(column.name)
                return "CASE WHEN min(\(name)) IS NULL THEN 0 WHEN min(\(name)) = max(\(name)) THEN 1 ELSE 2 END"
            }
            let answer = try Answer(engine, "SELECT \(facts.joined(separator: ", ")) FROM \(rows)")
            return columns.indices.map { answer.count(0, $0) }
        }
        var found = try count(columns, "(FROM \(file) LIMIT \(Preparation.firstRows))")
        let open = columns.indices.filter { found[$0] < 2 }
        guard part.rows > Preparation.firstRows, !open.isEmpty else { return found }
        for (i, variety) in zip(open, try count(open.map { columns[$0] }, file)) { found[i] = variety }
        return found
    }

    private static let firstRows = 100_000

    private func role(
        of column: TypedColumn, variety: Int, _ train: PreparedData.Part
    ) throws(MartletError) -> (role: DatasetVersion.Role, note: String?) {
        let decided = plan.column(column.name)
        if column.name == target { return (.target, nil) }
        if decided?.weight == true {
            try checkWeight(column, train)
            return (.weight, nil)
        }
        if decided?.key == true { return (.key, nil) }
        if decided?.use == false { return (decided?.sensitive == true ? .sensitive : .ignored, nil) }
        if variety == 0 { return (.ignored, "“\(column.name)” has no value in any training row and is not used.") }
        if variety == 1 { return (.ignored, "“\(column.name)” has one value in all training rows and is not used.") }
        if column.kind == .timestamp { return (.time, "“\(column.name)” is a time; a model sees its parts only where date_parts makes them.") }
        if column.name == plan.split.by, plan.split.method == .grouped {
            return (.key, "“\(column.name)” names the groups of the split and is not used as a feature.")
        }
        return (.feature, nil)
    }

    private func checkWeight(_ column: TypedColumn, _ train: PreparedData.Part) throws(MartletError) {
        let place = plan.places["columns.\(column.name)"]
        guard column.kind.isNumeric, column.kind != .timestamp else {
            throw MartletError(.invalidInput, "The weight “\(column.name)” holds \(column.kind.rawValue) values; a weight is a number.", place: place)
        }
        let name = SQL.name(column.name)
        let sql = "SELECT count(*) FILTER (\(name) IS NULL OR \(name) < 0) AS n FROM read_parquet(\(SQL.text(train.path)))"
        let bad = Int(try engine.query(sql).columns.first?.numbers?.first ?? 0)
        guard bad == 0 else {
            throw MartletError(
                .invalidInput, "The weight “\(column.name)” is missing or negative in \(bad) training rows. Correct them with impute or clip.",
                place: place)
        }
    }

    /// The rows of every class in each part, most frequent classes first; none for regression.
    func classes(_ parts: [PreparedData.Part]) throws(MartletError) -> [PreparedData.ClassCount] {
        guard problem != .regression else { return [] }
        var counts: [String: [Int]] = [:]
        for (i, part) in parts.enumerated() {
            let name = SQL.name(target)
            let found = try engine.query("SELECT \(name) AS v, count(*) AS n FROM read_parquet(\(SQL.text(part.path))) GROUP BY v")
            for (name, count) in TargetCheck.counts(found.columns[0], rows: found.columns[1].numbers ?? []) {
                counts[name, default: Array(repeating: 0, count: parts.count)][i] = count
            }
        }
        return counts.map { PreparedData.ClassCount(name: $0.key, rows: $0.value) }.sorted {
            ($1.rows.reduce(0, +), $0.name) < ($0.rows.reduce(0, +), $1.name)
        }
    }
}
