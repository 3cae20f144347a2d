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

    /// The same for a model with tensors of its own: zeros and empty texts. Nil where more than the number of rows varies, as with images of any size:
    /// nobody knows what such a model can be asked.
    static func tensors(of interface: TensorInterface) throws(MartletError) -> [Tensor]? {
        var tensors: [Tensor] = []
        for field in interface.inputs {
            guard !field.shape.dropFirst().contains(-1) else { return nil }
            let shape = field.shape.map { abs($0) }
            let count = try Tensor.elementCount(shape, of: field.name)
            let values: Tensor.Values =
                field.datatype.size.map { .raw(ArraySlice(repeating: 0, count: $0 * count)) } ?? .text(Array(repeating: "", count: count))
            tensors.append(Tensor(name: field.name, datatype: field.datatype, shape: shape, values: values))
        }
        return tensors
    }

    private static func question(for model: any ServedModel) throws(MartletError) -> Question? {
        guard model.graph != nil else { return .rows(try row(of: model.signature)) }
        return try tensors(of: model.interface).map { .tensors($0, rows: 1) }
    }

    /// Asks a model for one row.
    /// - Throws: `unavailable` with what came instead of an answer.
    package static func check(_ model: any ServedModel) throws(MartletError) {
        // What runs elsewhere was asked there as it was loaded, by an example of its own where it has one; a row of zeros and empty texts, which it may
        // refuse with reason, says less.
        guard !model.runtime.isRemote else { return }
        do throws(MartletError) {
            let answers = try question(for: model)?.ask(model).answers
            guard model.graph != nil || answers?.scores.allSatisfy(\.isFinite) == true else { throw MartletError(.defect, "It answered no number.") }
        } catch {
            throw MartletError(
                .unavailable,
                "\(model.name)@v\(model.version) does not answer a row made from its signature, so that no request reaches it. \(error.message)",
                cause: error.cause)
        }
    }
}
