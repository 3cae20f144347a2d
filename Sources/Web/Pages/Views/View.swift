package import Support

/// A value that the JSON API can say, together with the schema of how it says it.
package protocol JSONRepresentable: Sendable {
    var json: JSONValue { get }
    /// The JSON Schema (2020-12) of `json`; named shapes are put into `definitions` and referred to.
    static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue
}

/// What a page shows and the JSON API returns: one list of members makes both the JSON and its schema, so that they cannot differ.
package protocol View: JSONRepresentable {
    /// What the view is, in one sentence; the description of its schema.
    static var about: String { get }
    /// Every member, in the order in which it is written.
    static var members: [ViewMember<Self>] { get }
}

/// One member of a view: its JSON name, how to read it, and its schema.
package struct ViewMember<Owner> {
    let name: String
    let read: (Owner) -> JSONValue
    let schema: (inout SchemaDefinitions) -> JSONValue

    /// - Parameter about: what the value means, where the name alone does not say it.
    package init<Value: JSONRepresentable>(_ name: String, _ path: KeyPath<Owner, Value>, _ about: String? = nil) {
        self.name = name
        read = { $0[keyPath: path].json }
        schema = { definitions in
            var schema = Value.schema(&definitions)
            if let about { schema["description"] = .string(about) }
            return schema
        }
    }
}

/// The named schemas that a document refers to, in order of first use.
package struct SchemaDefinitions {
    package private(set) var members: [JSONValue.Member] = []

    package init() {}

    /// A reference to the schema called `name`, which is made by `make` at the first use.
    package mutating func reference(_ name: String, _ make: (inout SchemaDefinitions) -> JSONValue) -> JSONValue {
        if !members.contains(where: { $0.key == name }) {
            let index = members.count
            members.append(JSONValue.Member(name, .null))
            let schema = make(&self)
            members[index].value = schema
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }
}

extension View {
    package var json: JSONValue { .object(Self.members.map { JSONValue.Member($0.name, $0.read(self)) }) }

    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue {
        definitions.reference(schemaName(of: Self.self)) { definitions in
            let properties = members.map { JSONValue.Member($0.name, $0.schema(&definitions)) }
            return [
                "type": "object", "description": .string(about), "required": JSONValue(members.map(\.name)), "properties": .object(properties),
                "additionalProperties": false,
            ]
        }
    }
}

/// A closed set of words in the JSON API.
package protocol ViewWord: JSONRepresentable, CaseIterable, RawRepresentable where RawValue == String {}

extension ViewWord {
    package var json: JSONValue { .string(rawValue) }

    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue {
        definitions.reference(schemaName(of: Self.self)) { _ in ["type": "string", "enum": JSONValue(allCases.map(\.rawValue))] }
    }
}

/// The name of a type in a schema: `RunView.Step` is `RunStep`.
private func schemaName(of type: any Any.Type) -> String {
    String(reflecting: type).split(separator: ".").dropFirst().map { $0.hasSuffix("View") ? $0.dropLast(4) : $0 }.joined()
}
