package import Support

extension String: JSONRepresentable {
    package var json: JSONValue { .string(self) }
    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue { ["type": "string"] }
}

extension Int: JSONRepresentable {
    package var json: JSONValue { JSONValue(self) }
    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue { ["type": "integer"] }
}

extension Bool: JSONRepresentable {
    package var json: JSONValue { .bool(self) }
    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue { ["type": "boolean"] }
}

/// A number; null where there is none, since JSON has no NaN.
extension Double: JSONRepresentable {
    package var json: JSONValue { JSONValue(self) }
    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue { ["type": ["number", "null"]] }
}

extension Timestamp: JSONRepresentable {
    package var json: JSONValue { .string(description) }
    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue { ["type": "string", "format": "date-time"] }
}

extension JSONValue: JSONRepresentable {
    package var json: JSONValue { self }
    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue { .object([]) }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    package var json: JSONValue { .array(map(\.json)) }
    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue { ["type": "array", "items": Element.schema(&definitions)] }
}

extension Optional: JSONRepresentable where Wrapped: JSONRepresentable {
    package var json: JSONValue { self?.json ?? .null }

    package static func schema(_ definitions: inout SchemaDefinitions) -> JSONValue {
        var schema = Wrapped.schema(&definitions)
        switch schema["type"] {
        case .string(let type): schema["type"] = [.string(type), "null"]
        case .array: break
        default: return ["anyOf": [schema, ["type": "null"]]]
        }
        return schema
    }
}
