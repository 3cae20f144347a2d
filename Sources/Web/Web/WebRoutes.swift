import Access
package import HTTP
import HTTPTypes
import Hummingbird
import Pages
import Support

/// Adds the pages, their assets and the JSON API to a server's routes.
///
/// - Note: the page for unknown addresses is a middleware, which Hummingbird applies to routes added after it: it lets every answer of theirs through.
package func addPages(to router: GuardedRouter, source: any ProjectSource) {
    router.add(middleware: UnknownAddress(source: source))
    addAssets(to: router)
    addSigningIn(to: router, source: source)
    addScreens(to: router, source: source)
    TrackingRoutes(source: source).add(to: router)
    addIncidents(to: router, source: source)
    addRecord(to: router, source: source)
    addAPI(to: router, source: source)
    addCommands(to: router, source: source)
}

private func addAssets(to router: GuardedRouter) {
    for asset in Asset.all {
        router.on(RouterPath(asset.path), .get, .anyone, refuse: Response.refusedJSON) { request, _, _ in
            Response.asset(asset, knownTag: request.headers[.ifNoneMatch])
        }
    }
}

private func addSigningIn(to router: GuardedRouter, source: any ProjectSource) {
    let signing = SigningIn(source: source)
    router.on(RouterPath(PagePath.signIn), .get, .anyone, refuse: Response.refusedPage) { request, _, caller in signing.form(request, caller) }
    router.on(RouterPath(PagePath.signIn), .post, .anyone, refuse: Response.refusedPage) { request, context, _ in
        await signing.begin(request, from: context.address)
    }
    router.on(RouterPath(PagePath.signOut), .post, .anyone, refuse: Response.refusedPage) { request, _, _ in await signing.end(request) }
    let providers = SigningInByProvider(source: source)
    router.on("\(PagePath.signInWith)/{name}", .get, .anyone, refuse: Response.refusedPage) { request, context, _ in
        await providers.begin(request, context.decoded("name"), from: context.address)
    }
    router.on("\(PagePath.signInWith)/{name}/callback", .get, .anyone, refuse: Response.refusedPage) { request, context, caller in
        await providers.finish(request, context.decoded("name"), from: context.address, caller)
    }
}

private func addScreens(to router: GuardedRouter, source: any ProjectSource) {
    let screens = Screens(source: source)
    func page(_ path: String, _ rule: RouteRule = .needs(.projectRead), _ content: @escaping @Sendable (ServedContext, Caller) async throws -> Page) {
        router.on(RouterPath(path), .get, rule, refuse: Response.refusedPage) { request, context, caller in
            await screens.answer(request, for: caller) { try await content(context, caller) }
        }
    }
    page(PagePath.home) { _, _ in HomePage(try await source.home(asOf: nil)).page }
    page(PagePath.endpoints) { _, _ in EndpointsPage(try await source.endpoints()).page }
    page("/endpoints/{name}") { context, caller in
        EndpointPage(try await source.endpoint(context.decoded("name"), by: caller)).page
    }
    router.on("/endpoints/{name}", .post, .asksEndpoint, refuse: Response.refusedPage) { request, context, caller in
        await screens.attempt(request, endpoint: context.decoded("name"), by: caller)
    }
    router.on("/endpoints/{name}/live", .get, .needs(.projectRead), refuse: Response.refusedJSON) { _, context, _ in
        do throws(MartletError) { return LiveEvents(next: try source.live(context.decoded("name"))).response } catch {
            return Response.json(["error": ErrorView(error).json], status: error.httpStatus)
        }
    }
    router.on("/endpoints/{name}/predictions", .get, .readsPredictions, refuse: Response.refusedPage) { request, context, caller in
        await SearchingPredictions(source: source).page(request, of: context.decoded("name"), for: caller)
    }
    let approving = Approving(source: source)
    page(PagePath.approvals) { _, caller in try await approving.page(caller) }
    router.on("/approvals/{request}", .post, .needs(.approvalGive), refuse: Response.refusedPage) { request, context, caller in
        await approving.answer(request, context.decoded("request"), from: context.address, by: caller)
    }
    page(PagePath.datasets) { _, _ in DatasetsPage(try await source.datasets()).page }
    router.on("/datasets/{name}", .get, .needs(.dataRead), refuse: Response.refusedPage) { request, context, caller in
        let wanted = DatasetRequest(context.decoded("name"), PagePath.fields(of: request.uri.query ?? ""))
        return await screens.answer(request, for: caller) {
            if let pair = DatasetPair(wanted.dataset) { return DatasetComparisonPage(try await source.comparison(of: pair)).page }
            return DatasetPage(try await source.dataset(wanted.dataset), wanted).page
        }
    }
    router.on("/datasets/{name}/scatter", .get, .needs(.dataRead), refuse: Response.refusedPage) { request, context, caller in
        let wanted = ScatterRequest(context.decoded("name"), PagePath.fields(of: request.uri.query ?? ""))
        return await screens.answer(request, for: caller) { ScatterPage(try await source.scatter(wanted), wanted).page }
    }
    page(PagePath.models) { _, _ in ModelsPage(try await source.models()).page }
    page("/models/{name}") { context, _ in ModelPage(try await source.history(of: context.decoded("name"))).page }
    router.on(RouterPath(PagePath.why), .get, .needs(.projectRead), refuse: Response.refusedPage) { request, _, caller in
        guard let typed = PagePath.fields(of: request.uri.query ?? "").first(where: { $0.name == "id" })?.value, !typed.isEmpty else {
            return await screens.answer(request, for: caller) { WhyPage(nil).page }
        }
        return Response.seeOther(PagePath.why(Screens.predictionID(typed)))
    }
    page("/why/{prediction}", .readsPrediction) { context, caller in
        WhyPage(try await source.why(Screens.predictionID(context.decoded("prediction")), by: caller)).page
    }
}

