internal import Digests
internal import Foundation
package import Outgoing
package import Support
internal import Synchronization

/// A bucket of an object store, read and written over connections that are kept open, for thousands of objects. It blocks: keep it off Swift's
/// cooperative threads. Calls may come from several threads at once.
package struct S3Bucket: Sendable {
    private let place: S3Place
    private let connections: OutgoingConnections

    /// - Parameters:
    ///   - endpoint: `https://host:port` of a store other than Amazon's.
    ///   - keys: nil for a bucket that everybody may use.
    ///   - width: how many requests there are at once, at most.
    /// - Throws: `invalidInput` for a wrong endpoint or name; `unavailable` where the machine is not known.
    package init(
        bucket: String, endpoint: String?, region: String, keys: S3Keys?, trust: OutgoingConnections.Trust = .system, width: Int,
        clock: any WallClock
    ) throws(MartletError) {
        place = try S3Place(bucket: bucket, endpoint: endpoint, region: region, keys: keys, clock: clock)
        // Whoever names an endpoint may mean a store of their own network.
        connections = try OutgoingConnections(to: place.address, allowsPrivate: endpoint != nil, connections: width, trust: trust)
    }

    private func request(
        _ method: String, _ key: String, _ query: [(name: String, value: String)] = [], _ fields: [OutgoingClient.Header] = [],
        payload: String = S3Signature.nothing
    ) -> OutgoingRequest {
        var request = OutgoingRequest(method, headers: place.headers(method, path: place.path(key), query: query, fields, payload: payload))
        request.limit = 8 << 20
        return request
    }

    private func address(_ key: String, _ query: [(name: String, value: String)] = []) -> String { place.address(place.path(key), query) }

    /// Whether there is an object of that key.
    /// - Throws: `permissionDenied`, `unavailable`.
    package func has(_ key: String) throws(MartletError) -> Bool {
        let status = try connections.send(request("HEAD", key), to: address(key)).status
        if status == 404 { return false }
        try S3Place.check(status, "look at \(place.bucket)/\(key)")
        return true
    }

    /// The keys that begin so, page by page.
    /// - Parameter take: told the keys of each page.
    /// - Throws: as `has`.
    package func keys(prefix: String, _ take: ([String]) -> Void) throws(MartletError) {
        var next: String?
        repeat {
            var query = [("list-type", "2"), ("prefix", S3Signature.encoded(prefix))]
            if let next { query.append(("continuation-token", S3Signature.encoded(next))) }
            let answer = try connections.send(request("GET", "", query), to: address("", query))
            try S3Place.check(answer.status, "list \(place.bucket)/\(prefix)")
            let page = try S3Listing(answer.bytes)
            take(page.objects.map(\.key))
            guard page.next == nil || page.next != next else {
                throw MartletError(.unavailable, "The list of \(place.bucket)/\(prefix) has no end. Check the endpoint.")
            }
            next = page.next
        } while next != nil
    }

    /// Reads an object.
    /// - Throws: `notFound`, `permissionDenied`, `unavailable`; what `take` throws.
    package func get(
        _ key: String, take: @escaping @Sendable (UnsafeRawBufferPointer) throws(MartletError) -> Void
    ) throws(MartletError) {
        try S3Place.check(try connections.receive(request("GET", key), from: address(key), take: take).status, "read \(place.bucket)/\(key)")
    }

    /// Writes an object in one request; it is there when all of it has come.
    /// - Parameters:
    ///   - size: in bytes, at most 5 GB.
    ///   - feed: sends the bytes; where it throws, there is no object.
    /// - Throws: `permissionDenied`, `unavailable`; what `feed` throws.
    package func put(
        _ key: String, size: Int, feed: (_ give: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) -> Void
    ) throws(MartletError) {
        let request = request("PUT", key, payload: S3Signature.unsigned)
        let answer = try connections.send(request, to: address(key), length: size, feed: feed)
        try S3Place.check(answer.status, "write \(place.bucket)/\(key)")
    }

    // MARK: - In parts

    /// From this size on, in bytes, files are written in parts.
    package static let partsFrom = 64 << 20
    private static let mostParts = 9000

    /// Writes a large file as an object, in parts of which several go at once; it is there when all have come.
    /// - Parameters:
    ///   - width: how many parts go at once.
    ///   - progress: told how many bytes more have gone.
    /// - Throws: `permissionDenied`, `unavailable`, `inputOutput`; the parts are thrown away.
    package func putParts(
        _ key: String, of path: String, size: Int, width: Int, progress: @Sendable (Int) -> Void
    ) throws(MartletError) {
        let part = max(16 << 20, (size / S3Bucket.mostParts + 1 + 0xFFFFF) & ~0xFFFFF)
        let upload = try begin(key)
        let tags = Mutex<[Int: String]>([:])
        do throws(MartletError) {
            let count = max(1, (size + part - 1) / part)
            try S3Parts.each(count, width: width) { (number) throws(MartletError) in
                let tag = try put(key, upload, number + 1, path, from: number * part, count: min(part, size - number * part), progress)
                tags.withLock { $0[number + 1] = tag }
            }
            try complete(key, upload, tags.withLock { $0 })
        } catch {
            let query = [("uploadId", S3Signature.encoded(upload))]
            _ = try? connections.send(request("DELETE", key, query), to: address(key, query))
            throw error
        }
    }

    private func begin(_ key: String) throws(MartletError) -> String {
        let query = [("uploads", "")]
        let answer = try connections.send(request("POST", key, query), to: address(key, query))
        try S3Place.check(answer.status, "write \(place.bucket)/\(key)")
        guard let text = answer.body.split(separator: "<UploadId>").dropFirst().first?.split(separator: "</UploadId>").first else {
            throw MartletError(.unavailable, "The object store does not take large objects in parts. Check the endpoint.")
        }
        return String(text)
    }

    private func put(
        _ key: String, _ upload: String, _ number: Int, _ path: String, from start: Int, count: Int, _ progress: (Int) -> Void
    ) throws(MartletError) -> String {
        let query = [("partNumber", "\(number)"), ("uploadId", S3Signature.encoded(upload))]
        let request = request("PUT", key, query, payload: S3Signature.unsigned)
        let answer = try connections.send(request, to: address(key, query), length: count) { (give) throws(MartletError) in
            try S3Parts.read(path, from: start, count: count) { (bytes) throws(MartletError) in
                try give(bytes)
                progress(bytes.count)
            }
        }
        try S3Place.check(answer.status, "write a part of \(place.bucket)/\(key)")
        guard let tag = answer.header("etag") else {
            throw MartletError(.unavailable, "The object store names no tag of a part. Check the endpoint.")
        }
        return tag
    }

    private func complete(_ key: String, _ upload: String, _ tags: [Int: String]) throws(MartletError) {
        let parts = tags.sorted { $0.key < $1.key }.map { "<Part><PartNumber>\($0.key)</PartNumber><ETag>\($0.value)</ETag></Part>" }
        let text = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
        let query = [("uploadId", S3Signature.encoded(upload))]
        var question = request("POST", key, query, payload: Digest(of: text).rawValue)
        question.body = Array(text.utf8)
        let answer = try connections.send(question, to: address(key, query))
        try S3Place.check(answer.status, "write \(place.bucket)/\(key)")
        // A store may notice that it cannot, after it has begun to say that it can.
        guard !answer.body.contains("<Error>") else {
            throw MartletError(.unavailable, "The object store could not put the parts of \(place.bucket)/\(key) together. Try again.")
        }
    }
}
