package import Outgoing
package import Support

/// What a request is signed with.
package struct S3Keys: Sendable {
    package var id: String
    package var secret: String
    /// Of temporary keys.
    package var token: String?

    package init(id: String, secret: String, token: String? = nil) {
        self.id = id
        self.secret = secret
        self.token = token
    }
}

/// A bucket of an object store, only read. It blocks: keep it off Swift's cooperative threads.
package struct S3Client: Sendable {
    private let bucket: String
    private let base: OutgoingAddress
    /// Whether the bucket is the first part of the path, as most stores but Amazon's want it.
    private let isInPath: Bool
    private let region: String
    private let keys: S3Keys?
    private let client: OutgoingClient
    private let clock: any WallClock

    /// - Parameters:
    ///   - endpoint: `https://host:port` of a store other than Amazon's.
    ///   - keys: nil for a bucket that everybody may read.
    /// - Throws: `invalidInput` for a wrong endpoint or name.
    package init(
        bucket: String, endpoint: String?, region: String, keys: S3Keys?, client: OutgoingClient, clock: any WallClock
    ) throws(MartletError) {
        let isName = { (text: String) in
            !text.isEmpty
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || [0x2D, 0x2E, 0x5F].contains($0) }
        }
        guard isName(bucket) else { throw MartletError(.invalidInput, "“\(bucket)” is no name of a bucket. Write s3://bucket/path.") }
        guard isName(region) else { throw MartletError(.invalidInput, "“\(region)” is no name of a region. Write it as eu-central-1.") }
        self.bucket = bucket
        self.region = region
        self.keys = keys
        self.client = client
        self.clock = clock
        isInPath = endpoint != nil
        base = try OutgoingAddress(endpoint ?? "https://\(bucket).s3.\(region).amazonaws.com")
    }

    private static let mostObjects = 100_000

    /// The objects whose keys begin so, sorted by key.
    /// - Throws: as `save`.
    package func list(prefix: String) throws(MartletError) -> [S3Object] {
        var objects: [S3Object] = []
        var next: String?
        repeat {
            var query = [("list-type", "2"), ("prefix", S3Signature.encoded(prefix))]
            if let next { query.append(("continuation-token", S3Signature.encoded(next))) }
            var request = OutgoingRequest("GET", headers: headers("GET", path: path(""), query: query))
            request.limit = 8 << 20
            request.patience = 60
            let answer = try client.sendAndWait(request, to: address(path(""), query))
            try check(answer.status, "list \(bucket)/\(prefix)")
            let page = try S3Listing(answer.bytes)
            objects += page.objects.filter { !$0.key.hasSuffix("/") }
            guard page.next == nil || page.next != next, objects.count <= S3Client.mostObjects else {
                throw MartletError(
                    .unavailable, "The list of \(bucket)/\(prefix) has no end, or more than \(S3Client.mostObjects) objects. Narrow the path.")
            }
            next = page.next
        } while next != nil
        return objects
    }

    /// Writes an object into a file.
    /// - Parameter object: as `list` found it; where it was replaced since, that is an error.
    /// - Throws: `notFound`, `permissionDenied`, `conflict`, `unavailable`.
    package func save(_ object: S3Object, into path: String) throws(MartletError) {
        let match = [("if-match", object.tag)]
        let place = self.path(object.key)
        var request = OutgoingRequest("GET", headers: headers("GET", path: place, query: [], match))
        request.patience = 86_400
        let status = try client.saveAndWait(request, to: address(place, []), into: path).status
        try check(status, "read \(bucket)/\(object.key)")
    }

    private func path(_ key: String) -> String {
        let start = base.path.hasSuffix("/") ? String(base.path.dropLast()) : base.path
        let place = S3Signature.encoded(key, keeping: "/")
        return isInPath ? "\(start)/\(bucket)\(key.isEmpty ? "" : "/\(place)")" : "\(start)/\(place)"
    }

    private func address(_ path: String, _ query: [(name: String, value: String)]) -> String {
        "\(base.scheme)://\(base.machine)\(path)\(query.isEmpty ? "" : "?\(S3Signature.text(query))")"
    }

    private func headers(
        _ method: String, path: String, query: [(name: String, value: String)], _ more: [OutgoingClient.Header] = []
    ) -> [OutgoingClient.Header] {
        guard let keys else { return more }
        return S3Signature(keys: keys, region: region, moment: clock.now()).headers(
            method, host: base.machine, path: path, query: query, headers: more)
    }

    private func check(_ status: Int, _ what: String) throws(MartletError) {
        switch status {
        case 200: return
        case 403: throw MartletError(.permissionDenied, "The object store does not let these keys \(what). Check them, and the region.")
        case 404: throw MartletError(.notFound, "The object store has nothing to \(what). Check bucket and path.")
        case 412: throw MartletError(.conflict, "An object was replaced while it was read. Try again.")
        case 301, 307: throw MartletError(.invalidInput, "The bucket lies in another region. Correct “region”.")
        default: throw MartletError(.unavailable, "The object store answered \(status) when asked to \(what). Try again later.")
        }
    }
}