private func addIncidents(to router: GuardedRouter, source: any ProjectSource) {
    let screens = Screens(source: source)
    router.on(RouterPath(PagePath.incidents), .get, .needs(.projectRead), refuse: Response.refusedPage) { request, _, caller in
        await screens.answer(request, for: caller) { IncidentsPage(try await source.incidents()).page }
    }
    router.on("/incidents/{id}", .get, .needs(.projectRead), refuse: Response.refusedPage) { request, context, caller in
        await screens.answer(request, for: caller) { IncidentPage(try await source.incident(Screens.incident(context.decoded("id")))).page }
    }
    router.on("/incidents/{id}/ack", .post, .needs(.incidentUpdate), refuse: Response.refusedPage) { request, context, caller in
        await screens.change(request, incident: context.decoded("id"), by: caller) {
            try await source.acknowledge(incident: $0, reason: $1, by: caller)
        }
    }
    router.on("/incidents/{id}/close", .post, .needs(.incidentUpdate), refuse: Response.refusedPage) { request, context, caller in
        await screens.change(request, incident: context.decoded("id"), by: caller) { try await source.close(incident: $0, reason: $1, by: caller) }
    }
}

private func addRecord(to router: GuardedRouter, source: any ProjectSource) {
    let auditing = Auditing(source: source)
    router.on(RouterPath(PagePath.audit), .get, .needs(.auditRead), refuse: Response.refusedPage) { request, _, caller in
        await auditing.page(request, for: caller)
    }
    let making = OwnTokens(source: source)
    router.on(RouterPath(PagePath.tokens), .get, .needs(.tokenOwn), refuse: Response.refusedPage) { request, _, caller in
        await Screens(source: source).answer(request, for: caller) { TokensPage(try await source.tokens(for: caller)).page }
    }
    router.on(RouterPath(PagePath.tokens), .post, .needs(.tokenOwn, inSession: true), refuse: Response.refusedPage) { request, _, caller in
        await making.make(request, by: caller)
    }
    router.on(RouterPath(PagePath.revokeToken), .post, .needs(.tokenOwn, inSession: true), refuse: Response.refusedPage) { request, _, caller in
        await making.revoke(request, by: caller)
    }
}

private func addCommands(to router: GuardedRouter, source: any ProjectSource) {
    router.on(RouterPath(APIRoute.commands.path), .post, .needs(.projectRead), refuse: Response.refusedJSON) { request, context, caller in
        await Response.json {
            let command = try await CommandRequest(request)
            let signature = command.password.map { PasswordProof(password: $0, address: context.address) }
            return try await source.command(command.arguments, usesColour: command.usesColour, signature: signature, by: caller)
        }
    }
}

private func addAPI(to router: GuardedRouter, source: any ProjectSource) {
    for route in APIRoute.allCases where route.method == .get {
        let rule =
            switch route {
            case .why: RouteRule.readsPrediction
            case .predictions: RouteRule.readsPredictions
            case .audit: RouteRule.needs(.auditRead)
            case .datasets, .dataset: RouteRule.needs(.dataRead)
            default: RouteRule.needs(.projectRead)
            }
        router.on(RouterPath(route.path), .get, rule, refuse: Response.refusedJSON) { request, context, caller in
            await Response.json {
                switch route {
                case .home: try await source.home(asOf: asOf(request)).json
                case .endpoints: try await source.endpoints().json
                case .endpoint: try await source.endpoint(context.decoded("name"), by: caller).json
                case .predictions:
                    try await source.predictions(SearchingPredictions.request(request, of: context.decoded("name")), by: caller).json
                case .datasets: try await source.datasets().json
                case .dataset: try await source.dataset(context.decoded("name")).json
                case .incidents: try await source.incidents().json
                case .incident: try await source.incident(Screens.incident(context.decoded("id"))).json
                case .why: try await source.why(Screens.predictionID(context.decoded("prediction")), by: caller).json
                case .audit: try await source.audit(Auditing.filter(request)).json
                case .openapi: OpenAPI(project: source.project, endpoints: try await source.endpoints()).document
                case .commands: throw HTTPError(.methodNotAllowed)
                }
            }
        }
    }
}

/// The moment that is asked about; nil for the present.
private func asOf(_ request: Request) -> String? {
    PagePath.fields(of: request.uri.query ?? "").first { $0.name == APIRoute.moment.name }?.value
}

extension ServedContext {
    /// A parameter of the path, decoded.
    func decoded(_ name: String) -> String { PagePath.decoded(parameters.get(name) ?? "") }
}

extension RouteRule {
    /// Reading the prediction that the path names.
    fileprivate static let readsPrediction = needs(.predictionRead) { _, context in
        "prediction:\(Screens.predictionID(context.decoded("prediction")))"
    }

    /// Reading the predictions of the endpoint that the path names.
    fileprivate static let readsPredictions = needs(.predictionRead) { _, context in "endpoint:\(context.decoded("name"))" }

    /// Asking the endpoint that the path names.
    fileprivate static let asksEndpoint = needs(.predictionCreate) { _, context in "endpoint:\(context.decoded("name"))" }
}
