import LightGBM
import Support
import Testing
import Training

/// Made-up rows with everything that trees treat specially: missing values, zeros, numbers next to zero, categories.
private struct Rows {
    var columns: [[Double]] = []
    let categorical = [4, 5]
    var binary: [Float] = []
    var classes: [Float] = []
    var number: [Float] = []

    init(_ count: Int, categories: Int, seed: UInt64) {
        var random = RandomSource(seed: seed)
        columns = [[Double]](repeating: [], count: 6)
        for _ in 0..<count {
            let a = random.unit() * 10 - 5
            let b = random.unit() < 0.4 ? 0 : (random.unit() * 8).rounded() - 4
            let c = random.unit() < 0.3 ? Double.nan : random.unit() * 100
            let tiny = [0, 1e-36, -1e-36, 1e-35, -1e-35, 3e-35, -3e-35, 1e-34, -1e-34, 0.5, -0.5, .nan][random.below(12)]
            let few = random.unit() < 0.1 ? Double.nan : Double(random.below(12))
            let many = Double(random.below(categories))
            for (j, value) in [a, b, c, tiny, few, many].enumerated() { columns[j].append(value) }
            let effect = Double(Int(many) &* 2_654_435_761 % 1000) / 250 - 2
            let score =
                a * 0.4 + (b == 0 ? 1 : -0.3 * b) + (c.isNaN ? 1.5 : c / 60) + (tiny > 0 ? 1 : tiny < 0 ? -1 : 0) + (few.isNaN ? 0 : sin(few))
                + effect
            binary.append(logistic(score) > random.unit() ? 1 : 0)
            classes.append(Float(min(3, max(0, Int(score + random.unit()) + 1))))
            number.append(Float(max(0.01, score + 4 + random.unit())))
        }
    }

    private func sin(_ x: Double) -> Double { x.truncatingRemainder(dividingBy: 3) - 1 }

    private func logistic(_ x: Double) -> Double { 1 / (1 + pow2(-1.4426950408889634 * x)) }

    private func pow2(_ x: Double) -> Double {
        let whole = x.rounded(.down)
        let fraction = x - whole
        return Double(sign: .plus, exponent: Int(whole), significand: 1) * (1 + fraction * (0.6565 + 0.3435 * fraction))
    }

    func matrix(_ label: [Float]) -> TrainingMatrix {
        TrainingMatrix(features: columns, featureNames: columns.indices.map { "x\($0)" }, categorical: categorical, label: label)
    }
}

@Suite("The exported trees equal the booster", .enabled(if: Places.hasEngines, "the engines are not installed; run `make setup`"))
struct ExactnessTests {
    private func probe(_ parameters: [(String, String)], _ rows: Rows, _ label: [Float], rounds: Int = 40) throws -> Probe {
        let all = [("min_data_in_leaf", "5"), ("min_data_per_group", "3")] + parameters
        return try Probe(try LightGBM(locator: Places.locator).train(all, training: rows.matrix(label), rounds: rounds))
    }

    private func expectEqualEverywhere(_ probe: Probe, _ rows: Rows, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try probe.expectEqual(rows.columns, sourceLocation: sourceLocation)
        try probe.expectEqual(probe.edgeRows(rows.columns, seed: 5), sourceLocation: sourceLocation)
        // One row at a time takes another path through the engine than many.
        for row in 0..<20 { try probe.expectEqual(rows.columns.map { [$0[row]] }, sourceLocation: sourceLocation) }
    }

    @Test(
        "in each of LightGBM's modes of missing values",
        arguments: [
            ([("objective", "binary")], BoosterTree.Missing.nan),
            ([("objective", "binary"), ("use_missing", "false")], .none),
            ([("objective", "binary"), ("zero_as_missing", "true")], .zero),
        ])
    func missingModes(_ parameters: [(String, String)], _ kind: BoosterTree.Missing) throws {
        let rows = Rows(4000, categories: 40, seed: 1)
        let probe = try probe(parameters, rows, rows.binary)
        #expect(probe.missingKinds.contains(kind))
        #expect(probe.splitCount > 500)
        try expectEqualEverywhere(probe, rows)
    }

    @Test(
        "for every objective and its link",
        arguments: [
            "regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie",
        ])
    func objectives(_ objective: String) throws {
        let rows = Rows(2000, categories: 30, seed: 2)
        try expectEqualEverywhere(try probe([("objective", objective)], rows, rows.number, rounds: 15), rows)
    }

