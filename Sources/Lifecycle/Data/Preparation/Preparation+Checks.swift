import DuckDB
import Support
import Tables

extension Preparation {
    /// The columns of a source table, after table rules.
    func columns(of table: String, _ format: SourceFormat) throws(MartletError) -> [TypedColumn] {
        guard !plan.tableRules.isEmpty else { return format.fields.map { TypedColumn($0.name, $0.kind) } }
        return try SourceProbe.columns(of: table, engine: engine)
    }

    /// Table rules change the training source only; columns that they make are missing from a test file.
    func requireTestColumns(_ raw: [TypedColumn], _ format: SourceFormat) throws(MartletError) {
        let there = try columns(of: Preparation.testTable, format).map(\.name)
        for column in raw where !there.contains(column.name) {
            throw MartletError(
                .invalidInput,
                "The test file has no column “\(column.name)”, which a table rule makes of the training file. Make it in the source, or with a row rule.",
                place: plan.places["table_rules[0]"])
        }
    }

    /// Refuses rules, target, columns and split that speak of what is not there.
    func check(_ rules: RowRules, over raw: [TypedColumn]) throws(MartletError) {
        let place = { (i: Int) -> SourcePlace? in plan.places["clean[\(i - 1)]"] }
        try rules.check(over: raw, place: place)
        let names = rules.columns(after: raw).map(\.name)
        guard names.contains(target) else {
            throw MartletError(
                .invalidInput,
                "The data has no column “\(target)” to predict.\(didYouMean(target, among: names)) It has: \(names.prefix(30).joined(separator: ", ")).",
                place: plan.places["target"])
        }
        if names.contains(PreparedData.rowColumn) {
            throw MartletError(.invalidInput, "The column name “\(PreparedData.rowColumn)” is taken by Martlet. Rename the column.")
        }
        for column in plan.columns where !names.contains(column.name) {
            throw MartletError(
                .invalidInput,
                "The data has no column “\(column.name)”.\(didYouMean(column.name, among: names)) It has: \(names.prefix(30).joined(separator: ", ")).",
                place: plan.places["columns.\(column.name)"])
        }
        for (i, rule) in rules.rules.enumerated() where rule.needsFitting && rule.namedColumns.contains(target) {
            // A row that leaves the training part changes no target.
            if case .outliers(_, _, _, .drop) = rule { continue }
            throw MartletError(
                .invalidInput, "The target may not be filled or moved by what other rows have. Remove this rule; rows without a target are left out.",
                place: place(i))
        }
        if let by = plan.split.by, !names.contains(by) {
            throw MartletError(
                .invalidInput, "The split goes by “\(by)”, which does not exist.\(didYouMean(by, among: names))", place: plan.places["split.by"])
        }
    }
}
