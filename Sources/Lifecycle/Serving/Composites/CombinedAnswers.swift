import Support
import Tables

/// Makes one answer of several.
struct CombinedAnswers {
    let answer: Signature.Answer
    let combination: Combination
    /// One for each that answers.
    let weights: [Double]

    /// What all say of each row together. Where classes are voted for, the score of each is its share of the votes.
    /// - Throws: `defect` where they answered different numbers of rows.
    func answers(_ all: [Answers]) throws(MartletError) -> Answers {
        guard let first = all.first, all.allSatisfy({ $0.scores.count == first.scores.count && $0.width == first.width }) else {
            throw MartletError(.defect, "The models of an ensemble answered different numbers of rows.")
        }
        guard combination == .vote else {
            let scores = combined(all.map(\.scores))
            return Answers(scores: scores, width: first.width, labels: answer.labels(of: scores))
        }
        let shares = votes(all.map(\.labels), rows: first.rowCount)
        return Answers(scores: shares, width: first.width, labels: elected(shares))
    }

    /// Whether the outputs of models can be combined one by one: all have the same, of real numbers or the label of each row.
    static func combines(_ all: [[TensorField]], of answer: Signature.Answer) -> Bool {
        guard let first = all.first, all.allSatisfy({ $0 == first }) else { return false }
        let areWhole = !answer.classes.isEmpty && answer.classes.allSatisfy { Int64($0) != nil }
        return first.allSatisfy { field in
            let isLabel = field.shape.count == 1 && (field.datatype == .bytes ? !answer.classes.isEmpty : field.datatype.isWhole && areWhole)
            return field.datatype.isReal || isLabel
        }
    }

    /// The outputs of models with tensors of their own: numbers element by element, and the labels that follow.
    /// - Parameter answers: what is said of each row together.
    /// - Throws: `defect` where their shapes differ.
    func tensors(_ all: [[Tensor]], _ answers: Answers) throws(MartletError) -> [Tensor] {
        guard let first = all.first, all.allSatisfy({ $0.map(\.shape) == first.map(\.shape) }) else {
            throw MartletError(.defect, "The models of an ensemble answered tensors of different shapes.")
        }
        return first.indices.map { place in
            var tensor = first[place]
            guard tensor.datatype.isReal else {
                let labels = answers.labels.map { labels in (0..<answers.rowCount).map { labels[$0] } } ?? []
                tensor.values = tensor.datatype == .bytes ? .text(labels) : .integers(labels.map { $0.flatMap { Int64($0) } ?? 0 })
                return tensor
            }
            let values = all.map { outputs -> [Double] in if case .numbers(let numbers) = outputs[place].decoded { numbers } else { [] } }
            tensor.values = .raw(BinaryTensor.bytes(.numbers(combined(values)), as: tensor.datatype))
            return tensor
        }
    }

    private func combined(_ all: [[Double]]) -> [Double] {
        let total = weights.reduce(0, +)
        return (all.first ?? []).indices.map { place in
            let values = all.map { $0[place] }
            switch combination {
            case .mean, .vote: return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
            case .median: return CombinedAnswers.median(values)
            case .max: return values.contains { $0.isNaN } ? .nan : values.max() ?? .nan
            }
        }
    }

    /// The value in the middle, of an even number the mean of the two.
    private static func median(_ values: [Double]) -> Double {
        guard !values.contains(where: \.isNaN) else { return .nan }
        let (sorted, middle) = (values.sorted(), values.count / 2)
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private func votes(_ all: [TextValues?], rows: Int) -> [Double] {
        let classes = answer.classes
        let total = weights.reduce(0, +)
        return (0..<rows).flatMap { row in
            var shares = Array(repeating: 0.0, count: classes.count)
            for (labels, weight) in zip(all, weights) {
                if let label = labels?[row], let place = classes.firstIndex(of: label) { shares[place] += weight / total }
            }
            return answer.width == 1 ? Array(shares.suffix(1)) : shares
        }
    }

    /// The classes with most votes, of equal ones the first.
    private func elected(_ shares: [Double]) -> TextValues? {
        guard case .binary(let negative, let positive, _) = answer else { return answer.labels(of: shares) }
        return TextValues(codes: shares.map { $0 > 0.5 ? 1 : 0 }, dictionary: [negative, positive])
    }
}
