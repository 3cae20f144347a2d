package import Support
import Tables

/// The request that a version must have answered before anybody else's reaches it.
package enum WarmUp {
    /// One row as the signature describes it: the middle of every range, the most frequent of every text.
    static func row(of signature: Signature) throws(MartletError) -> Table {
        var columns: [Column] = []
        for field in signature.inputs {
            guard field.kind != .text else {
                columns.append(Column(field.name, strings: [field.categories?.first ?? (field.mayBeMissing ? nil : "")]))
                continue
            }
            let middle = field.minimum.flatMap { low in field.maximum.map { low / 2 + $0 / 2 } } ?? 0
            columns.append(Column(field.name, kind: field.kind, numbers: [[.integer, .boolean].contains(field.kind) ? middle.rounded() : middle]))
        }
        return try Table(columns)
    }

    /// Asks a model for one row.
    /// - Throws: `unavailable` with what came instead of an answer to one row.
    package static func check(_ model: any ServedModel) throws(MartletError) {
        let answers: Answers
        do throws(MartletError) { answers = try model.answer(row(of: model.signature)) } catch {
            throw MartletError(
                .unavailable,
                "\(model.name)@v\(model.version) does not answer a row made from its signature, so that no request reaches it. \(error.message)",
                cause: error.cause)
        }
        guard answers.rowCount == 1, answers.scores.allSatisfy(\.isFinite) else {
            throw MartletError(
                .unavailable,
                "\(model.name)@v\(model.version) answered a row made from its signature with \(answers.rowCount) rows or no number, so that no request reaches it."
            )
        }
    }
}
