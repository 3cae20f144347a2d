package import Support

/// What a table of runs is grouped by.
package enum RunGroupKey: Sendable, Hashable {
    /// A parameter or a tag.
    case column(RunColumn)
    case dataset
    /// The run that they began within.
    case parent

    package init?(_ text: String) {
        switch text {
        case "dataset": self = .dataset
        case "parent": self = .parent
        default:
            guard let column = RunColumn(text), column.kind != .metrics else { return nil }
            self = .column(column)
        }
    }

    package var text: String {
        switch self {
        case .column(let column): column.text
        case .dataset: "dataset"
        case .parent: "parent"
        }
    }

    /// As people call it.
    var title: String {
        switch self {
        case .column(let column): column.text
        case .dataset: "dataset"
        case .parent: "parent run"
        }
    }
}

/// Runs that have something in common, as one row.
package struct RunGroupView: Sendable {
    /// What the group's runs have of a metric.
    package struct Summary: Sendable, Equatable {
        package var count: Int
        package var mean: Double
        package var least: Double
        package var greatest: Double

        package init(count: Int, mean: Double, least: Double, greatest: Double) {
            self.count = count
            self.mean = mean
            self.least = least
            self.greatest = greatest
        }
    }

    /// By what an address names the group.
    package var mark: String
    /// What its runs share; nil for those that have nothing of the kind.
    package var title: String?
    package var detail: String
    /// The page of what it stands for.
    package var path: String?
    package var count: Int
    package var newest: Timestamp
    /// As many as the table has columns of metrics.
    package var metrics: [Summary?]
    /// Some of its runs, where it is open, with a cell for each metric.
    package var rows: [RunRowView]
    /// The search that finds all of its runs; nil where none can say it.
    package var search: String?

    package init(
        mark: String, title: String?, detail: String = "", path: String? = nil, count: Int, newest: Timestamp, metrics: [Summary?] = [],
        rows: [RunRowView] = [], search: String? = nil
    ) {
        self.mark = mark
        self.title = title
        self.detail = detail
        self.path = path
        self.count = count
        self.newest = newest
        self.metrics = metrics
        self.rows = rows
        self.search = search
    }
}

extension RunColumn {
    /// As it is written in a filter.
    package var written: String {
        let isPlain = key.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_.-".unicodeScalars.contains($0)
        }
        return isPlain ? text : "\(kind.rawValue).`\(key.replacing("`", with: "``"))`"
    }

    /// A filter that finds the runs with a value; those without one where it is nil.
    package func filter(_ value: String?) -> String {
        value.map { "\(written) = '\($0.replacing("'", with: "''"))'" } ?? "\(written) IS NULL"
    }
}
