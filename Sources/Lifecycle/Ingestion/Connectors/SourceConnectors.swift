internal import Outgoing
internal import Redis
internal import S3
package import Support

/// Makes the connector of a source, with what stands behind its secrets.
package struct SourceConnectors: Sendable {
    /// What relative paths are relative to.
    private let root: String
    private let clock: any WallClock
    /// What stands behind a text that may be a `secret://`.
    private let resolve: @Sendable (String) throws(MartletError) -> String

    /// The most entries of a stream that make one batch.
    private static let batch = 100_000

    package init(root: String, clock: any WallClock, resolve: @escaping @Sendable (String) throws(MartletError) -> String) {
        self.root = root
        self.clock = clock
        self.resolve = resolve
    }

    /// - Parameter patience: how long a stream waits for entries where there are none, in milliseconds.
    /// - Throws: `usage` for a source that is posted to; `invalidInput`; what the secrets throw.
    package func connector(of source: NamedSource, patience: Int = 0) throws(MartletError) -> any Connector {
        switch source.place {
        case .http(let place):
            return HTTPConnector(
                address: try resolve(place.address), authorization: try place.authorization.map { (text) throws(MartletError) in try resolve(text) },
                client: OutgoingClient(allowsPrivate: place.allowsPrivate))
        case .s3(let place): return S3Connector(client: try client(place), pattern: place.pattern)
        case .postgres(let place):
            return PostgreSQLConnector(source: source.name, address: try resolve(place.address), place: place, updates: source.growth == .updates)
        case .sqlite(let place):
            let path = try resolve(place.address)
            return SQLiteConnector(
                source: source.name, path: path.hasPrefix("/") ? path : "\(root)/\(path)", place: place, updates: source.growth == .updates)
        case .redis(let place):
            return RedisConnector(address: try RedisAddress(resolve(place.address)), place: place, limit: SourceConnectors.batch, patience: patience)
        case .append:
            throw MartletError(
                .usage, "Rows of “\(source.name)” are posted to a server (POST /api/v1/sources/\(source.name)/rows); there is nothing to fetch.")
        }
    }

    private func client(_ place: S3Place) throws(MartletError) -> S3Client {
        var keys: S3Keys?
        if let access = place.accessKey, let secret = place.secretKey { keys = S3Keys(id: try resolve(access), secret: try resolve(secret)) }
        return try S3Client(
            bucket: place.bucket, endpoint: place.endpoint, region: place.region, keys: keys,
            client: OutgoingClient(allowsPrivate: place.allowsPrivate),
            clock: clock)
    }
}
