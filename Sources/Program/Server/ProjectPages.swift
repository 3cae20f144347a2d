import Access
import Foundation
import OpenInference
import Pages
import Planning
import Projects
import Registry
import Serving
import Support
import Synchronization
import Web

/// Where the server is reached, once it listens.
final class LocalAddress: Sendable {
    private let address = Mutex("")

    func set(_ text: String) { address.withLock { $0 = text } }

    var text: String { address.withLock { $0 } }
}

/// Fills the pages from a project. Questions that read files run on threads of their own.
struct ProjectPages: ProjectSource {
    private let live: LiveProject
    private let endpoints: EndpointSet
    private let main: Endpoint
    private let traffic: TrafficWatch
    private let hosted: HostedEndpoints?
    let address: LocalAddress
    let access: Access
    let isSecure: Bool
    private let pool: WorkPool
    /// A search through a log, or a look at all rows of two datasets, takes long, and holds up no page.
    private let searching = WorkPool(width: 1, limit: 16)
    private let readings = ReadingRecord()
    private let visits: ProviderVisits
    private let listeners = FollowerSeats(most: 100)

    init(
        live: LiveProject, endpoints: EndpointSet, main: Endpoint, traffic: TrafficWatch, hosted: HostedEndpoints?, address: LocalAddress,
        access: Access, isSecure: Bool, pool: WorkPool
    ) {
        self.live = live
        self.endpoints = endpoints
        self.main = main
        self.traffic = traffic
        self.hosted = hosted
        self.address = address
        self.access = access
        self.isSecure = isSecure
        self.pool = pool
        tracking = ProjectTracking(live: live)
        visits = ProviderVisits(project: live.current, access: access, address: address, pool: pool)
    }

    /// The project as its file stands now.
    var opened: Project { live.current }

    var project: String { opened.file.project }

    let tracking: any TrackingSource

    func home(asOf moment: String?) async throws -> HomeView {
        try await pool.run { () throws(MartletError) in
            guard let moment else { return try HomePageFacts(project: self.opened, address: self.address.text).view() }
            let past = try self.opened.asOf(Past.moment(moment, now: self.opened.clock.now()))
            return try HomePageFacts(project: past, address: self.address.text).view()
        }
    }

    func endpoints() async throws -> [EndpointSummaryView] {
        try await pool.run { () throws(MartletError) in
            var found: [EndpointSummaryView] = []
            for endpoint in self.endpoints.all {
                // What keeps one from answering is told on its own page.
                if let summary = try? self.facts(endpoint).summary() { found.append(summary) }
            }
            return found
        }
    }

    func endpoint(_ name: String, by caller: Caller) async throws -> EndpointView {
        let endpoint = try endpoints.endpoint(name)
        return try await pool.run { () throws(MartletError) in
            let view = try self.facts(endpoint).view(address: self.address.text, showsCases: caller.permissions.contains(.predictionRead))
            try readings.add(caller, endpoint: name, predictions: view.recent.count, in: self.opened)
            return view
        }
    }

    private func facts(_ endpoint: Endpoint) -> EndpointFacts { EndpointFacts(project: opened.serving(endpoint.plan), endpoint: endpoint) }

    func live(_ endpoint: String) throws(MartletError) -> LiveFigures {
        let served = try endpoints.endpoint(endpoint)
        let seat = try listeners.take()
        return { withExtendedLifetime(seat) { EndpointFacts.live(served) } }
    }

    func predictions(_ request: PredictionsRequest, by caller: Caller) async throws -> PredictionsView {
        let endpoint = try endpoints.endpoint(request.endpoint)
        return try await searching.run { () throws(MartletError) in
            endpoint.log?.flush()
            let view = try PredictionFacts(project: self.opened.serving(endpoint.plan), endpoint: endpoint.name).view(request)
            try readings.add(caller, endpoint: endpoint.name, predictions: view.rows.count, in: self.opened)
            return view
        }
    }

    func incidents() async throws -> [IncidentView] {
        try await pool.run { () throws(MartletError) in try IncidentFacts(project: self.opened).list() }
    }

    func incident(_ id: Int) async throws -> IncidentDetailView {
        try await pool.run { () throws(MartletError) in try IncidentFacts(project: self.opened).detail(id) }
    }

    func acknowledge(incident id: Int, reason: String, by caller: Caller) async throws {
        _ = try await pool.run { () throws(MartletError) in try self.opened.reopened(for: caller).acknowledge(incident: id, reason: reason) }
    }

    func close(incident id: Int, reason: String, by caller: Caller) async throws {
        _ = try await pool.run { () throws(MartletError) in try self.opened.reopened(for: caller).close(incident: id, reason: reason) }
    }

