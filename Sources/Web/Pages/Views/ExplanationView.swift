/// What each column added to a prediction.
package struct ExplanationView: View {
    /// What one column added.
    package struct Contribution: View {
        package var column: String
        package var value: Double
        package var error: Double?

        package init(column: String, value: Double, error: Double? = nil) {
            self.column = column
            self.value = value
            self.error = error
        }

        package static let about = "What one column added."
        package static var members: [ViewMember<Contribution>] {
            [
                .init("column", \.column), .init("value", \.value),
                .init("error", \.error, "The standard error of a sampled contribution; null for an exact one."),
            ]
        }
    }

    /// `tree_shap` or `shapley_sampling`.
    package var method: String
    /// `raw`, `probability` or `value`.
    package var scale: String
    /// The class whose score is told.
    package var output: String?
    package var base: Double?
    package var score: Double?
    /// The greatest first.
    package var contributions: [Contribution]
    /// Why there is no explanation; nil where there is one.
    package var missing: String?

    package init(method: String, scale: String, output: String?, base: Double, score: Double, contributions: [Contribution]) {
        self.method = method
        self.scale = scale
        self.output = output
        self.base = base
        self.score = score
        self.contributions = contributions
    }

    package init(missing: String) {
        method = ""
        scale = ""
        contributions = []
        self.missing = missing
    }

    package static let about = "What each column added to a prediction."
    package static var members: [ViewMember<ExplanationView>] {
        [
            .init("method", \.method, "tree_shap or shapley_sampling."), .init("scale", \.scale, "raw, probability or value."),
            .init("output", \.output, "The class whose score is told."), .init("base", \.base, "What is answered on average."),
            .init("score", \.score, "The base and all contributions together."), .init("contributions", \.contributions, "The greatest first."),
            .init("missing", \.missing, "Why there is no explanation; null where there is one."),
        ]
    }
}
