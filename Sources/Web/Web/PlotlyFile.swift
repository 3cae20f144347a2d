import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Support

/// Plotly's script as this server gives it to browsers: from a file that set-up has fetched, never from elsewhere.
struct PlotlyFile {
    let path: String?

    func response(knownTag: String?) -> Response {
        guard let path, let bytes = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
            let error = MartletError(.notFound, "Plotly is not installed here. Run `make setup` in Martlet's source folder; the pages do without it.")
            return Response.json(["error": ErrorView(error).json], status: error.httpStatus)
        }
        let tag = "\"plotly-\(bytes.count)\""
        let headers = PageHeaders.fields + [.contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache", .eTag: tag]
        guard knownTag?.contains(tag) != true else { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
