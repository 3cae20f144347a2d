import HTTPTypes
package import Hummingbird
import Pages
import Support

/// Adds the pages, their assets and the JSON API to a router. Answers to addresses that no route has are pages too, for browsers.
///
/// - Note: the page for unknown addresses is a middleware, which Hummingbird applies to routes added after it: it lets every answer of theirs through.
package func addPages(to router: Router<some RequestContext>, source: any ProjectSource) {
    router.add(middleware: UnknownAddress(source: source))
    addAssets(to: router)
    addScreens(to: router, source: source)
    addAPI(to: router, source: source)
    addCommands(to: router, source: source)
}

private func addAssets(to router: Router<some RequestContext>) {
    for asset in Asset.all {
        router.get(RouterPath(asset.path)) { request, _ in Response.asset(asset, knownTag: request.headers[.ifNoneMatch]) }
    }
}

private func addScreens(to router: Router<some RequestContext>, source: any ProjectSource) {
    let screens = Screens(source: source)
    router.get("/") { request, _ in await screens.answer(request) { HomePage(try await source.home()).html } }
    router.get("/endpoints") { request, _ in await screens.answer(request) { EndpointsPage(try await source.endpoints()).html } }
    router.get("/endpoints/{name}") { request, context in
        await screens.answer(request) { EndpointPage(try await source.endpoint(PagePath.decoded(context.parameters.require("name")))).html }
    }
    router.post("/endpoints/{name}") { request, context in
        await screens.attempt(request, endpoint: PagePath.decoded(context.parameters.get("name") ?? ""))
    }
    router.get("/why") { request, _ in
        guard let typed = PagePath.fields(of: request.uri.query ?? "").first(where: { $0.name == "id" })?.value, !typed.isEmpty else {
            return await screens.answer(request) { WhyPage(nil).html }
        }
        return Response(status: .seeOther, headers: PageHeaders.fields + [.location: PagePath.why(Screens.predictionID(typed))])
    }
    router.get("/why/{prediction}") { request, context in
        await screens.answer(request) {
            WhyPage(try await source.why(Screens.predictionID(PagePath.decoded(context.parameters.require("prediction"))))).html
        }
    }
}

private func addCommands(to router: Router<some RequestContext>, source: any ProjectSource) {
    router.post(RouterPath(APIRoute.commands.path)) { request, _ in
        await Response.json {
            let command = try await CommandRequest(request)
            return try await source.command(command.arguments, usesColour: command.usesColour)
        }
    }
}

private func addAPI(to router: Router<some RequestContext>, source: any ProjectSource) {
    for route in APIRoute.allCases where route.method == .get {
        router.get(RouterPath(route.path)) { _, context in
            await Response.json {
                switch route {
                case .home: try await source.home().json
                case .endpoints: try await source.endpoints().json
                case .endpoint: try await source.endpoint(PagePath.decoded(context.parameters.require("name"))).json
                case .why: try await source.why(Screens.predictionID(PagePath.decoded(context.parameters.require("prediction")))).json
                case .openapi: OpenAPI(project: source.project, endpoints: try await source.endpoints()).document
                case .commands: throw HTTPError(.methodNotAllowed)
                }
            }
        }
    }
}
