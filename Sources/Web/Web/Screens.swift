import Access
import Hummingbird
import Pages
import Support

/// Turns what a page needs into an answer, errors included.
struct Screens: Sendable {
    let source: any ProjectSource

    /// The largest form that is read, in bytes: enough for 2,000 columns.
    private static let formLimit = 1 << 20

    /// The page, or the page of the error.
    func answer(_ request: Request, for caller: Caller, _ page: () async throws -> Page) async -> Response {
        do { return Response.page(try await page(), for: Reader(caller)) } catch {
            return await failure(MartletError(error), path: request.uri.path, for: Reader(caller))
        }
    }

    /// The page of an error, with the nearest address that exists.
    func failure(_ error: MartletError, path: String, for reader: Reader = .unknown) async -> Response {
        var known: [String] = []
        if error.code == .notFound {
            let endpoints = (try? await source.endpoints()) ?? []
            known = [PagePath.datasets, PagePath.endpoints, PagePath.incidents, PagePath.why] + endpoints.map { PagePath.endpoint($0.name) }
        }
        return Response.page(ErrorPage(error, path: path, known: known).page, for: reader, status: error.httpStatus)
    }

    /// Sends the posted form to the endpoint, and shows the page with the answer.
    func attempt(_ request: Request, endpoint name: String, by caller: Caller) async -> Response {
        do {
            let form = try await Screens.form(of: request)
            let view = try await source.endpoint(name, by: caller)
            let attempt = TryRequest(endpoint: view.endpoint, form: form)
            let result = await outcome(attempt, by: caller)
            var status = 200
            if case .failure(let error) = result { status = error.httpStatus }
            let page = EndpointPage(view, attempt: TryAttempt(request: attempt, result: result)).page
            return Response.page(page, for: Reader(caller), status: status)
        } catch {
            return await failure(MartletError(error), path: request.uri.path, for: Reader(caller))
        }
    }

    private func outcome(_ attempt: TryRequest, by caller: Caller) async -> Result<JSONValue, MartletError> {
        if let stale = attempt.staleness { return .failure(stale) }
        do { return .success(try await source.infer(attempt.endpoint.name, attempt.request, by: caller)) } catch {
            return .failure(MartletError(error))
        }
    }

    private static func form(of request: Request) async throws -> [(name: String, value: String)] {
        try await request.form(upTo: formLimit)
    }

    /// Does what a posted form says of an incident, and shows the incident again.
    func change(_ request: Request, incident text: String, by caller: Caller, _ change: (Int, String) async throws -> Void) async -> Response {
        do {
            let id = try Screens.incident(text)
            let reason = try await Screens.form(of: request).first { $0.name == "reason" }?.value ?? ""
            try await change(id, reason)
            return Response.seeOther(PagePath.incident(id))
        } catch {
            return await failure(MartletError(error), path: request.uri.path, for: Reader(caller))
        }
    }

    /// The number of an incident in an address.
    static func incident(_ text: String) throws(MartletError) -> Int {
        guard let id = Int(text), id > 0 else { throw MartletError(.notFound, "“\(text.prefix(40))” is not the number of an incident.") }
        return id
    }

    /// A prediction's bare ID from what a person typed: spaces and `prediction:` are cut off.
    static func predictionID(_ typed: String) -> String {
        let trimmed = typed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return trimmed.hasPrefix("prediction:") ? String(trimmed.dropFirst("prediction:".count)) : trimmed
    }
}

extension MartletError {
    /// Any error as one of ours.
    init(_ error: any Error) {
        switch error {
        case let error as MartletError: self = error
        case is CancellationError: self.init(.cancelled, "The request was cancelled. Try again.")
        case let error as HTTPError where error.status.code < 500: self.init(.usage, error.body ?? "The request is malformed.")
        default: self.init(.defect, "Something in Martlet went wrong. The server's log says more.", cause: "\(error)")
        }
    }
}
