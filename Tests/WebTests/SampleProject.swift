import Access
import Pages
import Support
import Tables
import Web

/// A project of fixed facts: one endpoint, one prediction.
struct SampleProject: ProjectSource {
    let project = "loans"
    /// What `home` throws instead of answering.
    var failure: (any Error)?
    /// Where its provider lies.
    var provider: @Sendable () -> String = { "https://id.example.org/authorize" }

    static let time = Timestamp(microseconds: 1_788_242_400_000_000)

    private static let summary = EndpointSummaryView(
        name: "loans", model: "loans", alias: "champion", version: 3,
        signature: Signature(
            inputs: [
                .init("amount", kind: .number, mayBeMissing: false, minimum: 500, maximum: 40_000),
                .init("purpose", kind: .text, mayBeMissing: false, categories: ["car", "home"]),
            ], answer: .binary(negative: "declined", positive: "granted", threshold: 0.5)))

    let isSecure = false
    var tracking: any TrackingSource = SampleTracking()

    func signIn(name: String, password: String, from address: String) async throws -> String {
        guard name == "ann", password == "correct horse" else { throw MartletError(.unauthenticated, "The name or the password is wrong.") }
        return "secret-of-ann"
    }

    func approvals(for caller: Caller) async throws -> ApprovalsView {
        ApprovalsView(
            signer: caller.name, maySign: true,
            requests: [
                .init(
                    id: 1, subject: "model:loans@v3", model: "loans", alias: "champion", state: .open, by: "max", at: Self.time, note: "please",
                    missing: "waits for approval by validator", report: [.init("auc on test", "0.93 (0.91 to 0.95)")],
                    covers: [.init("model", "9f2c61d0a7")], gate: [.init("ranking", .green, "auc: 0.93 reaches 0.9.")],
                    answers: [
                        .init(name: "Vera", isYes: true, meaning: "I approve this version for champion", at: Self.time, reason: "", proof: "password")
                    ],
                    mayAnswer: true)
            ])
    }

    func answerApproval(_ request: Int, approves: Bool, reason: String, proof: PasswordProof, by caller: Caller) async throws {
        guard proof.password == "correct horse" else { throw MartletError(.unauthenticated, "The name or the password is wrong.") }
    }

    func datasets() async throws -> [DatasetSummaryView] {
        [DatasetSummaryView("loans", versions: 2, newest: 2, rows: 500, columns: 2, created: Self.time, passed: 3, failed: 1)]
    }

    func dataset(_ text: String) async throws -> DatasetVersionView {
        guard text == "loans@v2" else { throw MartletError(.notFound, "There is no dataset “\(text)”.") }
        var view = DatasetVersionView("loans", version: 2, versions: [1, 2], created: Self.time, digest: "9f2c61", rows: 500)
        view.columns = [
            .init(
                "amount", kind: "number", role: "feature", count: 500, missing: 0, distinct: 480,
                numbers: .init(
                    minimum: 500, median: 9000, maximum: 40_000, mean: 11_000, deviation: 6000, zeros: 0, edges: [500, 20_000, 40_000],
                    counts: [430, 70])),
            .init(
                "purpose", kind: "text", role: "feature", count: 450, missing: 50, distinct: 2, meanLength: 3.4,
                top: [.init("car", 300), .init("home", 150)], alerts: ["10 % of the values are <missing>."]),
        ]
        return view
    }

    func scatter(_ request: ScatterRequest) async throws -> ScatterView {
        guard request.dataset.hasPrefix("loans"), request.x != "gone" else { throw MartletError(.notFound, "There is no such column.") }
        return ScatterView(
            "loans", version: 2, rows: 500, sampled: 3, columns: ["amount", "<purpose>"], x: .init("amount", .numbers([1, 2, .nan])),
            y: .init(request.y ?? "<purpose>", .texts(["car", nil, "<b>"])))
    }