    func why(_ prediction: String, by caller: Caller) async throws -> WhyView {
        return try await pool.run { () throws(MartletError) in
            for endpoint in self.endpoints.all { endpoint.log?.flush() }
            let project = try self.opened.reopened(for: caller)
            let why = try project.why("prediction:\(prediction)")
            let endpoint = try? self.endpoints.endpoint(why.prediction?.endpoint ?? self.main.name)
            return try WhyFacts(why: why, project: project, loaded: endpoint?.held).view()
        }
    }

    func approvals(for caller: Caller) async throws -> ApprovalsView {
        try await pool.run { () throws(MartletError) in try ApprovalFacts(project: self.opened.reopened(for: caller), caller: caller).view() }
    }

    func answerApproval(_ request: Int, approves: Bool, reason: String, proof: PasswordProof, by caller: Caller) async throws {
        try await pool.run { () throws(MartletError) in
            let signer = try self.signer(caller, proof)
            _ = try self.opened.reopened(for: signer).answerApproval(request, approves ? .approved : .rejected, reason: reason)
        }
    }

    func datasets() async throws -> [DatasetSummaryView] {
        try await pool.run { () throws(MartletError) in try DatasetFacts(project: self.opened).list() }
    }

    func dataset(_ text: String) async throws -> DatasetVersionView {
        try await pool.run { () throws(MartletError) in try DatasetFacts(project: self.opened).view(text) }
    }

    func scatter(_ request: ScatterRequest) async throws -> ScatterView {
        try await searching.run { () throws(MartletError) in try ScatterFacts(project: self.opened).view(request) }
    }

    func comparison(of pair: DatasetPair) async throws -> DatasetComparisonView {
        try await searching.run { () throws(MartletError) in try DatasetComparisonFacts(project: self.opened).view(pair) }
    }

    func models() async throws -> [ModelSummaryView] {
        try await pool.run { () throws(MartletError) in try ModelFacts(project: self.opened).list() }
    }

    func history(of model: String) async throws -> ModelHistoryView {
        try await pool.run { () throws(MartletError) in try ModelFacts(project: self.opened).history(of: model) }
    }

    func signIn(name: String, password: String, from address: String) async throws -> String {
        try await pool.run { () throws(MartletError) in try access.beginSession(access.caller(name: name, password: password, from: address)) }
    }

    var providers: [ProviderView] { visits.views }

    func beginSignIn(with provider: String, next: String, from address: String) async throws -> ProviderVisit {
        try await visits.beginSignIn(with: provider, next: next, from: address)
    }

    func beginAnswer(
        _ request: Int, approves: Bool, reason: String, with provider: String, from address: String, by caller: Caller
    ) async throws -> ProviderVisit {
        try await visits.beginAnswer(request, approves: approves, reason: reason, with: provider, from: address, by: caller)
    }

    func finishVisit(_ answer: ProviderAnswer) async throws -> ProviderOutcome { try await visits.finish(answer) }

    func signOut(_ secret: String) async throws { try await pool.run { () throws(MartletError) in try access.endSession(secret) } }

    func audit(_ filter: AuditFilter) async throws -> AuditView {
        try await pool.run { () throws(MartletError) in try AuditFacts(project: self.opened).view(filter) }
    }

    func tokens(for caller: Caller) async throws -> TokensView {
        try await pool.run { () throws(MartletError) in try TokenFacts(project: self.opened, access: access, caller: caller).view() }
    }

    func makeToken(_ request: TokenRequest, by caller: Caller) async throws -> String {
        try await pool.run { () throws(MartletError) in
            let scopes = try Set(request.scopes.map(TokenCommand.permission))
            return try access.issueOwnToken(request.name, scopes: scopes, lifetime: LookBack.seconds(request.lifetime), by: caller)
        }
    }

    func revokeToken(_ name: String, by caller: Caller) async throws {
        try await pool.run { () throws(MartletError) in try access.revokeToken(name, by: caller) }
    }

    func command(_ arguments: [String], usesColour: Bool, signature: PasswordProof?, by caller: Caller) async throws -> JSONValue {
        let answer = try await pool.run { () throws(MartletError) in
            for endpoint in self.endpoints.all { endpoint.log?.flush() }
            let caller = try self.signer(caller, signature)
            return try ServedCommand.answer(arguments, usesColour: usesColour, on: self.opened, by: caller, access: access)
        }
        // Who shares the traffic anew through the server finds it in force when the command ends.
        if arguments.first == "endpoint" {
            await traffic.pickUp()
            await hosted?.pickUp()
        }
        return answer
    }

    /// The caller with the password as the proof, where one was sent along.
    private func signer(_ caller: Caller, _ signature: PasswordProof?) throws(MartletError) -> Caller {
        guard let signature else { return caller }
        return try access.caller(caller, signingWith: signature.password, from: signature.address)
    }

    func infer(_ endpoint: String, _ request: JSONValue, by caller: Caller) async throws -> JSONValue {
        try await JSONInference.answer(request, at: endpoints.endpoint(endpoint))
    }
}
