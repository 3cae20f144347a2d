import Support

/// A tensor that an endpoint takes, where its inputs are no columns.
package struct TensorInputView: View {
    package var name: String
    /// Of the Open Inference Protocol.
    package var datatype: String
    /// -1 where any number goes.
    package var shape: [Int]

    package init(name: String, datatype: String, shape: [Int]) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
    }

    package static let about = "A tensor that an endpoint takes, where its inputs are no columns."
    package static var members: [ViewMember<TensorInputView>] {
        [.init("name", \.name), .init("datatype", \.datatype), .init("shape", \.shape, "-1 where any number goes.")]
    }
}

extension TensorInputView {
    /// The most values that a form shows an example of.
    private static let longestExample = 4096

    /// As many values as the shape asks for, one row of them; nothing where there are too many for a form.
    var exampleText: String {
        let sizes = shape.map { max(1, $0) }
        guard sizes.allSatisfy({ $0 <= TensorInputView.longestExample }) else { return "" }
        let count = sizes.reduce(1) { min($0 * $1, TensorInputView.longestExample + 1) }
        guard count <= TensorInputView.longestExample else { return "" }
        let value = datatype == "BYTES" ? "\"text\"" : datatype == "BOOL" ? "true" : "0"
        return "[" + Array(repeating: value, count: count).joined(separator: ", ") + "]"
    }

    /// What a form says of the values.
    var hint: String { "\(datatype) [" + shape.map { $0 < 0 ? "any" : String($0) }.joined(separator: ", ") + "]" }

    /// A text of a form as a tensor: a list in JSON, nested or not, or values with commas or spaces between. What is neither is sent as it is: the
    /// endpoint says what is wrong with it.
    func tensor(of text: String) -> JSONValue {
        let values = TensorInputView.values(text)
        return [
            "name": .string(name), "shape": .array(filled(count: values.count).map { .integer(Int64($0)) }), "datatype": .string(datatype),
            "data": .array(values),
        ]
    }

    private static func values(_ text: String) -> [JSONValue] {
        if let json = try? JSONValue(parsing: Array(text.utf8), capacity: 100_000), case .array = json { return flat(json, depth: 0) }
        return text.split { ", \n\r\t;".contains($0) }.map { word in
            if let whole = Int64(word) { return .integer(whole) }
            if let number = Double(word), number.isFinite { return .number(number) }
            return .string(String(word))
        }
    }

    private static func flat(_ value: JSONValue, depth: Int) -> [JSONValue] {
        guard depth < 32, case .array(let elements) = value else { return [value] }
        return elements.flatMap { flat($0, depth: depth + 1) }
    }

    /// The shape with the first open dimension as large as the values make it, and any other 1.
    private func filled(count: Int) -> [Int] {
        let known = shape.reduce(1) { $1 > 0 ? ($0.multipliedReportingOverflow(by: $1).overflow ? $0 : $0 * $1) : $0 }
        var isOpen = true
        return shape.map { dimension in
            guard dimension < 0 else { return dimension }
            defer { isOpen = false }
            return isOpen && known > 0 && count % known == 0 ? count / known : 1
        }
    }
}
