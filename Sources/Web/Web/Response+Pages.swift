import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Support

extension PageHeaders {
    /// The fields that every answer carries.
    static let fields: HTTPFields = {
        var fields = HTTPFields()
        for (name, value) in all { if let name = HTTPField.Name(name) { fields[name] = value } }
        return fields
    }()
}

extension HTTPFields {
    /// The fields with some replaced or added.
    static func + (fields: HTTPFields, added: [HTTPField.Name: String]) -> HTTPFields {
        var fields = fields
        for (name, value) in added { fields[name] = value }
        return fields
    }
}

extension Response {
    /// A page. It shows the state of the moment and may hold personal data, so nobody keeps it.
    static func page(_ page: Page, for reader: Reader = .unknown, status: Int = 200) -> Response {
        let headers = PageHeaders.fields + [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        return Response(status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: page.html(for: reader).text)))
    }

    /// Sends the browser to another page of this server.
    static func seeOther(_ path: String, cookie: SessionCookie? = nil) -> Response {
        var headers = PageHeaders.fields + [.location: path, .cacheControl: "no-store"]
        if let cookie { headers[.setCookie] = cookie.text }
        return Response(status: .seeOther, headers: headers)
    }

    /// The page for a request that the gate turned away: browsers without a session are led to signing in.
    static func refusedPage(_ error: MartletError, _ request: Request) -> Response {
        if error.code == .unauthenticated, request.method == .get {
            return seeOther("\(PagePath.signIn)?next=\(PagePath.segment(request.uri.description))")
        }
        return page(ErrorPage(error, path: request.uri.path).page, status: error.httpStatus)
    }

    /// The same in JSON.
    static func refusedJSON(_ error: MartletError, _ request: Request) -> Response {
        var response = json(["error": ErrorView(error).json], status: error.httpStatus)
        for field in error.fields { response.headers.append(field) }
        return response
    }

    /// A JSON value, or the error that came instead.
    static func json(_ value: () async throws -> JSONValue) async -> Response {
        do { return json(try await value(), status: 200) } catch {
            let error = MartletError(error)
            return json(["error": ErrorView(error).json], status: error.httpStatus)
        }
    }

    static func json(_ value: JSONValue, status: Int) -> Response {
        let headers = PageHeaders.fields + [.contentType: "application/json", .cacheControl: "no-store"]
        return Response(status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: value.compact + "\n")))
    }

    /// An asset, or nothing but its tag where the browser has it already.
    static func asset(_ asset: Asset, knownTag: String?) -> Response {
        let headers = PageHeaders.fields + [.contentType: asset.type, .cacheControl: "no-cache", .eTag: asset.entityTag]
        let known = knownTag?.split(separator: ",").map { $0.drop { $0 == " " }.trimmingWeakness }.contains(asset.entityTag[...]) == true
        return known
            ? Response(status: .notModified, headers: headers)
            : Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: asset.text)))
    }
}

extension Substring {
    /// An entity tag without the mark of a weak one; `If-None-Match` compares weakly (RFC 9110, 13.1.2).
    fileprivate var trimmingWeakness: Substring { hasPrefix("W/") ? dropFirst(2) : self }
}
