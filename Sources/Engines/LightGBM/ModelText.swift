package import Support

/// What LightGBM's text of a model says of the columns and of the answer.
package struct ModelText: Sendable, Equatable {
    /// `binary`, `multiclass`, `regression`, …; empty where it was trained by an objective of the caller's own.
    package var objective = ""
    /// The smallest and the largest value of each feature in training; nil for categories and for features without a split.
    package var ranges: [ClosedRange<Double>?] = []
    /// The features that hold categories, in order.
    package var categorical: [Int] = []
    /// The values of the categorical columns in pandas, each list in the order of its codes; empty where the model was trained on codes.
    package var pandas: [[JSONValue]] = []

    package init(_ text: String) {
        for line in text.split(separator: "\n") {
            if let words = line.after("objective=") { objective = words.split(separator: " ").first.map(String.init) ?? "" }
            if let words = line.after("feature_infos=") { ranges = words.split(separator: " ").map(ModelText.range) }
            if let words = line.after("[categorical_feature: ") { categorical = words.dropLast().split(separator: ",").compactMap { Int($0) } }
            if let words = line.after("pandas_categorical:") {
                pandas = (try? JSONValue(parsing: String(words)))?.elements.map(\.elements) ?? []
            }
        }
    }

    private static func range(_ text: Substring) -> ClosedRange<Double>? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let ends = text.dropFirst().dropLast().split(separator: ":").compactMap { Double($0) }
        return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
    }
}

extension Substring {
    fileprivate func after(_ start: String) -> Substring? { hasPrefix(start) ? dropFirst(start.count) : nil }
}
