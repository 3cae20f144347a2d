package import Support
package import Tables

/// Turns a request into the table that a model expects, or says what is wrong with it, before anything else happens.
package struct RequestCheck: Sendable {
    package static let rowLimit = 65_536

    let signature: Signature
    /// The column in which callers send their own key.
    let key: String?

    package init(signature: Signature, key: String?) {
        self.signature = signature
        self.key = key
    }

    /// The table, in the order of the signature, and the caller's keys.
    /// - Throws: `invalidInput` naming the input and the row, counted from 0.
    package func table(_ request: InferenceRequest) throws(MartletError) -> (table: Table, keys: TextValues?) {
        let inputs = try byName(request.inputs)
        var columns: [Column] = []
        var rows: (count: Int, of: String)?
        for field in signature.inputs {
            guard let tensor = inputs[field.name] else { throw absent(field) }
            try checkRows(tensor, &rows)
            columns.append(try InputConversion(field: field, tensor: tensor).column())
        }
        let keyTensor = key.flatMap { inputs[$0] } ?? (isInput("id") ? nil : inputs["id"])
        if let keyTensor { try checkRows(keyTensor, &rows) }
        return (try Table(columns), try CallersKeys(name: key ?? "id", rows: rows?.count ?? 0).read(keyTensor, parameter: request.key))
    }

    private func isInput(_ name: String) -> Bool { signature.inputs.contains { $0.name == name } }

    private func byName(_ tensors: [Tensor]) throws(MartletError) -> [String: Tensor] {
        var inputs: [String: Tensor] = [:]
        for tensor in tensors {
            guard isInput(tensor.name) || tensor.name == key || tensor.name == "id" else {
                let names = signature.inputs.map(\.name)
                let hint = didYouMean(tensor.name, among: names)
                throw refusal("Input “\(tensor.name)” is not known.\(hint) The model takes: \(names.prefix(30).joined(separator: ", ")).")
            }
            guard inputs.updateValue(tensor, forKey: tensor.name) == nil else {
                throw refusal("Input “\(tensor.name)” is there twice. Send it once.")
            }
        }
        return inputs
    }

    private func absent(_ field: Signature.Field) -> MartletError {
        let hint = field.mayBeMissing ? " Where its values are not known, send null." : ""
        return refusal("Input “\(field.name)” is absent.\(hint) The model takes: \(signature.inputs.prefix(30).map(\.name).joined(separator: ", ")).")
    }

    /// Checks that a tensor is one column with as many rows as those before it.
    private func checkRows(_ tensor: Tensor, _ rows: inout (count: Int, of: String)?) throws(MartletError) {
        guard tensor.shape.count == 1 || tensor.shape.count == 2 && tensor.shape[1] == 1 else {
            throw refusal("Input “\(tensor.name)” has shape \(tensor.shape); it must be [N] or [N, 1], one value a row.")
        }
        let count = try Tensor.elementCount(tensor.shape, of: tensor.name)
        guard count > 0 else { throw refusal("Input “\(tensor.name)” has no rows. Send at least one.") }
        guard count <= RequestCheck.rowLimit else {
            throw refusal("Input “\(tensor.name)” has \(count) rows; a request may have \(RequestCheck.rowLimit). Send several.")
        }
        guard tensor.count == count else {
            throw refusal("Input “\(tensor.name)” has \(tensor.count) values; its shape \(tensor.shape) asks for \(count).")
        }
        guard let (first, name) = rows else {
            rows = (count, tensor.name)
            return
        }
        guard first == count else {
            throw refusal("Input “\(tensor.name)” has \(count) rows, but “\(name)” has \(first). All must have the same number.")
        }
    }

    private func refusal(_ message: String) -> MartletError { MartletError(.invalidInput, message) }
}
