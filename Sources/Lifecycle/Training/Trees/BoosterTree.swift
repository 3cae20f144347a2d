import Support

/// One tree of a booster.
package struct BoosterTree: Sendable {
    /// What a split does with values that LightGBM takes for missing.
    package enum Missing: Int, Sendable {
        /// NaN counts as 0.
        case none = 0
        /// 0 and NaN take the default branch.
        case zero = 1
        /// NaN takes the default branch.
        case nan = 2
    }

    /// Where a branch leads.
    package enum Child: Sendable, Equatable {
        case node(Int)
        case leaf(Int)
    }

    /// How a split decides.
    package enum Decision: Sendable, Equatable {
        /// Left where the value is at most the threshold.
        case threshold(Double, missing: Missing, defaultsLeft: Bool)
        /// Left where the whole number is one of these; in ascending order.
        case membership([Int])
    }

    package struct Node: Sendable {
        package let feature: Int
        package let decision: Decision
        package let left: Child
        package let right: Child
    }

    /// The first is the root; empty where the tree is a single leaf.
    package let nodes: [Node]
    package let leaves: [Double]

    init(_ section: BoosterText.Section, featureCount: Int) throws(MartletError) {
        if let linear = section["is_linear"], linear != "0" {
            throw MartletError(
                .invalidInput, "Models with linear trees cannot be exported, because ONNX has no such trees. Train with linear_tree: false.")
        }
        leaves = try Self.list(section, "leaf_value") { Double($0) }
        guard let count = section["num_leaves"].flatMap({ Int($0) }), count == leaves.count, count > 0 else {
            throw BoosterText.failure("tree \(section.name) does not have the leaves that it announces")
        }
        nodes = count == 1 ? [] : try Self.nodes(section, count: count - 1, featureCount: featureCount)
    }

    private static func nodes(_ section: BoosterText.Section, count: Int, featureCount: Int) throws(MartletError) -> [Node] {
        let features = try list(section, "split_feature") { Int($0) }
        let thresholds = try list(section, "threshold") { Double($0) }
        let types = try list(section, "decision_type") { Int($0) }
        let left = try list(section, "left_child") { Int($0) }
        let right = try list(section, "right_child") { Int($0) }
        guard [features.count, thresholds.count, types.count, left.count, right.count].allSatisfy({ $0 == count }) else {
            throw BoosterText.failure("the lists of tree \(section.name) differ in length")
        }
        let sets = try CategorySets(section)
        var nodes: [Node] = []
        for i in 0..<count {
            guard features[i] >= 0, features[i] < featureCount else { throw BoosterText.failure("tree \(section.name) splits on an unknown feature") }
            nodes.append(
                Node(
                    feature: features[i], decision: try decision(types[i], thresholds[i], sets, section),
                    left: try child(left[i], count, section), right: try child(right[i], count, section)))
        }
        return nodes
    }

    /// Bit 0 of the type: categorical; bit 1: missing values go left; bits 2 and 3: what counts as missing.
    private static func decision(_ type: Int, _ threshold: Double, _ sets: CategorySets, _ section: BoosterText.Section) throws(MartletError)
        -> Decision
    {
        guard type & 1 == 0 else { return .membership(try sets.members(Int(exactly: threshold) ?? -1, section)) }
        guard let missing = Missing(rawValue: type >> 2 & 3) else { throw BoosterText.failure("tree \(section.name) has an unknown kind of split") }
        return .threshold(threshold, missing: missing, defaultsLeft: type & 2 != 0)
    }

    /// Leaves are written as -1 - index.
    private static func child(_ index: Int, _ count: Int, _ section: BoosterText.Section) throws(MartletError) -> Child {
        guard index < count, index >= -count - 1 else { throw BoosterText.failure("tree \(section.name) refers to a branch that it does not have") }
        return index >= 0 ? .node(index) : .leaf(~index)
    }

    static func list<Element>(_ section: BoosterText.Section, _ key: Substring, _ parse: (Substring) -> Element?) throws(MartletError) -> [Element] {
        guard let text = section[key] else { throw BoosterText.failure("tree \(section.name) has no “\(key)”") }
        var values: [Element] = []
        for part in text.split(separator: " ") {
            guard let value = parse(part) else { throw BoosterText.failure("“\(part)” in “\(key)” of tree \(section.name) is not a number") }
            values.append(value)
        }
        return values
    }
}

/// The sets of categories of a tree: bits in 32-bit words, one run of words per set.
private struct CategorySets {
    private let boundaries: [Int]
    private let words: [UInt32]

    init(_ section: BoosterText.Section) throws(MartletError) {
        guard section["cat_boundaries"] != nil else {
            (boundaries, words) = ([], [])
            return
        }
        boundaries = try BoosterTree.list(section, "cat_boundaries") { Int($0) }
        words = try BoosterTree.list(section, "cat_threshold") { UInt32($0) }
    }

    func members(_ index: Int, _ section: BoosterText.Section) throws(MartletError) -> [Int] {
        guard index >= 0, index + 1 < boundaries.count, boundaries[index] >= 0, boundaries[index] <= boundaries[index + 1],
            boundaries[index + 1] <= words.count
        else { throw BoosterText.failure("tree \(section.name) refers to a set of categories that it does not have") }
        var members: [Int] = []
        for (position, word) in words[boundaries[index]..<boundaries[index + 1]].enumerated() {
            for bit in 0..<32 where word >> UInt32(bit) & 1 == 1 { members.append(position * 32 + bit) }
        }
        return members
    }
}
