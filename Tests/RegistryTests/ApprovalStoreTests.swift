import Access
import Database
import Digests
import Events
import Foundation
import Registry
import Support
import Synchronization
import TestSupport
import Testing

/// A clock that a test also turns back.
private final class LooseClock: WallClock {
    private let time = Mutex(Timestamp(seconds: 1_000_000))

    func now() -> Timestamp { time.withLock { $0 } }
    func turn(bySeconds seconds: Double) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

@Suite("Approvals")
struct ApprovalStoreTests {
    private let registry: Registry
    private let approvals: ApprovalStore
    private let principals: PrincipalStore
    private let clock = LooseClock()
    private let version: ModelVersion
    private let rule = PromotionRule(approve: ["validator"])

    init() throws {
        registry = try Registry()
        approvals = ApprovalStore(database: registry.database, events: registry.events, models: registry.models, clock: clock)
        principals = PrincipalStore(database: registry.database, events: registry.events, clock: clock, plan: AccessPlan())
        for (name, role) in [("olga", "owner"), ("vera", "validator"), ("vito", "validator")] {
            try principals.add(PrincipalID(name), kind: .user, name: nil, role: role, password: nil)
        }
        var version = try registry.register()
        version.details.evaluation = Digest(of: "report")
        self.version = version
        try registry.database.write { [registry, version] in try registry.models.update(version, in: $0) }
    }

    private func caller(_ name: String, _ role: String = "validator") -> Caller {
        let permissions = Role.builtIn.first { $0.name == role }?.permissions ?? []
        return Caller(id: PrincipalID(name), name: name.capitalized, roles: [role], permissions: permissions, proof: .password)
    }

    private func ask(charter: String = "c1") throws -> Int { try approvals.request(version, alias: "champion", charter: charter, note: "").id }

    @discardableResult
    private func sign(
        _ request: Int, _ name: String, _ verdict: ApprovalAnswer.Verdict = .approved, role: String = "validator", charter: String = "c1",
        rule: PromotionRule? = nil
    ) throws -> ApprovalRequest {
        try approvals.answer(request, verdict, reason: "r", by: caller(name, role), rule: rule ?? self.rule, charter: charter)
    }

    private func standing(charter: String? = "c1", rule: PromotionRule? = nil) throws -> ApprovalStanding {
        try registry.database.read { try approvals.standing(of: version, alias: "champion", charter: charter, rule: rule ?? self.rule, in: $0) }
    }

    @Test("The digest is of the three digests as JSON, and a signature is over it")
    func digest() throws {
        let request = try approvals.request(version, alias: "champion", charter: "c1", note: "")
        let json = "{\"charter\":\"c1\",\"model\":\"\(version.digest.rawValue)\",\"report\":\"\(Digest(of: "report").rawValue)\"}"
        #expect(request.content.digest == Digest(of: json))
        try sign(request.id, "vera")
        let event = try #require(try registry.events.latest(1).first)
        #expect(event.kind == "approval.given" && event.body["covers"].text == request.content.digest.rawValue)
        #expect(event.body["meaning"].text == "I approve this version for champion")
        #expect(try standing().isComplete)
    }

    @Test("A changed charter or evaluation lapses an approval; the clock plays no part, whichever way it is turned")
    func lapses() throws {
        try sign(ask(), "vera")
        #expect(try standing(charter: "c2").lapsed == ["Vera: the charter changed since"])
        #expect(try standing(charter: nil).isComplete)
        var changed = version
        changed.details.evaluation = Digest(of: "another report")
        let stored = changed
        try registry.database.write { try registry.models.update(stored, in: $0) }
        let now = try registry.models.version("income", "v1")
        for seconds in [0.0, -500_000, 900_000] {
            clock.turn(bySeconds: seconds)
            let standing = try registry.database.read { try approvals.standing(of: now, alias: "champion", charter: "c1", rule: rule, in: $0) }
            #expect(!standing.isComplete && standing.lapsed == ["Vera: the evaluation changed since"])
        }
        #expect(errorText { try sign(1, "vito") }.contains("The evaluation changed since request 1 was made, so it has lapsed."))
        #expect(try registry.events.latest(1).first?.kind == "approval.refused")
    }

