import Support
import Tables

extension Question {
    /// The rows, where they are columns of the signature.
    var table: Table? { if case .rows(let table) = self { table } else { nil } }

    /// The same question with its inputs in the order in which a version takes them.
    func ordered(for model: any ServedModel) throws(MartletError) -> Question {
        switch self {
        case .rows(let table):
            let names = model.signature.inputs.map(\.name)
            return names == table.names ? self : .rows(try table.selecting(names))
        case .tensors(let tensors, let rows):
            let names = model.interface.inputs.map(\.name)
            guard names != tensors.map(\.name) else { return self }
            return .tensors(names.compactMap { name in tensors.first { $0.name == name } }, rows: rows)
        }
    }
}

extension ServedModel {
    /// Why this version cannot answer the requests of another, as the end of a sentence that begins with it; nil where it can.
    func objection(toStandInFor other: any ServedModel) -> String? {
        if let objection = signature.objection(toStandInFor: other.signature) { return objection }
        guard graph != nil || other.graph != nil else { return nil }
        let sorted = [interface, other.interface].map { $0.inputs.sorted { $0.name < $1.name } }
        return sorted[0] == sorted[1] && interface.outputs == other.interface.outputs ? nil : "takes or answers other tensors"
    }
}
