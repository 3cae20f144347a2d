internal import Data
internal import Serving
internal import Support
internal import Tables

/// Explains exactly, by the trees that a version is made of.
struct TreeExplainer: RowExplainer {
    /// For each row and each raw score the columns' contributions, then the base value.
    typealias Contributions = @Sendable (Table) throws(MartletError) -> [Double]

    let rules: RowRules
    /// The columns that the trees split on, in their order.
    let columns: [String]
    /// Raw scores of a row.
    let width: Int
    let contributions: Contributions
    let groups: ColumnGroups
    let answer: Signature.Answer

    let rowLimit = 1000

    func explain(_ table: Table) throws(MartletError) -> [Explanation] {
        let found = try contributions(rules.apply(to: table))
        let columns = columns.count
        return (0..<table.rowCount).map { row in
            let outputs = (0..<width).map { output in
                let start = (row * width + output) * (columns + 1)
                let sums = groups.sums(found[start..<start + columns])
                return Explanation.Output(
                    name: answer.className(of: output, width: width), base: found[start + columns],
                    score: found[start...start + columns].reduce(0, +),
                    contributions: zip(groups.names, sums).map { Explanation.Contribution(column: $0, value: $1) })
            }
            return Explanation(method: .treeSHAP, scale: .raw, outputs: outputs)
        }
    }
}

extension Signature.Answer {
    /// The class that one of a model's scores is of; nil for regression.
    func className(of output: Int, width: Int) -> String? {
        switch self {
        case .regression: nil
        case .binary(_, let positive, _): positive
        case .multiclass(let classes): output < classes.count && width == classes.count ? classes[output] : nil
        }
    }
}
