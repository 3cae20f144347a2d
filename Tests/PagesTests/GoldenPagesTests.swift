import Pages
import Support
import TestSupport
import Testing

@Suite("Golden pages")
struct GoldenPagesTests {
    @Test("The home page of a project in full flight")
    func home() throws { #expect(try differenceFromGolden(HomePage(Samples.home).html.text, "home.html") == nil) }

    @Test("The home page before anything has run says what to type")
    func emptyHome() throws { #expect(try differenceFromGolden(HomePage(Samples.emptyHome).html.text, "home-empty.html") == nil) }

    @Test("The page of an endpoint with traffic, drift and labels")
    func endpoint() throws { #expect(try differenceFromGolden(EndpointPage(Samples.endpoint).html.text, "endpoint.html") == nil) }

    @Test("The page of an endpoint that nobody has asked yet")
    func emptyEndpoint() throws { #expect(try differenceFromGolden(EndpointPage(Samples.emptyEndpoint).html.text, "endpoint-empty.html") == nil) }

    @Test("The page of an endpoint after the form was sent")
    func answered() throws {
        #expect(try differenceFromGolden(EndpointPage(Samples.emptyEndpoint, attempt: Samples.attempt).html.text, "endpoint-answered.html") == nil)
    }

    @Test("The list of endpoints")
    func endpoints() throws { #expect(try differenceFromGolden(EndpointsPage([Samples.summary]).html.text, "endpoints.html") == nil) }

    @Test("The list of incidents, and one that is open")
    func incidents() throws {
        #expect(try differenceFromGolden(IncidentsPage(Samples.incidents).html.text, "incidents.html") == nil)
        #expect(try differenceFromGolden(IncidentPage(Samples.incident).html.text, "incident.html") == nil)
        #expect(try differenceFromGolden(IncidentsPage([]).html.text, "incidents-empty.html") == nil)
    }

    @Test("The page of approvals, with a form, a refused answer and a rejection")
    func approvals() throws {
        let page = ApprovalsPage(Samples.approvals, failure: (2, "The name or the password is wrong.")).html.text
        #expect(try differenceFromGolden(page, "approvals.html") == nil)
        let empty = ApprovalsPage(ApprovalsView(signer: nil, maySign: false)).html.text
        #expect(try differenceFromGolden(empty, "approvals-empty.html") == nil)
    }

    @Test("The history of a model as a time line")
    func history() throws { #expect(try differenceFromGolden(ModelPage(Samples.history).html.text, "model.html") == nil) }

    @Test("The page that explains a prediction")
    func why() throws { #expect(try differenceFromGolden(WhyPage(Samples.why).html.text, "why.html") == nil) }

    @Test("The page that asks for a prediction")
    func whySearch() throws { #expect(try differenceFromGolden(WhyPage(nil).html.text, "why-search.html") == nil) }

    @Test("The page of an address that does not exist names the nearest one")
    func notFound() throws {
        let error = MartletError(.notFound, "There is no page “/endpoint/loans”.")
        #expect(
            try differenceFromGolden(
                ErrorPage(error, path: "/endpoint/loans", known: ["/", "/endpoints", "/endpoints/loans"]).html.text, "not-found.html") == nil)
    }

    @Test("The page of a defect")
    func broken() throws {
        let error = MartletError(.corrupted, "The object 9f2c61 is not what was stored. Run martlet doctor.", cause: "digest differs")
        #expect(try differenceFromGolden(ErrorPage(error, path: "/").html.text, "broken.html") == nil)
    }

    @Test("The views as JSON")
    func json() throws {
        #expect(try differenceFromGolden(Samples.home.json.pretty + "\n", "home.json") == nil)
        #expect(try differenceFromGolden(Samples.endpoint.json.pretty + "\n", "endpoint.json") == nil)
        #expect(try differenceFromGolden(Samples.why.json.pretty + "\n", "why.json") == nil)
    }

    @Test("The status of every kind of error")
    func statuses() throws {
        #expect(try differenceFromGolden(MartletError.Code.allCases.map { "\($0.rawValue) \($0.httpStatus)\n" }.joined(), "statuses.txt") == nil)
    }
}
