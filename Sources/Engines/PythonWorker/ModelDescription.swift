internal import Support

/// What a loaded model says of itself.
package struct ModelDescription: Sendable, Equatable {
    /// One input or output.
    package struct Field: Sendable, Equatable {
        package var name: String
        /// MLflow's name of a column's type, NumPy's of a tensor's, or the protocol's of an output's.
        package var type: String
        /// Of a tensor: the size of each dimension, -1 where it varies. Empty for a column.
        package var shape: [Int]
        package var isRequired: Bool
    }

    /// Whether it is asked with a table of named columns; otherwise with tensors.
    package var takesColumns: Bool
    package var inputs: [Field]
    /// What it answered to its example or to a row of zeros; empty where it answered neither.
    package var outputs: [Field]
    /// The classes that it tells apart, in its order; empty where it has none.
    package var classes: [String]
    /// The versions of Python and MLflow.
    package var versions: String

    /// - Throws: `stepFailed` where the text is none.
    init(_ body: [UInt8]) throws(MartletError) {
        let facts: JSONValue
        do { facts = try JSONValue(parsing: body) } catch {
            throw MartletError(.stepFailed, "The Python worker told of its model in a form that is not understood.", cause: error.message)
        }
        takesColumns = facts["form"].text == "columns"
        inputs = facts["inputs"].elements.map { Field($0, type: $0["type"].text ?? "") }
        outputs = facts["outputs"].elements.map { Field($0, type: $0["datatype"].text ?? "") }
        classes = facts["classes"].elements.compactMap(\.text)
        versions = "Python \(facts["python"].text ?? "?"), MLflow \(facts["mlflow"].text ?? "?")"
    }
}

extension ModelDescription.Field {
    fileprivate init(_ facts: JSONValue, type: String) {
        self.init(
            name: facts["name"].text ?? "", type: type, shape: facts["shape"].elements.map { $0.int ?? -1 },
            isRequired: facts["required"].flag ?? true)
    }
}
