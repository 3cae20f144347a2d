import Access
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Support

/// The pages of experiments and runs.
struct TrackingRoutes: Sendable {
    let source: any ProjectSource

    private var tracking: any TrackingSource { source.tracking }

    func add(to router: GuardedRouter) {
        addPages(to: router)
        addData(to: router)
    }

    private func addPages(to router: GuardedRouter) {
        // Clients may be given this address; what they print adds a hash to it, which browsers keep on the way.
        router.on("/projects/\(source.project)", .get, .needs(.projectRead), refuse: Response.refusedPage) { _, _, _ in
            Response.seeOther(PagePath.home)
        }
        router.on(RouterPath(PagePath.experiments), .get, .needs(.projectRead), refuse: Response.refusedPage) { request, _, caller in
            await Screens(source: source).answer(request, for: caller) {
                ExperimentsPage(try await tracking.experiments(ExperimentsRequest(fields(request)))).page
            }
        }
        router.on("/experiments/{experiment}", .get, .needs(.projectRead), refuse: Response.refusedPage) { request, context, caller in
            await table(request, context, caller)
        }
        router.on("/experiments/{experiment}/compare", .get, .needs(.projectRead), refuse: Response.refusedPage) { request, context, caller in
            await Screens(source: source).answer(request, for: caller) {
                let runs = fields(request).filter { $0.name == "run" }.map(\.value).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                let place = try Place.experiment(context)
                let view = try await tracking.comparison(
                    of: Array(runs.prefix(ComparisonView.most)), in: place, showsAll: field("all", request) == "1")
                return ComparisonPage(view).page
            }
        }
        page(router, "/experiments/{experiment}/runs/{run}") { request, place in
            TrackedRunPage(try await tracking.run(place.run, in: place.experiment, metric: field("metric", request))).page
        }
        page(router, "/experiments/{experiment}/runs/{run}/artifacts") { request, place in
            ArtifactPage(try await tracking.artifact(field("path", request) ?? "", of: place.run, in: place.experiment)).page
        }
    }

    private func addData(to router: GuardedRouter) {
        router.on("/experiments/{experiment}/runs/{run}/picture", .get, .needs(.projectRead), refuse: Response.refusedPage) {
            request, context, caller in await picture(request, context, caller)
        }
        router.on(RouterPath(PagePath.plotly), .get, .anyone, refuse: Response.refusedJSON) { request, _, _ in
            PlotlyFile(path: tracking.plotly).response(knownTag: request.headers[.ifNoneMatch])
        }
        router.on("/experiments/{experiment}/keys", .get, .needs(.projectRead), refuse: Response.refusedJSON) { request, context, _ in
            await Response.json {
                let like = String((field("like", request) ?? "").prefix(250))
                let found = try await tracking.keys(like: like, field("kind", request).flatMap(RunColumn.Kind.init), of: Place.experiment(context))
                return ["keys": .array(found.map { .string($0.written) })]
            }
        }
        router.on("/experiments/{experiment}/runs/{run}/events", .get, .needs(.projectRead), refuse: Response.refusedJSON) { request, context, _ in
            await follow(request, context)
        }
        router.on("/experiments/{experiment}/runs/{run}/series", .get, .needs(.projectRead), refuse: Response.refusedJSON) { request, context, _ in
            await Response.json {
                let place = try Place(context)
                guard let metric = field("metric", request) else { throw MartletError(.usage, "Say which metric: ?metric=NAME.") }
                let points = min(max(field("points", request).flatMap(Int.init) ?? 400, 2), 5000)
                return try await tracking.series(metric, of: place.run, in: place.experiment, points: points).json
            }
        }
    }

    /// What the path names.
    struct Place {
        let experiment: Int
        let run: String

        init(_ context: ServedContext) throws(MartletError) {
            experiment = try Place.experiment(context)
            run = context.decoded("run")
        }

        static func experiment(_ context: ServedContext) throws(MartletError) -> Int {
            let text = context.decoded("experiment")
            guard let id = Int(text), id >= 0 else { throw MartletError(.notFound, "“\(text.prefix(40))” is not the number of an experiment.") }
            return id
        }
    }

    private func page(_ router: GuardedRouter, _ path: String, _ content: @escaping @Sendable (Request, Place) async throws -> Page) {
        router.on(RouterPath(path), .get, .needs(.projectRead), refuse: Response.refusedPage) { request, context, caller in
            await Screens(source: source).answer(request, for: caller) { try await content(request, try Place(context)) }
        }
    }

    private func fields(_ request: Request) -> [(name: String, value: String)] { PagePath.fields(of: request.uri.query ?? "") }

    func field(_ name: String, _ request: Request) -> String? { fields(request).first { $0.name == name }?.value }

    /// A search that cannot be read is the asker's error, and the page says why.
    private func table(_ request: Request, _ context: ServedContext, _ caller: Caller) async -> Response {
        do {
            let view = try await tracking.runs(RunTableRequest(experiment: Place.experiment(context), fields(request)))
            return Response.page(RunTablePage(view).page, for: Reader(caller), status: view.problem == nil ? 200 : MartletError.Code.usage.httpStatus)
        } catch { return await Screens(source: source).failure(MartletError(error), path: request.uri.path, for: Reader(caller)) }
    }

    /// A picture alone, under a policy that lets nothing run in it.
    private func picture(_ request: Request, _ context: ServedContext, _ caller: Caller) async -> Response {
        do {
            let place = try Place(context)
            let picture = try await tracking.picture(field("path", request) ?? "", of: place.run, in: place.experiment)
            var headers = PageHeaders.fields + [.contentType: picture.type, .cacheControl: "no-store", .contentDisposition: "inline"]
            if let policy = HTTPField.Name("Content-Security-Policy") { headers[policy] = "default-src 'none'; sandbox; frame-ancestors 'none'" }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: picture.bytes)))
        } catch { return await Screens(source: source).failure(MartletError(error), path: request.uri.path, for: Reader(caller)) }
    }

    /// New points of a run, for as long as somebody listens. Who comes back says with `Last-Event-ID` what is known to them.
    private func follow(_ request: Request, _ context: ServedContext) async -> Response {
        do {
            let place = try Place(context)
            let known = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] } ?? field("since", request)
            let since = known.flatMap { Int64($0) } ?? .min
            let follower = try await tracking.follow(place.run, in: place.experiment, since: Timestamp(microseconds: since))
            return RunEvents(follower: follower, since: since).response
        } catch {
            let error = MartletError(error)
            return Response.json(["error": ErrorView(error).json], status: error.httpStatus)
        }
    }
}
