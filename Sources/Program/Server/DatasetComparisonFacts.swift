import Exploration
import Pages
import Projects
import Support
import Tables

/// Two versions of datasets side by side, as the pages show them.
struct DatasetComparisonFacts {
    let project: Project

    /// - Throws: `notFound`; `invalidInput` where they have no column in common.
    func view(_ pair: DatasetPair) throws(MartletError) -> DatasetComparisonView {
        let found = try project.compare("dataset:\(pair.first)", "dataset:\(pair.second)")
        return DatasetComparisonView(
            first: .init(pair.first, rows: found.first.rows, own: found.first.own),
            second: .init(pair.second, rows: found.second.rows, own: found.second.own), columns: found.columns.map(DatasetComparisonFacts.shift))
    }

    private static func shift(_ column: ColumnShift) -> DatasetComparisonView.Shift {
        var figures = column.figures.map { FactView($0.name.replacing("_", with: " "), Figure.metric($0.value)) }
        if column.missing.count == 2, column.missing[0] + column.missing[1] > 0 {
            figures.append(FactView("missing", "\(Figure.percent(column.missing[0])), \(Figure.percent(column.missing[1]))"))
        }
        let histogram = column.bins.map { bins in
            bins.edges.isEmpty
                ? HistogramView(categories: bins.categories, reference: bins.first, current: bins.second)
                : HistogramView(edges: bins.edges, reference: bins.first, current: bins.second)
        }
        return .init(
            column.name, kind: column.kind.rawValue, shift: column.shift, isShifted: column.isShifted, pValue: column.pValue, figures: figures,
            note: column.note, histogram: histogram)
    }
}
