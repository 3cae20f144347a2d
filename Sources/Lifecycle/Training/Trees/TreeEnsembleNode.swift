package import ONNXGraph
package import Support

/// A booster as the operator `TreeEnsemble` of ai.onnx.ml 5, in doubles: the same sums in the same order, so that scores are equal bit by bit.
package struct TreeEnsembleNode: Sendable {
    /// LightGBM takes numbers this close to zero for zero (its constant is a float).
    private static let zeroLimit = Double(Float(1e-35))
    private static let lessOrEqual: UInt8 = 0
    private static let member: UInt8 = 6

    /// One column of the matrix that the operator reads.
    private struct Input: Hashable {
        var feature: Int
        /// Whether zeros are turned into NaN before the trees.
        var zeroIsMissing: Bool
    }

    private var roots: [Int] = []
    private var modes: [UInt8] = []
    private var splits: [Double] = []
    private var nodeInputs: [Input] = []
    private var missingTracksTrue: [Int] = []
    private var trueIDs: [Int] = []
    private var trueLeaves: [Int] = []
    private var falseIDs: [Int] = []
    private var falseLeaves: [Int] = []
    private var members: [Double] = []
    private var leafTargets: [Int] = []
    private var leafWeights: [Double] = []
    private let width: Int

    package init(_ booster: BoosterText) {
        width = booster.width
        for (i, tree) in booster.trees.enumerated() { append(tree, target: i % booster.width) }
    }

    // MARK: Trees

    private mutating func append(_ tree: BoosterTree, target: Int) {
        roots.append(modes.count)
        let firstLeaf = leafWeights.count
        leafWeights += tree.leaves
        leafTargets += [Int](repeating: target, count: tree.leaves.count)
        guard !tree.nodes.isEmpty else { return appendSingleLeaf(firstLeaf) }
        let firstNode = modes.count
        for node in tree.nodes {
            append(node.decision, feature: node.feature)
            trueIDs.append(id(node.left, firstNode, firstLeaf))
            trueLeaves.append(isLeaf(node.left))
            falseIDs.append(id(node.right, firstNode, firstLeaf))
            falseLeaves.append(isLeaf(node.right))
        }
    }

    /// The operator knows no tree without a split: both sides of this one lead to leaves of the same value.
    private mutating func appendSingleLeaf(_ leaf: Int) {
        leafWeights.append(leafWeights[leaf])
        leafTargets.append(leafTargets[leaf])
        append(.threshold(0, missing: .nan, defaultsLeft: true), feature: 0)
        trueIDs.append(leaf)
        falseIDs.append(leaf + 1)
        trueLeaves.append(1)
        falseLeaves.append(1)
    }

    private func id(_ child: BoosterTree.Child, _ firstNode: Int, _ firstLeaf: Int) -> Int {
        switch child {
        case .node(let index): firstNode + index
        case .leaf(let index): firstLeaf + index
        }
    }

    private func isLeaf(_ child: BoosterTree.Child) -> Int { if case .leaf = child { 1 } else { 0 } }

    private mutating func append(_ decision: BoosterTree.Decision, feature: Int) {
        switch decision {
        case .membership(let categories):
            modes.append(Self.member)
            splits.append(0)
            missingTracksTrue.append(0)
            members += categories.map(Double.init) + [.nan]
            nodeInputs.append(Input(feature: feature, zeroIsMissing: false))
        case .threshold(let threshold, let missing, let defaultsLeft):
            let split = Self.effective(threshold)
            modes.append(Self.lessOrEqual)
            splits.append(split)
            let missingGoesLeft = missing == .none ? 0 <= split : defaultsLeft
            missingTracksTrue.append(missingGoesLeft ? 1 : 0)
            nodeInputs.append(Input(feature: feature, zeroIsMissing: missing == .zero))
        }
    }

    /// LightGBM sets numbers within the zero limit to 0 before it compares. A threshold within the limit is moved to where that makes no
    /// difference, so that the graph need not do the same.
    private static func effective(_ threshold: Double) -> Double {
        guard abs(threshold) <= zeroLimit else { return threshold }
        return threshold < 0 ? (-zeroLimit).nextDown : zeroLimit
    }

    // MARK: Graph

    /// Adds the operator.
    /// - Parameter features: one [N, 1] column of doubles per feature of the booster; categories are whole numbers, NaN where unknown.
    /// - Returns: the raw scores, [N, width].
    package func add(to builder: inout GraphBuilder, features: [GraphValue]) throws(MartletError) -> GraphValue {
        let inputs = Array(Set(nodeInputs)).sorted { ($0.zeroIsMissing ? 1 : 0, $0.feature) < ($1.zeroIsMissing ? 1 : 0, $1.feature) }
        guard let last = inputs.map(\.feature).max(), last < features.count else {
            throw MartletError(.defect, "The booster splits on more features than the graph has columns.")
        }
        let plain = inputs.filter { !$0.zeroIsMissing }.map { features[$0.feature] }
        let zeroed = inputs.filter(\.zeroIsMissing).map { features[$0.feature] }
        var parts: [GraphValue] = []
        if !plain.isEmpty { parts.append(builder.columns(plain)) }
        if !zeroed.isEmpty { parts.append(zerosAsMissing(builder.columns(zeroed), &builder)) }
        return builder.node(operation(inputs), builder.columns(parts))
    }

    private func zerosAsMissing(_ matrix: GraphValue, _ builder: inout GraphBuilder) -> GraphValue {
        let size = builder.node(GraphOperator("Abs"), matrix)
        let isZero = builder.node(GraphOperator("LessOrEqual"), size, builder.constant(Self.zeroLimit))
        return builder.node(GraphOperator("Where"), isZero, builder.constant(.nan), matrix)
    }

    private func operation(_ inputs: [Input]) -> GraphOperator {
        let index = Dictionary(zip(inputs, 0...), uniquingKeysWith: { first, _ in first })
        var attributes: [(String, GraphAttribute)] = [
            ("aggregate_function", .integer(1)),
            ("leaf_targetids", .integers(leafTargets)),
            ("leaf_weights", .tensor(ConstantTensor(leafWeights))),
            ("n_targets", .integer(width)),
            ("nodes_falseleafs", .integers(falseLeaves)),
            ("nodes_falsenodeids", .integers(falseIDs)),
            ("nodes_featureids", .integers(nodeInputs.map { index[$0] ?? 0 })),
            ("nodes_missing_value_tracks_true", .integers(missingTracksTrue)),
            ("nodes_modes", .tensor(ConstantTensor(bytes: modes))),
            ("nodes_splits", .tensor(ConstantTensor(splits))),
            ("nodes_trueleafs", .integers(trueLeaves)),
            ("nodes_truenodeids", .integers(trueIDs)),
            ("post_transform", .integer(0)),
            ("tree_roots", .integers(roots)),
        ]
        if !members.isEmpty { attributes.append(("membership_values", .tensor(ConstantTensor(members)))) }
        return GraphOperator("TreeEnsemble", domain: GraphOperator.classical, attributes)
    }
}

extension GraphBuilder {
    /// [N, 1] columns side by side.
    mutating func columns(_ values: [GraphValue]) -> GraphValue {
        guard values.count != 1, !values.isEmpty else { return values.first ?? constant(.nan) }
        return node(GraphOperator("Concat", [("axis", .integer(1))]), inputs: values)
    }
}
