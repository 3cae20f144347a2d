import ONNXRuntime
import Support
import Tables

/// Reads scores from what a graph answered for some rows.
struct GraphAnswer {
    private let contract: GraphSignature
    private let rows: Int

    init(_ contract: GraphSignature, rows: Int) {
        self.contract = contract
        self.rows = rows
    }

    /// Rows × width scores, row after row.
    func scores(_ tensor: Tensor) throws(MartletError) -> [Double] {
        switch contract.mapping.output {
        case .value(let output):
            guard let values = tensor.doubles, values.count == rows else { throw shape(output, tensor, "one number per row") }
            return values
        case .labels(let output, let names): return try oneHot(output, tensor, names)
        case .probabilities(let output, let positions): return try probabilities(output, tensor, positions)
        case .none: throw MartletError(.invalidInput, "The model answers no scores row by row.")
        }
    }

    private func probabilities(_ output: String, _ tensor: Tensor, _ positions: [Int]) throws(MartletError) -> [Double] {
        guard let values = tensor.doubles, rows > 0, values.count % rows == 0 else { throw shape(output, tensor, "probabilities per row") }
        let width = values.count / rows
        let places = try tensor.labels.map { labels throws(MartletError) in try classPlaces(labels) } ?? (width == 1 ? [0] : positions)
        guard places.allSatisfy({ $0 < width }), places.count == 1 ? width <= 2 : width == places.count else {
            throw shape(output, tensor, "\(places.count == 1 ? "one or two" : "\(places.count)") probabilities per row")
        }
        if places.count == 1, width == 1 { return values }
        return (0..<rows).flatMap { row in places.map { values[row * width + $0] } }
    }

    /// Where the positive class, or each class, stands among the labels of the answer.
    private func classPlaces(_ labels: [String]) throws(MartletError) -> [Int] {
        switch contract.signature.answer {
        case .regression: return [0]
        case .binary(_, let positive, _):
            if let place = Self.place(of: positive, in: labels) { return [place] }
            if let place = Self.place(of: "1", in: labels) ?? Self.place(of: "true", in: labels.map { $0.lowercased() }) { return [place] }
            throw unknown(positive, labels)
        case .multiclass(let classes):
            guard classes.contains(where: { Self.place(of: $0, in: labels) != nil }) else {
                // Classes that were numbered from 0 before training.
                guard labels == classes.indices.map(String.init) else { throw unknown(classes.first ?? "", labels) }
                return Array(classes.indices)
            }
            var places: [Int] = []
            for name in classes {
                guard let place = Self.place(of: name, in: labels) else { throw unknown(name, labels) }
                places.append(place)
            }
            return places
        }
    }

    /// The place of a label, numbers compared by value.
    private static func place(of name: String, in labels: [String]) -> Int? {
        labels.firstIndex(of: name) ?? Double(name).flatMap { number in labels.firstIndex { Double($0) == number } }
    }

    private func oneHot(_ output: String, _ tensor: Tensor, _ names: [String]) throws(MartletError) -> [Double] {
        guard tensor.count == rows else { throw shape(output, tensor, "one label per row") }
        let labels: [String]
        if case .string(let texts) = tensor.values { labels = texts } else { labels = (tensor.doubles ?? []).map { JSONValue.text(of: $0) } }
        var scores: [Double] = []
        for label in labels {
            guard let place = Self.place(of: label, in: names) else { throw unknown(label, names) }
            if case .binary = contract.signature.answer {
                scores.append(place == 1 ? 1 : 0)
            } else {
                scores += names.indices.map { $0 == place ? 1 : 0 }
            }
        }
        return scores
    }

    private func unknown(_ name: String, _ labels: [String]) -> MartletError {
        MartletError(
            .invalidInput, "The model's classes and the target's differ: there is no “\(name)” among \(labels.prefix(20).joined(separator: ", ")).")
    }

    private func shape(_ output: String, _ tensor: Tensor, _ expected: String) -> MartletError {
        MartletError(.invalidInput, "The model's output “\(output)” has the shape \(tensor.shape) for \(rows) rows; expected \(expected).")
    }
}
