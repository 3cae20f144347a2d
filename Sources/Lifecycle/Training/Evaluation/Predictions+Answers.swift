package import Statistics
package import Support
package import Tables

extension Predictions {
    /// Scores beside the truth.
    /// - Parameters:
    ///   - scores: as in `Answers.scores`.
    ///   - answer: what the model answers; its classes must be the target's.
    /// - Throws: `invalidInput` where the two do not fit.
    package init(scores: [Double], answer: Signature.Answer, truth: Target, weights: [Double]? = nil) throws(MartletError) {
        switch (answer, truth) {
        case (.binary(_, let positive, let threshold), .binary(let truth, _, let wanted)) where positive == wanted:
            self = try .binary(truth: truth, probabilities: scores, threshold: threshold, weights: weights)
        case (.multiclass(let classes), .multiclass(let truth, let wanted)) where classes == wanted:
            self = try .multiclass(truth: truth, probabilities: scores, classes: classes, weights: weights)
        case (.regression, .regression(let truth)):
            self = try .regression(truth: truth, predicted: scores, weights: weights)
        default:
            throw MartletError(.invalidInput, "The model and the target do not fit: they are of different kinds of problem or have other classes.")
        }
    }

    /// Answers beside the truth, with the threshold that models have when they are trained.
    package init(_ answers: Answers, truth: Target, weights: [Double]? = nil) throws(MartletError) {
        try self.init(scores: answers.scores, answer: truth.answer, truth: truth, weights: weights)
    }
}
