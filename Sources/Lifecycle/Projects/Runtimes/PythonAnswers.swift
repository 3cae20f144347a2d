internal import Serving
internal import Support
internal import Tables

/// What the outputs of a model in Python say of each row, for the log and what is measured by it. Where they say nothing of the kind, scores are missing.
struct PythonAnswers {
    private let answer: Signature.Answer
    private let rows: Int

    init(_ answer: Signature.Answer, rows: Int) {
        self.answer = answer
        self.rows = rows
    }

    func read(_ outputs: [Tensor]) -> Answers {
        let width = answer.width
        guard outputs.count == 1, let output = outputs.first, output.shape.first == rows, let scores = scores(output), scores.count == rows * width
        else { return Answers(scores: Array(repeating: .nan, count: rows * width), width: width, labels: nil) }
        return Answers(scores: scores, width: width, labels: answer.labels(of: scores))
    }

    private func scores(_ output: Tensor) -> [Double]? {
        let classes = answer.classes
        switch PythonContract.numbers(output) {
        case .text(let labels): return classes.isEmpty ? nil : labels.flatMap { marks($0, classes) }
        case .numbers(let numbers):
            if classes.isEmpty { return numbers }
            if numbers.count == rows * classes.count, classes.count > 1, output.shape.count == 2 {
                return classes.count > 2 ? numbers : (0..<rows).map { numbers[2 * $0 + 1] }
            }
            return numbers.flatMap { number in
                marks(output.datatype == .bool ? (number == 0 ? "false" : "true") : JSONValue.text(of: number), classes)
            }
        case .integers, .raw: return nil
        }
    }

    /// A label as the scores of one row: certain of its class.
    private func marks(_ label: String?, _ classes: [String]) -> [Double] {
        let place = label.flatMap { classes.firstIndex(of: $0) }
        if classes.count == 2 { return [place.map { Double($0) } ?? .nan] }
        return classes.indices.map { place == nil ? .nan : $0 == place ? 1 : 0 }
    }
}
