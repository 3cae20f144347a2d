internal import Support

/// How the contracts write rows down in JSON.
enum Contract {
    /// Rows in whichever of the usual forms: a list of objects, a list of lists by position, a list of values of the only column, or an object of
    /// columns.
    static func rows(_ value: JSONValue, _ names: [String]) throws(MartletError) -> Rows {
        switch value {
        case .object(let columns): return try Rows(columns: columns)
        case .array(let elements):
            if case .object = elements.first { return try Rows(records: elements) }
            return try Rows(lists: elements, names: names)
        default: throw Rows.refusal("The rows must be a list, or an object of columns.")
        }
    }

    /// Rows by position with the names of the columns beside them, as pandas writes a table with `orient="split"`.
    static func split(_ value: JSONValue, _ names: [String]) throws(MartletError) -> Rows {
        guard case .array(let data) = value["data"] else { throw Rows.refusal("A table in the form “split” needs “data”, a list of rows.") }
        guard !value["columns"].isNull else { return try Rows(lists: data, names: names) }
        return try Rows(lists: data, names: value["columns"].elements.map { $0.text ?? $0.compact })
    }

    /// The columns that a body holds under exactly one of some keys.
    /// - Throws: `invalidInput` where it holds none or several.
    static func only(_ body: JSONValue, of keys: [String]) throws(MartletError) -> String {
        let found = keys.filter { !body[$0].isNull }
        guard found.count == 1 else {
            let listed = keys.map { "“\($0)”" }.joined(separator: ", ")
            throw Rows.refusal(
                "The body must be a JSON object with exactly one of \(listed); it has \(found.isEmpty ? "none" : found.joined(separator: " and ")).")
        }
        return found[0]
    }
}
