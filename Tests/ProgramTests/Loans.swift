import Foundation
import Support
import TestSupport

/// A small project about loans: 600 rows with a known relation, made the same every time.
enum Loans {
    static let header = "id,income,age,city,grade,late"

    /// Rows of the table. A low income, a low age and two of three cities make “yes” likely; trees find the interaction that a line does not.
    static func rows(_ count: Int, seed: UInt64 = 1) -> [String] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { row in
            let (income, age) = (10 + 80 * random.unit(), 18 + random.below(60))
            let city = ["Bern", "Basel", "Genf"][random.below(3)]
            let grade = ["A", "B", "C"][random.below(3)]
            let risk = (abs(income - 50) < 18 ? 2.0 : 0) + (city == "Bern" ? 1 : 0) + random.unit()
            return "p\(row),\((income * 10).rounded() / 10),\(age),\(city),\(grade),\(risk > 1.6 ? "yes" : "no")"
        }
    }

    static func table(_ count: Int = 600, seed: UInt64 = 1) -> String { ([header] + rows(count, seed: seed)).joined(separator: "\n") + "\n" }

    /// The charter of the small project; its gate passes.
    static func settings(objectives: String = "{id: gain, metric: auc, on: test, versus: baseline, min_gain: 0.05}", steps: String = "") -> String {
        """
        martlet: 1
        project: loans
        charter:
          problem: {type: binary, target: late, positive: "yes"}
          outcome: "Find the loans that will be late"
          objectives:
            - \(objectives)
        data:
          source: {train: loans.csv}
          columns: {id: {use: false, key: true, why: "tells rows apart"}}
          split: {validation: 0.2, test: 0.2, how: stratified, seed: 7}
        pipeline:
          - {id: baseline, uses: train/majority}
          - {id: trees, uses: train/lightgbm, with: {num_leaves: 7, num_iterations: 60}}
        \(steps)
        serving: {endpoint: loans, model: loans@champion, key: id}
        monitoring: {reference: train}

        """
    }

    /// A new project, not yet run.
    static func project(objectives: String? = nil, steps: String = "") throws -> TemporaryFolder {
        let text = objectives.map { settings(objectives: $0, steps: steps) } ?? settings(steps: steps)
        return try TemporaryFolder(["loans.csv": table(), "martlet.yaml": text])
    }

    /// A new project that has run: `model:loans@v1` is champion.
    static func trained(objectives: String? = nil) async throws -> TemporaryFolder {
        let folder = try project(objectives: objectives)
        let run = try await folder.martlet("run", "--quiet")
        guard run.status == 0 else { throw ChildFailure(description: run.output + run.errors) }
        return folder
    }
}
