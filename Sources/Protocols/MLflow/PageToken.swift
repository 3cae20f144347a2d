internal import Foundation
internal import Support

/// Where the next page begins, as clients hand it back.
enum PageToken {
    static func text(offset: Int) -> String { Data(#"{"offset": \#(offset)}"#.utf8).base64EncodedString() }

    /// The offset that a token says; 0 where there is none.
    static func offset(_ token: String?) throws(MLflowError) -> Int {
        guard let token, !token.isEmpty else { return 0 }
        guard let bytes = Data(base64Encoded: token) else { throw .invalid("Invalid page token, could not base64-decode") }
        guard let value = try? JSONValue(parsing: Array(bytes)) else { throw .invalid("Invalid page token, decoded value is not JSON") }
        guard let offset = value["offset"].int, offset >= 0 else { throw .invalid("Invalid page token, it names no offset") }
        return offset
    }
}