    func comparison(of pair: DatasetPair) async throws -> DatasetComparisonView {
        guard pair == DatasetPair("loans@v1", "loans@v2") else { throw MartletError(.notFound, "There is no such version.") }
        return DatasetComparisonView(
            first: .init(pair.first, rows: 400, own: ["<branch>"]), second: .init(pair.second, rows: 500),
            columns: [
                .init(
                    "amount", kind: "number", shift: 0.31, isShifted: true, pValue: 1e-9, figures: [FactView("ks", "0.31")],
                    histogram: .init(edges: [0, 1, 2], reference: [0.6, 0.4], current: [0.2, 0.8])),
                .init("note", kind: "text", shift: nil, isShifted: false, note: "free text, not compared"),
            ])
    }

    func models() async throws -> [ModelSummaryView] {
        [ModelSummaryView("loans", versions: 3, newest: 3, registered: Self.time, aliases: [FactView("champion", "v2")])]
    }

    func history(of model: String) async throws -> ModelHistoryView {
        guard model == "loans" else { throw MartletError(.notFound, "There is no model “\(model)”.") }
        return ModelHistoryView(
            model: model,
            moves: [
                .init(alias: "champion", version: 2, at: Self.time, by: "max", reason: "worse in production", isRollback: true),
                .init(alias: "champion", version: 3, at: Self.time, by: "max", reason: "All 5 checks of the gate hold.", isRollback: false),
            ])
    }

    let providers = [ProviderView(name: "company", label: "Company & Co")]

    func beginSignIn(with provider: String, next: String, from address: String) async throws -> ProviderVisit {
        guard let known = providers.first(where: { $0.name == provider }) else {
            throw MartletError(.notFound, "There is no provider “\(provider)”.")
        }
        return ProviderVisit(provider: known, address: "\(self.provider())?next=\(PagePath.segment(next))", browser: "browser-secret")
    }

    func beginAnswer(
        _ request: Int, approves: Bool, reason: String, with provider: String, from address: String, by caller: Caller
    ) async throws -> ProviderVisit { try await beginSignIn(with: provider, next: "\(request) \(approves) \(reason)", from: address) }

    func finishVisit(_ answer: ProviderAnswer) async throws -> ProviderOutcome {
        guard answer.browser == "browser-secret" else { throw MartletError(.unauthenticated, "This sign-in was begun in another browser.") }
        return .session("secret-from-\(answer.provider)", next: "/why")
    }

    func signOut(_ secret: String) async throws {}

    func home(asOf moment: String?) async throws -> HomeView {
        if let failure { throw failure }
        return HomeView(
            project: project, outcome: moment.map { "Lend with care, \($0)." } ?? "Lend with care.", asOf: Self.time,
            phases: [.init(.plan, .done, "1 objective", link: "/#objectives")],
            objectives: [
                .init(
                    id: "ranking", sentence: "AUC is at least 0.9", metric: "auc", on: "test", bound: 0.9, judge: .lowerBound, value: 0.93,
                    interval: .init(0.91, 0.95), verdict: .green, measuredAt: Self.time)
            ])
    }

    func endpoints() async throws -> [EndpointSummaryView] { [Self.summary] }

    func endpoint(_ name: String, by caller: Caller) async throws -> EndpointView {
        guard name == "loans" else { throw MartletError(.notFound, "There is no endpoint “\(name)”.\(didYouMean(name, among: ["loans"]))") }
        return EndpointView(
            endpoint: Self.summary, address: "http://127.0.0.1:8080", days: [.init("2026-08-31", 4), .init("2026-09-01", 9)],
            scores: .init(version: 3, histogram: .init(edges: [0, 0.5, 1], reference: [0.4, 0.6], current: [0.5, 0.5])))
    }

    func live(_ endpoint: String) throws(MartletError) -> LiveFigures {
        guard endpoint == "loans" else { throw MartletError(.notFound, "There is no endpoint “\(endpoint)”.") }
        return { LiveView(slots: (0..<5).map { .init(time: Self.time.advanced(bySeconds: Double($0) * 2), requestsPerSecond: 7.25) }) }
    }

