internal import Foundation
internal import Support

/// Where the next page begins, as clients hand it back.
enum PageToken {
    static func text(offset: Int) -> String { Data(#"{"offset": \#(offset)}"#.utf8).base64EncodedString() }

    /// The offset that a token says; 0 where there is none.
    static func offset(_ token: String?) throws(MLflowError) -> Int {
        guard let token, !token.isEmpty else { return 0 }
        return try offset(in: value(of: token))
    }

    /// A token that also says what was searched, so that it is not used for another search.
    static func text(offset: Int, search: JSONValue) -> String {
        var value = search
        value["offset"] = JSONValue(offset)
        return Data(value.compactBytes).base64EncodedString()
    }

    /// The offset of a token of this search; 0 where there is none.
    /// - Parameter differences: what is said where a member of the search is another.
    static func offset(_ token: String?, search: JSONValue, differences: [String: String]) throws(MLflowError) -> Int {
        guard let token, !token.isEmpty else { return 0 }
        let value = try value(of: token)
        for member in search.members where value[member.key] != member.value {
            let sentence = differences[member.key] ?? "The page token was made for another search."
            throw .invalid("\(sentence) Expected: \(shown(member.value)). Found: \(shown(value[member.key]))")
        }
        return try offset(in: value)
    }

    private static func shown(_ value: JSONValue) -> String {
        guard case .array(let elements) = value else { return value.compact }
        return "[\(elements.map { "'\($0.text ?? $0.compact)'" }.joined(separator: ", "))]"
    }

    private static func offset(in value: JSONValue) throws(MLflowError) -> Int {
        guard let offset = value["offset"].int, offset >= 0 else { throw .invalid("Invalid page token, it names no offset") }
        return offset
    }

    private static func value(of token: String) throws(MLflowError) -> JSONValue {
        guard let bytes = Data(base64Encoded: token) else { throw .invalid("Invalid page token, could not base64-decode") }
        guard let value = try? JSONValue(parsing: Array(bytes)) else { throw .invalid("Invalid page token, decoded value is not JSON") }
        return value
    }
}
