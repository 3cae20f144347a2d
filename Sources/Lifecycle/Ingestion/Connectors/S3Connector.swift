internal import S3
internal import Support

/// The objects of a bucket whose keys match a pattern. What has the tag that it had is not fetched again.
struct S3Connector: Connector {
    let client: S3Client
    let pattern: String

    func fetch(since state: JSONValue, _ work: FetchWork) throws(MartletError) -> Fetched {
        let objects = try matching()
        let tags = JSONValue.object(objects.map { JSONValue.Member($0.key, .string($0.tag)) })
        guard tags != state["objects"] else { return Fetched(files: [], state: state) }
        var files: [Fetched.File] = []
        for (i, object) in objects.enumerated() {
            work.progress("object \(i + 1) of \(objects.count), \(object.size >> 20) MB")
            let path = "\(work.folder)/\(i)"
            try client.save(object, into: path)
            files.append(Fetched.File(name: String(object.key.split(separator: "/").last ?? "data"), path: path))
        }
        return Fetched(files: files, state: ["objects": tags], isWhole: true)
    }

    func probe(_: FetchWork) throws(MartletError) -> String {
        let objects = try matching()
        return "It has \(objects.count) \(objects.count == 1 ? "object" : "objects") of \(objects.reduce(0) { $0 + $1.size }) bytes."
    }

    /// - Throws: `notFound` where nothing matches.
    private func matching() throws(MartletError) -> [S3Object] {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        let objects = try client.list(prefix: parts[0]).filter { S3Connector.matches($0.key, parts) }
        guard !objects.isEmpty else { throw MartletError(.notFound, "No object matches “\(pattern)”. Correct the pattern.") }
        return objects
    }

    /// Whether a key is these parts with any text between them.
    static func matches(_ key: String, _ parts: [String]) -> Bool {
        guard parts.count > 1 else { return key == parts.first }
        guard key.hasPrefix(parts[0]) else { return false }
        var rest = key.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }
}
