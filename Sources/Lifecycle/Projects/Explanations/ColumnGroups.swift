internal import Data
internal import Tables

/// Which columns of a model come from which column of a request: parts of a date come from one, all others from themselves.
struct ColumnGroups: Sendable {
    /// The columns of the request that any column comes from, in the request's order.
    let names: [String]
    /// For each column of the model the place of its name.
    let places: [Int]

    /// - Parameters:
    ///   - columns: as the model takes them.
    ///   - rules: what makes them of a request.
    init(_ columns: [String], _ rules: RowRules, _ request: Signature) {
        let raw = request.inputs.map { TypedColumn($0.name, $0.kind) }
        let sources = columns.map { column in rules.inputs(for: [column], among: raw).first?.name ?? column }
        let known = raw.map(\.name).filter(sources.contains)
        let names = known + sources.filter { !known.contains($0) }
        self.names = names
        places = sources.map { names.firstIndex(of: $0) ?? 0 }
    }

    /// The sums of what belongs together.
    func sums(_ values: some Collection<Double>) -> [Double] {
        var sums = Array(repeating: 0.0, count: names.count)
        for (place, value) in zip(places, values) { sums[place] += value }
        return sums
    }
}