    func predictions(_ request: PredictionsRequest, by caller: Caller) async throws -> PredictionsView {
        guard request["since"] != "soon" else { throw MartletError(.usage, "“soon” is no moment.") }
        return PredictionsView(
            endpoint: request.endpoint,
            rows: [
                .init(
                    PredictionView(id: "0199a0b1", time: Self.time, label: "declined", score: 0.25), version: 3, key: "k", milliseconds: 0.4,
                    outlier: 0.5,
                    inputs: [.init("asked for", request["where"])])
            ], older: "0199a0b1", examined: 1)
    }

    private static let sampleIncident = IncidentView(
        id: 7, state: .firing, severity: .critical, kind: "objective", title: "objective live", endpoint: "loans", cause: "live",
        summary: "auc: 0.62 <misses> 0.7.", opened: Self.time, seen: Self.time, count: 3)

    func incidents() async throws -> [IncidentView] { [Self.sampleIncident] }

    func incident(_ id: Int) async throws -> IncidentDetailView {
        guard id == 7 else { throw MartletError(.notFound, "There is no incident \(id).") }
        return IncidentDetailView(Self.sampleIncident, timeline: [.init(Self.time, "opened", by: "martlet", reason: "auc: 0.62 <misses> 0.7.")])
    }

    func acknowledge(incident id: Int, reason: String, by caller: Caller) async throws { try checkIncident(id, reason) }

    func close(incident id: Int, reason: String, by caller: Caller) async throws { try checkIncident(id, reason) }

    private func checkIncident(_ id: Int, _ reason: String) throws(MartletError) {
        guard id == 7 else { throw MartletError(.notFound, "There is no incident \(id).") }
        guard reason == "known & done" else { throw MartletError(.usage, "Say why.") }
    }

    func audit(_ filter: AuditFilter) async throws -> AuditView {
        guard filter.since != "soon" else { throw MartletError(.usage, "“soon” is no moment.") }
        return AuditView(
            events: [.init(9, at: Self.time, actor: "ann", kind: "model.promoted", subject: "model:loans@v3", summary: "found by <\(filter.text)>")],
            older: 9)
    }

    func tokens(for caller: Caller) async throws -> TokensView {
        TokensView(
            tokens: [.init(name: "ci", owner: "ann", scopes: ["project.read"], made: Self.time, expires: nil, hint: "mlt_abcd")],
            grantable: ["project.read"], isInSession: caller.proof == .session)
    }

    func makeToken(_ request: TokenRequest, by caller: Caller) async throws -> String {
        guard request.scopes == ["project.read"] else { throw MartletError(.permissionDenied, "You cannot give that.") }
        return "mlt_secret-of-\(request.name)"
    }

    func revokeToken(_ name: String, by caller: Caller) async throws {
        guard name == "ci" else { throw MartletError(.notFound, "You have no token “\(name)”.") }
    }

    func command(_ arguments: [String], usesColour: Bool, signature: PasswordProof?, by caller: Caller) async throws -> JSONValue {
        guard arguments.first == "show" else { throw MartletError(.usage, "Only show.") }
        return ["output": .string("\(arguments.joined(separator: " ")) \(usesColour)\n"), "exit_code": 0]
    }

    func why(_ prediction: String, by caller: Caller) async throws -> WhyView {
        guard prediction == "0199a0b1" else { throw MartletError(.notFound, "There is no prediction “\(prediction)”.") }
        return WhyView(
            prediction: .init(id: prediction, time: Self.time, label: "granted", score: 0.8), endpoint: "loans", inputs: [.init("amount", "1000")],
            nodes: [.init("prediction:0199a0b1", kind: "prediction", title: "granted"), .init("model:loans@v3", kind: "model", title: "loans v3")],
            edges: [.init("prediction:0199a0b1", "model:loans@v3", "answered by")])
    }

    /// Grants amounts up to 10,000.
    func infer(_ endpoint: String, _ request: JSONValue, by caller: Caller) async throws -> JSONValue {
        guard let amount = request["inputs"].elements.first?["data"].elements.first?.double else {
            throw MartletError(.invalidInput, "The column amount is not a number.")
        }
        return ["model_version": "3", "outputs": [["name": "label", "data": [.string(amount > 10_000 ? "declined" : "granted")]]]]
    }
}
