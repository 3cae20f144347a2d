internal import Foundation
internal import Support

#if canImport(FoundationXML)
    internal import FoundationXML
#endif

/// An object of a bucket.
package struct S3Object: Sendable, Equatable {
    package var key: String
    /// What changes with its content; in quotation marks, as HTTP writes it.
    package var tag: String
    /// Bytes.
    package var size: Int
}

/// A page of a bucket's list (`ListObjectsV2`), read from its XML.
struct S3Listing {
    var objects: [S3Object] = []
    /// Where the next page begins; nil for the last.
    var next: String?

    /// - Throws: `unavailable` for what is no such list.
    init(_ bytes: [UInt8]) throws(MartletError) {
        let reader = S3ListingReader()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard parser.parse(), reader.isListing else {
            throw MartletError(.unavailable, "What answers there does not list objects as S3 does. Check the endpoint.")
        }
        objects = reader.objects
        next = reader.isTruncated ? reader.token : nil
        guard !reader.isTruncated || next?.isEmpty == false else {
            throw MartletError(.unavailable, "The object store does not say how its list goes on. It has to know version 2 of lists (ListObjectsV2).")
        }
    }
}

/// Collects the elements of a list. Used by one thread, within one parse.
private final class S3ListingReader: NSObject, XMLParserDelegate {
    var objects: [S3Object] = []
    var isListing = false
    var isTruncated = false
    var token: String?
    private var text = ""
    private var object = S3Object(key: "", tag: "", size: 0)

    func parser(_: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?, attributes _: [String: String]) {
        text = ""
        if name == "ListBucketResult" { isListing = true }
        if name == "Contents" { object = S3Object(key: "", tag: "", size: 0) }
    }

    func parser(_: XMLParser, foundCharacters characters: String) { text += characters }

    func parser(_: XMLParser, didEndElement name: String, namespaceURI _: String?, qualifiedName _: String?) {
        switch name {
        case "Key": object.key = text
        case "ETag": object.tag = text
        case "Size": object.size = min(max(0, Int(text) ?? 0), 1 << 48)
        case "Contents": objects.append(object)
        case "IsTruncated": isTruncated = text == "true"
        case "NextContinuationToken": token = text
        default: break
        }
    }
}
