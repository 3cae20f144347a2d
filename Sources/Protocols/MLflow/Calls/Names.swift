internal import Experiments
internal import Support

/// What keys and identifiers may look like.
enum Names {
    /// The longest key of a parameter, metric or tag.
    private static let longestKey = 250
    private static let longestParameter = 6000
    private static let longestTag = 8000

    /// - Parameter kind: `metric`, `param` or `tag`, for the error.
    static func check(_ key: String, _ kind: String) throws(MLflowError) {
        guard key.utf8.allSatisfy(isPlain) || key.unicodeScalars.allSatisfy(isAllowed) else {
            throw .invalid(
                "Invalid \(kind) name: '\(key.prefix(300))'. Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/)."
            )
        }
        guard key.utf8.count <= longestKey || key.unicodeScalars.count <= longestKey else {
            throw .invalid(
                "\(kind) name '\(key.prefix(longestKey))…' had length \(key.unicodeScalars.count), which exceeded length limit of \(longestKey)")
        }
        guard isPathNormal(key) else {
            throw .invalid(
                "Invalid \(kind) name: '\(key)'. Names may be treated as files in certain cases, and must not resolve to other names when treated as such."
            )
        }
    }

    /// Whether a byte needs no second look: most names are made of such.
    private static func isPlain(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || (0x2D...0x2F).contains(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ":")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return "/_.- :".unicodeScalars.contains(scalar) || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func isPathNormal(_ key: String) -> Bool {
        guard key.utf8.contains(UInt8(ascii: "/")) || key.hasPrefix(".") else { return true }
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// A parameter from a request; a value that is too long is cut, as clients expect.
    static func parameter(_ arguments: Arguments) throws(MLflowError) -> KeyValue {
        let key = try arguments.text("key")
        try check(key, "param")
        return KeyValue(key, String((try arguments.optionalText("value") ?? "").prefix(longestParameter)))
    }

    /// A tag from a request; a value that is too long is cut, as clients expect.
    static func tag(_ arguments: Arguments) throws(MLflowError) -> KeyValue {
        let key = try arguments.text("key")
        try check(key, "tag")
        return KeyValue(key, String((try arguments.optionalText("value") ?? "").prefix(longestTag)))
    }

    /// A point of a metric from a request.
    static func point(_ arguments: Arguments) throws(MLflowError) -> MetricPoint {
        let key = try arguments.text("key")
        try check(key, "metric")
        let at = try Timestamp.milliseconds(try arguments.whole("timestamp"), of: "timestamp")
        let about = MetricAbout(
            model: try arguments.optionalText("model_id") ?? "", datasetName: try arguments.optionalText("dataset_name") ?? "",
            datasetDigest: try arguments.optionalText("dataset_digest") ?? "")
        let says = !about.model.isEmpty || !about.datasetName.isEmpty
        return MetricPoint(
            key, try arguments.number("value"), at: at, step: try arguments.optionalWhole("step") ?? 0, about: says ? about : nil)
    }
}
