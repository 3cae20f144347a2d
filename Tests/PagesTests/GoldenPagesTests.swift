import Pages
import Support
import TestSupport
import Testing

@Suite("Golden pages")
struct GoldenPagesTests {
    @Test("The home page of a project in full flight")
    func home() throws { #expect(try differenceFromGolden(HomePage(Samples.home).page.html().text, "home.html") == nil) }

    @Test("The home page before anything has run says what to type")
    func emptyHome() throws { #expect(try differenceFromGolden(HomePage(Samples.emptyHome).page.html().text, "home-empty.html") == nil) }

    @Test("The home page of a project for tracking only leads to what was logged, and says where to log")
    func trackingHome() throws { #expect(try differenceFromGolden(HomePage(Samples.trackingHome).page.html().text, "home-tracking.html") == nil) }

    @Test("The page of an endpoint with traffic, drift and labels")
    func endpoint() throws { #expect(try differenceFromGolden(EndpointPage(Samples.endpoint).page.html().text, "endpoint.html") == nil) }

    @Test("The page of an endpoint that nobody has asked yet")
    func emptyEndpoint() throws {
        #expect(try differenceFromGolden(EndpointPage(Samples.emptyEndpoint).page.html().text, "endpoint-empty.html") == nil)
    }

    @Test("The page of an endpoint after the form was sent")
    func answered() throws {
        #expect(
            try differenceFromGolden(EndpointPage(Samples.emptyEndpoint, attempt: Samples.attempt).page.html().text, "endpoint-answered.html") == nil)
    }

    @Test("The list of endpoints")
    func endpoints() throws { #expect(try differenceFromGolden(EndpointsPage([Samples.summary]).page.html().text, "endpoints.html") == nil) }

    @Test("The list of incidents, and one that is open")
    func incidents() throws {
        #expect(try differenceFromGolden(IncidentsPage(Samples.incidents).page.html().text, "incidents.html") == nil)
        #expect(try differenceFromGolden(IncidentPage(Samples.incident).page.html().text, "incident.html") == nil)
        #expect(try differenceFromGolden(IncidentsPage([]).page.html().text, "incidents-empty.html") == nil)
    }

    @Test("The page of approvals, with a form, a refused answer and a rejection")
    func approvals() throws {
        let page = ApprovalsPage(Samples.approvals, failure: (2, "The name or the password is wrong.")).page.html().text
        #expect(try differenceFromGolden(page, "approvals.html") == nil)
        let empty = ApprovalsPage(ApprovalsView(signer: nil, maySign: false)).page.html().text
        #expect(try differenceFromGolden(empty, "approvals-empty.html") == nil)
    }

    @Test("The prediction log with a search, and what cannot be looked for")
    func predictions() throws {
        let request = PredictionsRequest(endpoint: "loans", [("where", "income > 30 AND city = 'Bern'"), ("before", "0199b2")])
        #expect(try differenceFromGolden(PredictionsPage(Samples.predictions, request).page.html().text, "predictions.html") == nil)
        let failed = PredictionsPage(
            PredictionsView(endpoint: "loans"), PredictionsRequest(endpoint: "loans", [("since", "soon")]), failure: "“soon” is no moment.")
        #expect(try differenceFromGolden(failed.page.html().text, "predictions-failed.html") == nil)
        let empty = PredictionsPage(PredictionsView(endpoint: "loans"), PredictionsRequest(endpoint: "loans"))
        #expect(try differenceFromGolden(empty.page.html().text, "predictions-empty.html") == nil)
    }

    @Test("A version of a dataset: its columns, the odd ones first, or by another order; its expectations; what could not be read")
    func dataset() throws {
        #expect(try differenceFromGolden(DatasetPage(Samples.dataset, DatasetRequest("loans@v5")).page.html().text, "dataset.html") == nil)
        let request = DatasetRequest("loans@v5", [("sort", "mean"), ("reverse", "1"), ("find", "<e")])
        #expect(try differenceFromGolden(DatasetPage(Samples.dataset, request).page.html().text, "dataset-found.html") == nil)
        let bare = DatasetVersionView("new", version: 1, versions: [1], created: Samples.now, digest: "77aa", rows: 0)
        #expect(try differenceFromGolden(DatasetPage(bare, DatasetRequest("new@v1")).page.html().text, "dataset-bare.html") == nil)
        #expect(try differenceFromGolden(DatasetsPage(Samples.datasets).page.html().text, "datasets.html") == nil)
        #expect(try differenceFromGolden(DatasetsPage([]).page.html().text, "datasets-empty.html") == nil)
    }

    @Test("Rows of a dataset as points, by numbers and by texts")
    func scatter() throws {
        let request = ScatterRequest("loans@v5", [("facet", "<purpose>")])
        #expect(try differenceFromGolden(ScatterPage(Samples.scatter, request).page.html().text, "scatter.html") == nil)
        var texts = Samples.scatter
        let purposes = (0..<240).map { row -> String? in "p\(row % 14)" }
        texts.x = ScatterView.Axis("<purpose>", .texts(purposes))
        texts.colour = texts.facet
        texts.facet = nil
        #expect(try differenceFromGolden(ScatterPage(texts, ScatterRequest("loans@v5")).page.html().text, "scatter-texts.html") == nil)
        let bare = ScatterView("new", version: 1, rows: 0, sampled: 0, columns: [], x: .init("x", .numbers([])), y: .init("y", .texts([])))
        #expect(ScatterPage(bare, ScatterRequest("new@v1")).page.html().text.contains("0 rows"))
        #expect(ScatterRequest("a b@v1", [("x", "é&="), ("facet", "")]).path == "/datasets/a%20b@v1/scatter?x=%C3%A9%26%3D&facet=")
    }

    @Test("Two versions of a dataset side by side, the most shifted column first")
    func datasetComparison() throws {
        let page = DatasetComparisonPage(Samples.datasetComparison).page.html().text
        #expect(try differenceFromGolden(page, "dataset-comparison.html") == nil)
    }

    @Test("The address of a comparison is read back, whatever the datasets are called")
    func pairs() {
        for (first, second, path) in [
            ("loans@v1", "loans@v2", "/datasets/loans@v1...v2"), ("loans@v1", "other@v2", "/datasets/loans@v1...other@v2"),
            ("a...b@v1", "a...b@v12", "/datasets/a...b@v1...v12"), ("loans@v1", "loan@v1", "/datasets/loans@v1...loan@v1"),
            ("a@b@v1", "a@b@v2", "/datasets/a@b@v1...v2"),
        ] {
            let pair = DatasetPair(first, second)
            #expect(pair.path == path)
            #expect(DatasetPair(PagePath.decoded(path.dropFirst(PagePath.datasets.count + 1))) == pair)
        }
        for text in ["loans@v1", "loans", "...v2", "loans@v1...", ""] { #expect(DatasetPair(text) == nil, "\(text)") }
    }

    @Test("The history of a model as a time line")
    func history() throws { #expect(try differenceFromGolden(ModelPage(Samples.history).page.html().text, "model.html") == nil) }

    @Test("The record with a search, and what cannot be searched for")
    func audit() throws {
        let filter = AuditFilter([("what", "model"), ("text", "two words & more"), ("before", "14")])
        let page = AuditPage(Samples.audit, filter).page.html(for: Reader(.signedIn("Ann Ö."), readsAudit: true, hasTokens: true)).text
        #expect(try differenceFromGolden(page, "audit.html") == nil)
        let failed = AuditPage(AuditView(), AuditFilter([("since", "soon")]), failure: "“soon” is no moment.").page.html().text
        #expect(try differenceFromGolden(failed, "audit-failed.html") == nil)
    }

    @Test("Tokens: an owner's view with a refused form, a reader's by a token, and the secret of a new one")
    func tokens() throws {
        let owner = Reader(.signedIn("Ann Ö."), readsAudit: true, hasTokens: true)
        let request = TokenRequest(name: "ci", scopes: ["project.read"], lifetime: "7d")
        let page = TokensPage(Samples.tokens, request: request, failure: "There is, or was, a token “ci”.").page
        #expect(try differenceFromGolden(page.html(for: owner).text, "tokens.html") == nil)
        let bare = TokensPage(TokensView()).page.html(for: Reader(.recognised("ci"), hasTokens: true)).text
        #expect(try differenceFromGolden(bare, "tokens-empty.html") == nil)
        let made = TokenMadePage(name: "ci", secret: "mlt_0123456789").page.html(for: owner).text
        #expect(try differenceFromGolden(made, "token-made.html") == nil)
    }

    @Test("The header says who looks and leads in or out; the record and tokens are offered to nobody who may not open them")
    func readers() {
        func header(_ reader: Reader) -> Substring {
            let page = EndpointsPage([]).page.html(for: reader).text
            return page.split(separator: "<header", maxSplits: 1)[1].split(separator: "</header>")[0]
        }
        let ann = header(Reader(.signedIn("<Ann>"), readsAudit: true))
        #expect(ann.contains("signed in as <bdi>&lt;Ann&gt;</bdi>") && ann.contains("action=\"/sign-out\"") && !ann.contains("/sign-in"))
        #expect(ann.contains("href=\"/audit\"") && !ann.contains("href=\"/tokens\""))
        let ci = header(Reader(.recognised("ci"), hasTokens: true))
        #expect(ci.contains("signed in as") && !ci.contains("Sign out") && ci.contains("href=\"/tokens\"") && !ci.contains("href=\"/audit\""))
        #expect(header(.stranger).contains("<a href=\"/sign-in\">Sign in</a>"))
        #expect(!header(Reader(.open)).contains("/sign-in"))
    }

    @Test("The page that explains a prediction")
    func why() throws { #expect(try differenceFromGolden(WhyPage(Samples.why).page.html().text, "why.html") == nil) }

    @Test("The page that asks for a prediction")
    func whySearch() throws { #expect(try differenceFromGolden(WhyPage(nil).page.html().text, "why-search.html") == nil) }

    @Test("The page of an address that does not exist names the nearest one")
    func notFound() throws {
        let error = MartletError(.notFound, "There is no page “/endpoint/loans”.")
        #expect(
            try differenceFromGolden(
                ErrorPage(error, path: "/endpoint/loans", known: ["/", "/endpoints", "/endpoints/loans"]).page.html().text, "not-found.html") == nil)
    }

    @Test("The page of a defect")
    func broken() throws {
        let error = MartletError(.corrupted, "The object 9f2c61 is not what was stored. Run martlet doctor.", cause: "digest differs")
        #expect(try differenceFromGolden(ErrorPage(error, path: "/").page.html().text, "broken.html") == nil)
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
