package import Support

/// A booster as LightGBM writes it (model text of version 3 and 4), as far as predictions need it.
///
/// Source of the format and of the decision rules: LightGBM 4.7, `src/io/tree.cpp`, `include/LightGBM/tree.h`, `src/boosting/gbdt_prediction.cpp`.
package struct BoosterText: Sendable {
    package let trees: [BoosterTree]
    /// Scores per row: the number of classes of a multiclass model, otherwise 1. Tree i adds to score i modulo this.
    package let width: Int
    package let featureCount: Int
    /// The objective and its settings, such as `binary` and `sigmoid:1`.
    package let objective: [String]
    /// Whether scores are the trees' average (random forests), not their sum.
    package let averages: Bool

    /// Reads a booster's text.
    /// - Throws: `invalidInput` for a text that is not a booster's or that this reader does not know (linear trees).
    package init(parsing text: String) throws(MartletError) {
        var sections = Self.sections(of: text)
        guard let head = sections.first, head.name == "tree" else { throw Self.failure("it does not begin with “tree”") }
        sections.removeFirst()
        guard let width = head["num_tree_per_iteration"].flatMap({ Int($0) }), width > 0,
            let last = head["max_feature_idx"].flatMap({ Int($0) }), last >= 0, last < Int(Int32.max)
        else { throw Self.failure("“num_tree_per_iteration” or “max_feature_idx” is missing") }
        self.width = width
        featureCount = last + 1
        objective = (head["objective"] ?? "").split(separator: " ").map(String.init)
        averages = head.flags.contains("average_output")
        var trees: [BoosterTree] = []
        trees.reserveCapacity(sections.count)
        for section in sections { trees.append(try BoosterTree(section, featureCount: last + 1)) }
        guard trees.count % width == 0 else { throw Self.failure("\(trees.count) trees do not make whole rounds of \(width)") }
        self.trees = trees
    }

    /// One block of `key=value` lines.
    struct Section {
        /// `tree` for the head, the tree's number for a tree.
        let name: Substring
        var values: [Substring: Substring] = [:]
        /// Lines without a value.
        var flags: Set<Substring> = []

        subscript(key: Substring) -> Substring? { values[key] }
    }

    private static func sections(of text: String) -> [Section] {
        var sections: [Section] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            if line == "end of trees" { break }
            guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                if line == "tree", sections.isEmpty {
                    sections.append(Section(name: line))
                } else if !sections.isEmpty {
                    sections[sections.count - 1].flags.insert(line)
                }
                continue
            }
            let (key, value) = (line[..<equals], line[line.index(after: equals)...])
            if key == "Tree" { sections.append(Section(name: value)) } else if !sections.isEmpty { sections[sections.count - 1].values[key] = value }
        }
        return sections
    }

    static func failure(_ reason: String) -> MartletError {
        MartletError(.invalidInput, "The LightGBM model cannot be read: \(reason). Train it again with the LightGBM that Martlet installs.")
    }
}
