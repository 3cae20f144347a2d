package import HTTPTypes

extension HTTPFields {
    /// Adds a field that a name in text has; nothing for what is no name.
    package mutating func tell(_ name: String, _ value: String) {
        if let name = HTTPField.Name(name) { self[name] = value }
    }
}
