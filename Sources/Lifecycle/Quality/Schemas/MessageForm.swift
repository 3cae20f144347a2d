/// How a message of TensorFlow's metadata is written: its fields with the numbers and names of `schema.proto`, `anomalies.proto` and `path.proto`.
struct MessageForm: Sendable {
    /// What a field holds.
    enum Kind: Sendable, Equatable {
        case text
        case whole
        case double
        case float
        case flag
        /// A word with a number.
        case word([String: Int])
        /// A message of the form of that name.
        case message(String)
        /// What is read over: a message that is of no use here.
        case other
    }

    struct Field: Sendable {
        var number: Int
        var name: String
        var kind: Kind
        var isList: Bool
    }

    /// In the order of their numbers.
    let fields: [Field]

    /// - Parameter fields: number, name and kind of each.
    init(_ fields: [(Int, String, Kind)], lists: Set<String> = []) {
        self.fields = fields.sorted { $0.0 < $1.0 }.map { Field(number: $0.0, name: $0.1, kind: $0.2, isList: lists.contains($0.1)) }
    }

    subscript(name: String) -> Field? { fields.first { $0.name == name } }
    subscript(number: Int) -> Field? { fields.first { $0.number == number } }
}