    @Test("for several classes, as softmax and one against the rest", arguments: ["multiclass", "multiclassova"])
    func classes(_ objective: String) throws {
        let rows = Rows(3000, categories: 30, seed: 3)
        let probe = try probe([("objective", objective), ("num_class", "4")], rows, rows.classes, rounds: 20)
        #expect(probe.treeCount == 80)
        try expectEqualEverywhere(probe, rows)
    }

    @Test(
        "with a scaled logistic link, the target's square root, dropped trees and averaged trees",
        arguments: [
            [("objective", "binary"), ("sigmoid", "2.5")], [("objective", "cross_entropy")], [("objective", "binary"), ("boosting", "dart")],
            [("objective", "binary"), ("boosting", "rf"), ("bagging_freq", "1"), ("bagging_fraction", "0.6")],
        ])
    func variants(_ parameters: [(String, String)]) throws {
        let rows = Rows(2000, categories: 30, seed: 4)
        try expectEqualEverywhere(try probe(parameters, rows, rows.binary, rounds: 20), rows)
    }

    @Test("when the booster learns the square root of the target")
    func squareRoot() throws {
        let rows = Rows(2000, categories: 30, seed: 4)
        try expectEqualEverywhere(try probe([("objective", "regression"), ("reg_sqrt", "true")], rows, rows.number, rounds: 20), rows)
    }

    @Test("with categorical splits among 2,000 categories")
    func manyCategories() throws {
        let rows = Rows(12_000, categories: 2000, seed: 6)
        let probe = try probe(
            [("objective", "binary"), ("max_cat_threshold", "600"), ("cat_smooth", "1")], rows, rows.binary, rounds: 20)
        #expect(probe.greatestSet > 100)
        try expectEqualEverywhere(probe, rows)
    }

    @Test("when every tree is a single leaf")
    func singleLeaves() throws {
        let rows = Rows(500, categories: 5, seed: 7)
        let all = [("objective", "binary"), ("min_data_in_leaf", "400")]
        let probe = try Probe(try LightGBM(locator: Places.locator).train(all, training: rows.matrix(rows.binary), rounds: 3))
        #expect(probe.splitCount == 0)
        try probe.expectEqual(rows.columns)
    }
}

@Suite("Reading a booster's text")
struct BoosterTextTests {
    private let head = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=regression\n"

    @Test("Linear trees are refused with the reason")
    func linearTrees() throws {
        let text = head + "\nTree=0\nnum_leaves=1\nleaf_value=1\nis_linear=1\n\nend of trees\n"
        let error = #expect(throws: MartletError.self) { try BoosterText(parsing: text) }
        #expect(error?.message.contains("linear trees") == true)
    }

    @Test(
        "A damaged text is an error, never a crash",
        arguments: [
            "", "nonsense", "tree\n", "tree\nnum_tree_per_iteration=0\nmax_feature_idx=1\n",
            "tree\nnum_tree_per_iteration=1\nmax_feature_idx=1\n\nTree=0\nnum_leaves=2\nleaf_value=1 2\n",
            "tree\nnum_tree_per_iteration=1\nmax_feature_idx=1\n\nTree=0\nnum_leaves=2\nleaf_value=1 2\nsplit_feature=9\nthreshold=1\ndecision_type=2\nleft_child=-1\nright_child=-2\n",
            "tree\nnum_tree_per_iteration=1\nmax_feature_idx=1\n\nTree=0\nnum_leaves=2\nleaf_value=1 2\nsplit_feature=0\nthreshold=1\ndecision_type=2\nleft_child=-9\nright_child=-2\n",
            "tree\nnum_tree_per_iteration=1\nmax_feature_idx=1\n\nTree=0\nnum_leaves=2\nleaf_value=1 2\nsplit_feature=0\nthreshold=7\ndecision_type=1\nleft_child=-1\nright_child=-2\ncat_boundaries=0 1\ncat_threshold=5\n",
            "tree\nnum_tree_per_iteration=1\nmax_feature_idx=1\n\nTree=0\nnum_leaves=two\nleaf_value=1 2\n",
        ])
    func damaged(_ text: String) { #expect(throws: MartletError.self) { try BoosterText(parsing: text) } }

    @Test("An objective that is not known is refused")
    func objective() { #expect(throws: MartletError.self) { try BoosterLink(objective: ["custom"]) } }
}
