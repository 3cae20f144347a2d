package import Settings
package import Support

extension NamedSource {
    private static let places = ["http", "s3", "postgres", "sqlite", "redis", "append"]
    private static let agreed = ["origin", "owner", "licence", "keep", "fresh", "key"]

    /// Reads `data.sources`.
    /// - Throws: `invalidInput` with line, column and suggestion.
    package static func list(_ node: SettingsNode?) throws(MartletError) -> [NamedSource] {
        var sources: [NamedSource] = []
        for entry in try node?.entries() ?? [] { sources.append(try NamedSource(entry)) }
        return sources
    }

    init(_ entry: SettingsNode.Entry) throws(MartletError) {
        let node = entry.value
        let isName =
            entry.key.utf8.count <= 64
            && entry.key.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x5F
            }
        guard isName, !entry.key.isEmpty else {
            throw MartletError(
                .invalidInput, "A source's name is letters, digits, “-” and “_”, at most 64 of them, not “\(entry.key)”.", place: entry.place)
        }
        let kinds = try node.entries().map(\.key).filter(NamedSource.places.contains)
        guard kinds.count == 1, let kind = kinds.first else {
            let words = try node.entries().map(\.key).filter { !NamedSource.agreed.contains($0) }
            let hint = kinds.isEmpty ? words.first.map { didYouMean($0, among: NamedSource.places) } ?? "" : ""
            throw node.failure("A source is one of: \(NamedSource.places.joined(separator: ", ")).\(hint)")
        }
        _ = try node.mapping(keys: NamedSource.agreed + NamedSource.keys(of: kind))
        self.init(entry.key, try NamedSource.place(kind, node))
        origin = try node["origin"]?.choice() ?? .internal
        owner = try node["owner"]?.string()
        licence = try node["licence"]?.string()
        keep = try node["keep"]?.duration()
        fresh = try node["fresh"]?.duration()
        key = try node["key"]?.strings() ?? []
        written = entry.place
        if !key.isEmpty, growth == .replaces {
            throw (node["key"] ?? node).failure(
                "“key” is for sources that grow: with a watermark, a stream, or posted rows. Remove it, or add “watermark”.")
        }
    }

    private static func keys(of kind: String) -> [String] {
        switch kind {
        case "http": ["http", "authorization", "private"]
        case "s3": ["s3", "endpoint", "region", "access_key", "secret_key", "private"]
        case "postgres", "sqlite": [kind, "query", "watermark"]
        case "redis": ["redis", "stream", "group"]
        default: [kind]
        }
    }

    private static func place(_ kind: String, _ node: SettingsNode) throws(MartletError) -> Place {
        let value = try node.required(kind)
        switch kind {
        case "http":
            return .http(
                HTTPPlace(
                    address: try value.string(), authorization: try node["authorization"]?.string(),
                    allowsPrivate: try node["private"]?.bool() ?? false))
        case "s3": return .s3(try s3(value, node))
        case "redis":
            return .redis(
                RedisPlace(address: try value.string(), stream: try node.required("stream").string(), group: try node["group"]?.string() ?? "martlet")
            )
        case "append":
            guard try value.bool() else { throw value.failure("“append” is true, or the source is of another kind.") }
            return .append
        default:
            let query = QueryPlace(
                address: try value.string(), query: try node.required("query").string(), watermark: try node["watermark"]?.string())
            return kind == "postgres" ? .postgres(query) : .sqlite(query)
        }
    }

    private static func s3(_ value: SettingsNode, _ node: SettingsNode) throws(MartletError) -> S3Place {
        let text = try value.string()
        let parts = text.dropFirst("s3://".count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.hasPrefix("s3://"), parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw value.failure("An address of S3 is s3://bucket/key, in which * stands for any text.")
        }
        let (access, secret) = (try node["access_key"]?.string(), try node["secret_key"]?.string())
        guard (access == nil) == (secret == nil) else { throw node.failure("“access_key” and “secret_key” belong together.") }
        return S3Place(
            bucket: String(parts[0]), pattern: String(parts[1]), endpoint: try node["endpoint"]?.string(),
            region: try node["region"]?.string() ?? "us-east-1", accessKey: access, secretKey: secret,
            allowsPrivate: try node["private"]?.bool() ?? false)
    }
}
