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
    private let place: S3Place
    private let client: OutgoingClient
    private var bucket: String { place.bucket }

    /// - Parameters:
    ///   - endpoint: `https://host:port` of a store other than Amazon's.
    ///   - keys: nil for a bucket that everybody may read.
    /// - Throws: `invalidInput` for a wrong endpoint or name.
    package init(
        bucket: String, endpoint: String?, region: String, keys: S3Keys?, client: OutgoingClient, clock: any WallClock
    ) throws(MartletError) {
        place = try S3Place(bucket: bucket, endpoint: endpoint, region: region, keys: keys, clock: clock)
        self.client = client
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
            var request = OutgoingRequest("GET", headers: place.headers("GET", path: place.path(""), query: query))
            request.limit = 8 << 20
            request.patience = 60
            let answer = try client.sendAndWait(request, to: place.address(place.path(""), query))
            try S3Place.check(answer.status, "list \(bucket)/\(prefix)")
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
        let key = place.path(object.key)
        var request = OutgoingRequest("GET", headers: place.headers("GET", path: key, query: [], match))
        request.patience = 86_400
        let status = try client.saveAndWait(request, to: place.address(key, []), into: path).status
        try S3Place.check(status, "read \(bucket)/\(object.key)")
    }
}
