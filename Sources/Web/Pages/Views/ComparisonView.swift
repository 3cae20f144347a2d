/// Some runs of an experiment side by side.
package struct ComparisonView: Sendable {
    /// One thing that was logged, with what each run has of it.
    package struct Field: Sendable {
        package var column: RunColumn
        /// As many as there are runs.
        package var cells: [RunRowView.Cell]

        package init(_ column: RunColumn, _ cells: [RunRowView.Cell]) {
            self.column = column
            self.cells = cells
        }

        /// Whether the runs have different values of it.
        var differs: Bool { cells.contains { $0 != cells.first && !($0.isNotANumber && cells.first?.isNotANumber == true) } }

        /// The values as numbers, where every run has one.
        var numbers: [Double]? {
            let numbers = cells.compactMap(\.number)
            return numbers.count == cells.count && !numbers.isEmpty ? numbers : nil
        }
    }

    package var experiment: ExperimentView
    package var runs: [RunRowView]
    package var fields: [Field]
    /// Whether what is the same in all runs is shown too.
    package var showsAll: Bool
    /// Whether there are charts that can be looked into.
    package var hasPlotly: Bool

    package init(_ experiment: ExperimentView, runs: [RunRowView] = [], fields: [Field] = [], showsAll: Bool = false, hasPlotly: Bool = false) {
        self.experiment = experiment
        self.runs = runs
        self.fields = fields
        self.showsAll = showsAll
        self.hasPlotly = hasPlotly
    }

    /// The most runs that are compared at once.
    package static let most = 50

    /// The address of this comparison.
    func path(showsAll: Bool) -> String {
        let names = runs.map { "run=\(PagePath.segment($0.id))" } + (showsAll ? ["all=1"] : [])
        return "\(PagePath.comparison(experiment.id))?\(names.joined(separator: "&"))"
    }
}

extension RunRowView.Cell {
    /// The value as a number, also where it is the text of one.
    var number: Double? {
        switch self {
        case .none: nil
        case .number(let value): value.isFinite && abs(value) < 1e300 ? value : nil
        case .text(let text): text.utf8.count <= 40 ? Double(text).flatMap { $0.isFinite && abs($0) < 1e300 ? $0 : nil } : nil
        }
    }

    var isNotANumber: Bool { if case .number(let value) = self { value.isNaN } else { false } }
}
