import Pages
import Support
import Testing

@Suite("Golden pages")
struct GoldenPagesTests {
    @Test("The home page of a project in full flight")
    func home() throws { try expectGolden(HomePage(Samples.home).html.text, "home.html") }

    @Test("The home page before anything has run says what to type")
    func emptyHome() throws { try expectGolden(HomePage(Samples.emptyHome).html.text, "home-empty.html") }

    @Test("The page of an endpoint with traffic, drift and labels")
    func endpoint() throws { try expectGolden(EndpointPage(Samples.endpoint).html.text, "endpoint.html") }

    @Test("The page of an endpoint that nobody has asked yet")
    func emptyEndpoint() throws { try expectGolden(EndpointPage(Samples.emptyEndpoint).html.text, "endpoint-empty.html") }

    @Test("The page of an endpoint after the form was sent")
    func answered() throws { try expectGolden(EndpointPage(Samples.emptyEndpoint, attempt: Samples.attempt).html.text, "endpoint-answered.html") }

    @Test("The list of endpoints")
    func endpoints() throws { try expectGolden(EndpointsPage([Samples.summary]).html.text, "endpoints.html") }

    @Test("The page that explains a prediction")
    func why() throws { try expectGolden(WhyPage(Samples.why).html.text, "why.html") }

    @Test("The page that asks for a prediction")
    func whySearch() throws { try expectGolden(WhyPage(nil).html.text, "why-search.html") }

    @Test("The page of an address that does not exist names the nearest one")
    func notFound() throws {
        let error = MartletError(.notFound, "There is no page “/endpoint/loans”.")
        try expectGolden(ErrorPage(error, path: "/endpoint/loans", known: ["/", "/endpoints", "/endpoints/loans"]).html.text, "not-found.html")
    }

    @Test("The page of a defect")
    func broken() throws {
        let error = MartletError(.corrupted, "The object 9f2c61 is not what was stored. Run martlet doctor.", cause: "digest differs")
        try expectGolden(ErrorPage(error, path: "/").html.text, "broken.html")
    }

    @Test("The views as JSON")
    func json() throws {
        try expectGolden(Samples.home.json.pretty + "\n", "home.json")
        try expectGolden(Samples.endpoint.json.pretty + "\n", "endpoint.json")
        try expectGolden(Samples.why.json.pretty + "\n", "why.json")
    }

    @Test("The status of every kind of error")
    func statuses() throws {
        try expectGolden(MartletError.Code.allCases.map { "\($0.rawValue) \($0.httpStatus)\n" }.joined(), "statuses.txt")
    }
}
