internal import Outgoing
internal import Support

/// Where a bucket is, and how requests to it are written and signed.
struct S3Place {
    let bucket: String
    private let base: OutgoingAddress
    /// Whether the bucket is the first part of the path, as most stores but Amazon's want it.
    private let isInPath: Bool
    private let region: String
    private let keys: S3Keys?
    private let clock: any WallClock

    /// - Parameters:
    ///   - endpoint: `https://host:port` of a store other than Amazon's.
    ///   - keys: nil for a bucket that everybody may use.
    /// - Throws: `invalidInput` for a wrong endpoint or name.
    init(bucket: String, endpoint: String?, region: String, keys: S3Keys?, clock: any WallClock) throws(MartletError) {
        let isName = { (text: String) in
            !text.isEmpty
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || [0x2D, 0x2E, 0x5F].contains($0) }
        }
        guard isName(bucket) else { throw MartletError(.invalidInput, "“\(bucket)” is no name of a bucket. Write s3://bucket/path.") }
        guard isName(region) else { throw MartletError(.invalidInput, "“\(region)” is no name of a region. Write it as eu-central-1.") }
        self.bucket = bucket
        self.region = region
        self.keys = keys
        self.clock = clock
        isInPath = endpoint != nil
        base = try OutgoingAddress(endpoint ?? "https://\(bucket).s3.\(region).amazonaws.com")
    }

    /// The machine that answers.
    var address: String { base.text }

    /// The path of a key, or of the bucket where that is empty.
    func path(_ key: String) -> String {
        let start = base.path.hasSuffix("/") ? String(base.path.dropLast()) : base.path
        let place = S3Signature.encoded(key, keeping: "/")
        return isInPath ? "\(start)/\(bucket)\(key.isEmpty ? "" : "/\(place)")" : "\(start)/\(place)"
    }

    func address(_ path: String, _ query: [(name: String, value: String)]) -> String {
        "\(base.scheme)://\(base.machine)\(path)\(query.isEmpty ? "" : "?\(S3Signature.text(query))")"
    }

    /// The header fields of a request.
    /// - Parameter payload: what is signed of the body, as ``S3Signature`` says.
    func headers(
        _ method: String, path: String, query: [(name: String, value: String)], _ more: [OutgoingClient.Header] = [],
        payload: String = S3Signature.nothing
    ) -> [OutgoingClient.Header] {
        guard let keys else { return more }
        return S3Signature(keys: keys, region: region, moment: clock.now()).headers(
            method, host: base.machine, path: path, query: query, headers: more, payload: payload)
    }

    static func check(_ status: Int, _ what: String) throws(MartletError) {
        switch status {
        case 200..<300: return
        case 403: throw MartletError(.permissionDenied, "The object store does not let these keys \(what). Check them, and the region.")
        case 404: throw MartletError(.notFound, "The object store has nothing to \(what). Check bucket and path.")
        case 412: throw MartletError(.conflict, "An object was replaced while it was read. Try again.")
        case 301, 307: throw MartletError(.invalidInput, "The bucket lies in another region. Correct “region”.")
        default: throw MartletError(.unavailable, "The object store answered \(status) when asked to \(what). Try again later.")
        }
    }
}
