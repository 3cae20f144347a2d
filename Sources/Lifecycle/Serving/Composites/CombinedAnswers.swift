import Support
import Tables

/// Makes one answer of several.
struct CombinedAnswers {
    let answer: Signature.Answer
    let combination: Combination
    /// One for each that answers.
    let weights: [Double]

    /// What all say of each row together. Where classes are voted for, the score of each is its share of the votes.
    /// - Throws: `defect` where they answered different numbers of rows, or not a score for each class.
    func answers(_ all: [Answers]) throws(MartletError) -> Answers {
        guard let first = all.first, all.allSatisfy({ $0.scores.count == first.scores.count && $0.width == first.width }) else {
            throw MartletError(.defect, "The models of an ensemble answered different numbers of rows.")
        }
        guard first.width == answer.width, first.scores.count == first.rowCount * first.width else {
            throw MartletError(.defect, "The models of an ensemble answered \(first.width) scores a row where \(answer.width) are expected.")
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
        let areWhole = hasWholeClasses(answer)
        return first.allSatisfy { field in
            let isLabel = field.shape.count == 1 && (field.datatype == .bytes ? !answer.classes.isEmpty : field.datatype.isWhole && areWhole)
            return field.datatype.isReal || isLabel
        }
    }

    private static func hasWholeClasses(_ answer: Signature.Answer) -> Bool {
        !answer.classes.isEmpty && answer.classes.allSatisfy { Int64($0) != nil }
    }

    /// The outputs of models with tensors of their own: numbers element by element, and the labels that follow.
    /// - Parameters:
    ///   - fields: the outputs that all have announced. A model in Python may answer other types, such as whole numbers for real ones.
    ///   - answers: what is said of each row together.
    /// - Throws: `defect` where an output is absent, or they do not fit each other.
    func tensors(_ all: [[Tensor]], as fields: [TensorField], _ answers: Answers) throws(MartletError) -> [Tensor] {
        var tensors: [Tensor] = []
        for field in fields {
            let outputs = all.compactMap { outputs in outputs.first { $0.name == field.name } }
            guard outputs.count == all.count, let first = outputs.first else {
                throw MartletError(.defect, "A model of an ensemble did not answer “\(field.name)”, which it announces.")
            }
            guard outputs.allSatisfy({ $0.shape == first.shape }) else {
                let shapes = outputs.map { "\($0.shape)" }.joined(separator: ", ")
                throw MartletError(.defect, "The models of an ensemble answered “\(field.name)” in different shapes: \(shapes).")
            }
            // Where a model tells nothing of its outputs, texts are announced and numbers may be answered.
            let areNumbers = field.datatype.isReal || field.datatype == .bytes && outputs.allSatisfy { $0.datatype.isReal }
            tensors.append(try areNumbers ? numbers(outputs, as: field) : labels(first, as: field, answers))
        }
        return tensors
    }

    private func numbers(_ outputs: [Tensor], as field: TensorField) throws(MartletError) -> Tensor {
        var tensor = outputs[0]
        let count = try? Tensor.elementCount(tensor.shape, of: field.name)
        let values = outputs.compactMap { CombinedAnswers.numbers(of: $0) }
        guard values.count == outputs.count, values.allSatisfy({ $0.count == count }) else {
            throw MartletError(
                .defect, "A model of an ensemble answered “\(field.name)” with something else than the numbers of its shape \(tensor.shape).")
        }
        if field.datatype.isReal { tensor.datatype = field.datatype }
        tensor.values = .raw(BinaryTensor.bytes(.numbers(combined(values)), as: tensor.datatype))
        return tensor
    }

    /// A tensor's values as real numbers; nil for text.
    private static func numbers(of tensor: Tensor) -> [Double]? {
        guard tensor.datatype != .bytes else { return nil }
        switch tensor.decoded {
        case .numbers(let numbers): return numbers
        case .integers(let integers): return integers.map(Double.init)
        case .text, .raw: return nil
        }
    }

    private func labels(_ output: Tensor, as field: TensorField, _ answers: Answers) throws(MartletError) -> Tensor {
        let count = try? Tensor.elementCount(output.shape, of: field.name)
        guard let labels = answers.labels, labels.codes.count == count else {
            throw MartletError(
                .defect, "The models of an ensemble answered “\(field.name)” in the shape \(output.shape), which is no label for each row.")
        }
        var tensor = output
        let texts = labels.codes.indices.map { labels[$0] }
        if field.datatype.isWhole {
            tensor.datatype = field.datatype
        } else if !output.datatype.isWhole || !CombinedAnswers.hasWholeClasses(answer) {
            tensor.datatype = .bytes
        }
        tensor.values = tensor.datatype == .bytes ? .text(texts) : .integers(texts.map { $0.flatMap { Int64($0) } ?? 0 })
        return tensor
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
