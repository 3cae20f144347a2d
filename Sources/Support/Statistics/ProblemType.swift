/// What a model predicts; decides which metrics exist.
package enum ProblemType: String, Sendable, Codable, CaseIterable {
    /// One of two classes, by the probability of the positive one.
    case binary
    /// One of several classes, by a probability for each.
    case multiclass
    /// A number.
    case regression
}
