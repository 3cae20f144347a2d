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
    let endpoint: Endpoint
    private let traffic: TrafficWatch
    let address: LocalAddress
    let access: Access
    let isSecure: Bool
    private let pool: WorkPool
    private let readings = ReadingRecord()
    private let visits: ProviderVisits
    private let listeners = FollowerSeats(most: 100)

    init(
        live: LiveProject, endpoint: Endpoint, traffic: TrafficWatch, address: LocalAddress, access: Access, isSecure: Bool, pool: WorkPool
    ) {
        self.live = live
        self.endpoint = endpoint
        self.traffic = traffic
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
        try await pool.run { () throws(MartletError) in try EndpointFacts(project: self.opened, endpoint: self.endpoint).summary().map { [$0] } ?? []
        }
    }

    func endpoint(_ name: String, by caller: Caller) async throws -> EndpointView {
        guard name == endpoint.name else {
            throw MartletError(.notFound, "There is no endpoint “\(name)”.\(didYouMean(name, among: [endpoint.name]))")
        }
        return try await pool.run { () throws(MartletError) in
            let facts = EndpointFacts(project: self.opened, endpoint: self.endpoint)
            let view = try facts.view(address: self.address.text, showsCases: caller.permissions.contains(.predictionRead))
            try readings.add(caller, endpoint: name, predictions: view.recent.count, in: self.opened)
            return view
        }
    }

    func live(_ endpoint: String) throws(MartletError) -> LiveFigures {
        guard endpoint == self.endpoint.name else { throw MartletError(.notFound, "There is no endpoint “\(endpoint)”.") }
        let (seat, served) = (try listeners.take(), self.endpoint)
        return { withExtendedLifetime(seat) { EndpointFacts.live(served) } }
    }

    func predictions(_ request: PredictionsRequest, by caller: Caller) async throws -> PredictionsView {
        try await pool.run { () throws(MartletError) in
            self.endpoint.log?.flush()
            let view = try PredictionFacts(project: self.opened, endpoint: request.endpoint).view(request)
            try readings.add(caller, endpoint: request.endpoint, predictions: view.rows.count, in: self.opened)
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
        endpoint.log?.flush()
        return try await pool.run { () throws(MartletError) in
            let project = try self.opened.reopened(for: caller)
            return try WhyFacts(why: try project.why("prediction:\(prediction)"), project: project, loaded: self.endpoint.held).view()
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
        endpoint.log?.flush()
        let answer = try await pool.run { () throws(MartletError) in
            let caller = try self.signer(caller, signature)
            return try ServedCommand.answer(arguments, usesColour: usesColour, on: self.opened, by: caller, access: access)
        }
        // Who shares the traffic anew through the server finds it in force when the command ends.
        if arguments.first == "endpoint" { await traffic.pickUp() }
        return answer
    }

    /// The caller with the password as the proof, where one was sent along.
    private func signer(_ caller: Caller, _ signature: PasswordProof?) throws(MartletError) -> Caller {
        guard let signature else { return caller }
        return try access.caller(caller, signingWith: signature.password, from: signature.address)
    }

    func infer(_ endpoint: String, _ request: JSONValue, by caller: Caller) async throws -> JSONValue {
        guard endpoint == self.endpoint.name else { throw MartletError(.notFound, "There is no endpoint “\(endpoint)”.") }
        return try await JSONInference.answer(request, at: self.endpoint)
    }
}
