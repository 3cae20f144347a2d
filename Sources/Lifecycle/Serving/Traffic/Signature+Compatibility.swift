package import Tables

extension Signature {
    /// Why a version with this signature cannot answer the requests of another, as the end of a sentence that begins with it; nil where it can.
    /// Their inputs may stand in another order.
    package func objection(toStandInFor other: Signature) -> String? {
        let own = Dictionary(inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for field in other.inputs {
            guard let mine = own[field.name] else { return "does not take the input “\(field.name)”" }
            guard mine.kind == field.kind else { return "takes “\(field.name)” as \(mine.kind.rawValue), not as \(field.kind.rawValue)" }
            guard mine.mayBeMissing || !field.mayBeMissing else { return "cannot do without “\(field.name)”" }
        }
        let known = Set(other.inputs.map(\.name))
        if let more = inputs.first(where: { !known.contains($0.name) }) { return "also needs the input “\(more.name)”" }
        guard answer.isRegression == other.answer.isRegression, answer.classes == other.answer.classes else { return "answers something else" }
        return nil
    }
}

extension Signature.Answer {
    fileprivate var isRegression: Bool { self == .regression }
}