    @Test("Two roles need two people, and who has lost the role counts no longer")
    func roles() throws {
        let both = PromotionRule(approve: ["validator", "owner"])
        try principals.grant("owner", to: "vera")
        let request = try ask()
        try sign(request, "vera", rule: both)
        #expect(try standing(rule: both).missing.count == 1)
        try sign(request, "olga", role: "owner", rule: both)
        #expect(try standing(rule: both).given.map { "\($0.role) \($0.answer.principal)" } == ["validator vera", "owner olga"])
        try principals.revoke("validator", from: "vera")
        #expect(try standing(rule: both).missing == ["validator"])
        try principals.disable("vera")
        #expect(try standing().lapsed.contains("Vera: does not hold the role"))
    }

    @Test("Who made it, a service, a session and the folder do not sign; every attempt is recorded")
    func unfit() throws {
        try principals.add("bot", kind: .service, name: nil, role: "validator", password: nil)
        try principals.add("ann", kind: .user, name: nil, role: "validator", password: nil)
        let request = try ask()
        #expect(errorText { try sign(request, "ann") }.contains("nobody approves their own work"))
        #expect(errorText { try sign(request, "bot") }.contains("is a service"))
        var session = caller("vera")
        session.proof = .session
        var token = caller("vera")
        token.proof = .token("all")
        for weak in [session, token] {
            #expect(
                errorText { try approvals.answer(request, .approved, reason: "", by: weak, rule: rule, charter: "c1") }.contains("proof of its own"))
        }
        #expect(try registry.events.latest(4).allSatisfy { $0.kind == "approval.refused" })
        _ = try approvals.answer(request, .approved, reason: "", by: .folder("vera"), rule: rule, charter: "c1")
        #expect(try standing().lapsed == ["vera: signed in the folder, not authenticated by Martlet"])
        let lenient = PromotionRule(approve: ["validator"], authorMayApprove: true)
        try sign(request, "ann", rule: lenient)
        #expect(try standing(rule: lenient).isComplete && !standing().isComplete)
    }

    @Test("An alias does not move under a decision that does not pass, or that is about another version")
    func moves() throws {
        let other = try registry.register("income", "other", run: "r2")
        let waiting = PromotionDecision(
            gate: GateDecision(subject: "model:income@v1", results: []), approvals: try standing())
        #expect(waiting.waits && !waiting.passes)
        var overridden = waiting
        overridden.override = "fire"
        #expect(overridden.passes)
        overridden.approvals.rejections = ["Vito rejected it."]
        #expect(!overridden.passes && overridden.sentence.contains("Vito rejected it."))
        for (target, decision) in [(version, waiting), (other, Registry.free(version))] {
            #expect(
                errorCode {
                    try registry.database.write { try registry.models.move("champion", of: target, under: decision, reason: "", in: $0) }
                } == .refused)
        }
        #expect(try registry.models.standing("income") == [:])
    }

    @Test("A stricter rule is kept; a looser one acts only once an owner whom Martlet knows has put it in force")
    func rules() throws {
        func inForce(_ file: PromotionRule) throws -> PromotionRule { try registry.database.write { try approvals.keepRule(file, in: $0) } }
        #expect(try inForce(rule) == rule)
        #expect(try inForce(PromotionRule(gated: false)) == rule)
        let looser = PromotionRule(approve: [])
        for caller in [Caller.folder("olga"), caller("vera")] {
            #expect(errorCode { try registry.database.write { try approvals.confirmRule(looser, loosens: true, by: caller, in: $0) } } == .refused)
        }
        let olga = caller("olga", "owner")
        #expect(errorCode { try registry.database.write { try approvals.confirmRule(looser, loosens: false, by: olga, in: $0) } } == .refused)
        try registry.database.write { try approvals.confirmRule(looser, loosens: true, by: olga, in: $0) }
        #expect(try inForce(looser) == looser)
        #expect(try registry.events.latest(1).first?.kind == "promotion.rule")
    }
}
