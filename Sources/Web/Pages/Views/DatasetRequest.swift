/// What the columns of a dataset are ordered by.
package enum ColumnOrder: String, Sendable, CaseIterable {
    case odd, place, name, missing, distinct, mean, deviation, zeros, minimum, median, maximum, most, length

    /// Whether the least comes first where nothing else is asked for.
    var ascends: Bool { self == .place || self == .name }

    /// What a column is ordered by; nil, which comes last, where it has no such figure.
    func key(_ column: ColumnProfileView) -> Double? {
        switch self {
        case .odd: column.oddness
        case .place, .name: nil
        case .missing: column.missingShare
        case .distinct: Double(column.distinct)
        case .mean: column.numbers?.mean
        case .deviation: column.numbers?.deviation
        case .zeros: column.numbers.map { Double($0.zeros) / Double(max(1, column.count)) }
        case .minimum: column.numbers?.minimum
        case .median: column.numbers?.median
        case .maximum: column.numbers?.maximum
        case .most: column.top.first.map { Double($0.count) / Double(max(1, column.count)) }
        case .length: column.meanLength
        }
    }
}

/// What of a dataset's columns is shown, all of which stands in the address: the version, the order, a part of the name.
package struct DatasetRequest: Sendable, Equatable {
    /// How many columns a page shows.
    package static let count = 100
    private static let longestSearch = 200

    /// The version as the address names it: `loans@v3`, or `loans` for the newest.
    package var dataset: String
    package var order = ColumnOrder.odd
    /// Whether the order is the other way round.
    package var isReversed = false
    /// A part of the names of columns.
    package var find = ""
    /// How many columns are passed over.
    package var from = 0

    package init(_ dataset: String, _ fields: [(name: String, value: String)] = []) {
        self.dataset = dataset
        order = fields.first { $0.name == "sort" }.flatMap { ColumnOrder(rawValue: $0.value) } ?? .odd
        isReversed = fields.contains { $0.name == "reverse" && $0.value == "1" }
        find = String((fields.first { $0.name == "find" }?.value ?? "").prefix(DatasetRequest.longestSearch))
        from = RunTableRequest.whole(fields.first { $0.name == "from" }?.value)
    }

    package var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if order != .odd { fields.append(("sort", order.rawValue)) }
        if isReversed { fields.append(("reverse", "1")) }
        if !find.isEmpty { fields.append(("find", find)) }
        if from > 0 { fields.append(("from", String(from))) }
        return fields
    }

    /// The address, at the table of columns.
    package var path: String {
        let query = fields.map { "\($0.name)=\(PagePath.segment($0.value))" }.joined(separator: "&")
        return "\(PagePath.dataset(dataset))\(query.isEmpty ? "" : "?\(query)")#columns"
    }

    /// The same by another order, from the beginning; the other way round where that is its order already.
    func sorted(by order: ColumnOrder) -> DatasetRequest {
        var request = self
        request.isReversed = self.order == order && !isReversed
        request.order = order
        request.from = 0
        return request
    }

    func starting(at from: Int) -> DatasetRequest {
        var request = self
        request.from = max(0, from)
        return request
    }

    /// The columns whose name fits, in the order that is asked for. Equal ones stand as they do in the data.
    func chosen(of columns: [ColumnProfileView]) -> [ColumnProfileView] {
        let sought = find.lowercased()
        let found = sought.isEmpty ? columns : columns.filter { $0.name.lowercased().contains(sought) }
        if order == .place { return isReversed ? found.reversed() : found }
        if order == .name { return found.sorted { isReversed ? $1.name < $0.name : $0.name < $1.name } }
        let keyed = found.enumerated().map { (place: $0, key: order.key($1) ?? .nan, column: $1) }
        return keyed.sorted { a, b in
            if a.key.isNaN || b.key.isNaN || a.key == b.key { return a.key.isNaN == b.key.isNaN ? a.place < b.place : b.key.isNaN }
            return isReversed ? a.key < b.key : a.key > b.key
        }.map(\.column)
    }
}
