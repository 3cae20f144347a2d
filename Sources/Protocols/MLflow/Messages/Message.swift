internal import Support

/// Builds a message as MLflow's JSON has it: what is not set is left out.
struct Message {
    private(set) var members: [JSONValue.Member] = []

    mutating func set(_ key: String, _ value: JSONValue?) {
        if let value, !value.isNull { members.append(JSONValue.Member(key, value)) }
    }

    mutating func set(_ key: String, text: String?) { set(key, text.map(JSONValue.string)) }

    mutating func set(_ key: String, list: [JSONValue]) { if !list.isEmpty { set(key, .array(list)) } }

    var json: JSONValue { .object(members) }
}

extension Timestamp {
    /// Milliseconds since 1970, as MLflow writes moments.
    var milliseconds: Int64 { microseconds >= 0 ? microseconds / 1000 : (microseconds - 999) / 1000 }

    /// The moment of so many milliseconds since 1970.
    /// - Throws: where it is beyond what can be kept.
    static func milliseconds(_ value: Int64, of name: String) throws(MLflowError) -> Timestamp {
        let (microseconds, isBeyond) = value.multipliedReportingOverflow(by: 1000)
        guard !isBeyond else { throw .invalid("Invalid value \(value) for parameter '\(name)' supplied: It is no time in milliseconds since 1970.") }
        return Timestamp(microseconds: microseconds)
    }
}

/// The states of what can be deleted, as MLflow names them.
enum Lifecycle {
    static func name(isDeleted: Bool) -> JSONValue { isDeleted ? "deleted" : "active" }
}
