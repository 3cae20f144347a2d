import Support
import Tables

/// Questions of one version that are asked as one.
struct Batch {
    let questions: [Question]

    /// What a model answers to each; where it does not answer them together, each is asked by itself, so that none suffers from another. Blocks.
    func ask(_ model: any ServedModel) -> [Result<Question.Answer, MartletError>] {
        if questions.count > 1, let answers = try? together(model) { return answers.map { .success($0) } }
        return questions.map { question in Result { () throws(MartletError) in try question.ask(model) } }
    }

    private func together(_ model: any ServedModel) throws(MartletError) -> [Question.Answer] {
        let answer = try Question.joining(questions).ask(model)
        var parts: [Question.Answer] = []
        var first = 0
        for question in questions {
            let rows = first..<first + question.rowCount
            parts.append(
                (
                    answer.inputs.rows(Array(rows)), answer.answers.rows(rows),
                    try answer.outputs?.map { output throws(MartletError) in try output.rows(rows, of: answer.answers.rowCount) }
                ))
            first = rows.upperBound
        }
        return parts
    }
}

extension Question {
    /// Whether another question can be asked together with this one.
    func joins(_ other: Question) -> Bool {
        switch (self, other) {
        case (.rows(let a), .rows(let b)): return a.hasFields(of: b)
        case (.tensors(let a, _), .tensors(let b, _)):
            return a.count == b.count
                && zip(a, b).allSatisfy { $0.name == $1.name && $0.datatype == $1.datatype && $0.shape.dropFirst() == $1.shape.dropFirst() }
        default: return false
        }
    }

    /// The rows of questions that join, one after the other.
    static func joining(_ questions: [Question]) throws(MartletError) -> Question {
        let tables = questions.compactMap(\.table)
        if tables.count == questions.count { return .rows(try Table.joining(tables)) }
        let parts = questions.compactMap { question -> [Tensor]? in if case .tensors(let tensors, _) = question { tensors } else { nil } }
        guard let first = parts.first, parts.count == questions.count else { throw MartletError(.defect, "Rows and tensors do not join.") }
        let tensors = first.indices.map { place in Tensor.joining(parts.map { $0[place] }) }
        return .tensors(tensors, rows: questions.reduce(0) { $0 + $1.rowCount })
    }
}

extension Tensor {
    /// The rows of tensors that differ only in their number, one after the other.
    fileprivate static func joining(_ tensors: [Tensor]) -> Tensor {
        var joined = tensors[0]
        joined.shape[0] = tensors.reduce(0) { $0 + $1.shape[0] }
        let texts = tensors.compactMap { tensor -> [String?]? in if case .text(let texts) = tensor.values { texts } else { nil } }
        guard texts.count < tensors.count else {
            joined.values = .text(Array(texts.joined()))
            return joined
        }
        joined.values = .raw(tensors.reduce(into: ArraySlice<UInt8>()) { $0 += BinaryTensor.bytes($1.values, as: $1.datatype) })
        return joined
    }

    /// Some of the rows of an output.
    /// - Throws: `defect` where it does not have so many.
    fileprivate func rows(_ rows: Range<Int>, of count: Int) throws(MartletError) -> Tensor {
        guard shape.first == count, count > 0 else { throw MartletError(.defect, "Output “\(name)” has shape \(shape) for \(count) rows.") }
        var part = self
        part.shape[0] = rows.count
        part.values = values.part(rows, of: count)
        return part
    }
}

extension Tensor.Values {
    fileprivate func part(_ rows: Range<Int>, of count: Int) -> Tensor.Values {
        func cut<Elements: RandomAccessCollection>(_ elements: Elements) -> Elements.SubSequence where Elements.Index == Int {
            let width = elements.count / count
            return elements[elements.startIndex + rows.lowerBound * width..<elements.startIndex + rows.upperBound * width]
        }
        switch self {
        case .numbers(let numbers): return .numbers(Array(cut(numbers)))
        case .integers(let integers): return .integers(Array(cut(integers)))
        case .text(let texts): return .text(Array(cut(texts)))
        case .raw(let bytes): return .raw(cut(bytes))
        }
    }
}
