import Access
import EngineLibraries
import Events
import Foundation
import Policy
import Support
import TestSupport
import Testing

/// Where the policy engine lies.
enum PolicyEngine {
    static let locator = EngineLocator(
        environment: ProcessInfo.processInfo.environment,
        programDirectory: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path,
        projectDirectory: nil)
    static let isThere = locator.path(of: .opa) != nil
}

@Suite("Policies after the roles", .enabled(if: PolicyEngine.isThere, "The policy engine is not installed; run make setup"))
struct PolicyAccessTests {
    private let office: Office
    private let access: Access

    init() throws {
        office = try Office()
        let judge = PolicyFolder(path: office.folder.path("policies"), locator: PolicyEngine.locator, freshness: 0)
        let log = DecisionLog(
            folder: office.folder.path("decisions"), version: "1", clock: office.clock, identifiers: IdentifierSource(clock: office.clock))
        access = Access(
            database: office.database, events: office.events, clock: office.clock, plan: office.plan,
            rules: AccessRules(judge: judge, log: log, project: "loans", facts: ["endpoint": "loans"]))
    }

    /// A person with a token of that name.
    private func caller(_ id: PrincipalID, _ token: String) -> Caller {
        let roles = office.plan.roles.filter { $0.name == ["boss": "owner", "mia": "maintainer"][id.rawValue] ?? "viewer" }
        return Caller(id: id, name: id.rawValue, roles: roles.map(\.name), permissions: roles.first?.permissions ?? [], proof: .token(token))
    }

    private func policy(_ rules: String) throws { try office.folder.write("policies/access.rego", "package martlet.access\n\(rules)") }

    private func message(_ caller: Caller, _ permission: Permission) -> String? {
        do { try access.authorize(caller, permission, on: "model:loans@v2") } catch { return error.message }
        return nil
    }

    @Test("can deny what a role allows, and allow nothing that it does not")
    func restrict() throws {
        let (mia, vic) = (caller("mia", "laptop"), caller("vic", "desk"))
        #expect(message(mia, .modelPromote) == nil)
        try policy("allow := true\ndeny contains \"Not by token ci.\" if input.principal.via == \"token:ci\"")
        #expect(message(mia, .modelPromote) == nil)
        #expect(message(vic, .modelPromote)?.contains("model.promote") == true)
        let ci = caller("mia", "ci")
        #expect(message(ci, .modelPromote) == "A policy of this project denies this: Not by token ci.")
        #expect(
            try office.events.latest(1).first.map { "\($0.kind) \($0.actor) \($0.body["reason"].text?.hasSuffix("Not by token ci.") == true)" }
                == "access.denied mia true")
    }

    @Test("that fail deny everybody; owners are told why, others whom to ask")
    func failing() throws {
        try policy("deny contains \"x\" if {")
        #expect(message(caller("boss", "b"), .projectRead)?.contains("policies/access.rego:2") == true)
        let told = message(caller("mia", "m"), .projectRead)
        #expect(told?.contains("owner") == true && told?.contains("access.rego") == false)
    }

    @Test("are asked at once for what only reads; what changes something, or is denied, is decided where it can be written down")
    func atOnce() throws {
        let mia = caller("mia", "laptop")
        try access.refresh()
        #expect(access.allowsAtOnce(mia, .projectRead, on: "/"))
        #expect(!access.allowsAtOnce(mia, .modelPromote, on: "model:loans@v2"))
        try policy("deny contains \"No.\" if { input.action == \"prediction.create\"; input.facts.endpoint == \"loans\" }")
        try access.refresh()
        #expect(access.allowsAtOnce(mia, .projectRead, on: "/"))
        #expect(!access.allowsAtOnce(mia, .predictionCreate, on: "endpoint:loans"))
        #expect(access.allowsAtOnce(mia, .predictionCreate, on: "endpoint:others"))
    }

    @Test("leave a line for each denial and for what changes something, and an event when they change")
    func recorded() throws {
        let (mia, vic) = (caller("mia", "laptop"), caller("vic", "desk"))
        try policy("deny contains \"No.\" if input.action == \"charter.confirm\"")
        try access.refresh()
        for permission in [Permission.projectRead, .modelPromote, .charterConfirm, .charterConfirm] { _ = message(mia, permission) }
        _ = message(vic, .modelPromote)
        func actions(_ file: String) throws -> [String] {
            try office.folder.read("decisions/\(file).jsonl").split(separator: "\n").map { line in
                let entry = try JSONValue(parsing: String(line))
                return "\(entry["path"].text ?? "") \(entry["input"]["action"].text ?? "")"
            }
        }
        #expect(try actions("allowed") == ["martlet/access model.promote"])
        #expect(try actions("denied") == ["martlet/access charter.confirm", "martlet/access charter.confirm", "martlet/roles model.promote"])
        try access.refresh()
        #expect(try office.kinds().filter { $0 == "policy.changed" }.count == 1)
    }

    @Test("may be a server's: its address stands in the settings")
    func settings() throws {
        let plain = try AccessPlan(SettingsText.node("opa: https://opa.example.org/"))
        #expect(plain.policyServer == "https://opa.example.org" && !plain.policyServerIsPrivate)
        let inner = try AccessPlan(SettingsText.node("opa: {address: http://127.0.0.1:8181/, private: true}"))
        #expect(inner.policyServer == "http://127.0.0.1:8181" && inner.policyServerIsPrivate)
        let error = #expect(throws: MartletError.self) { try AccessPlan(SettingsText.node("opa: localhost")) }
        #expect(error?.place?.line == 1)
    }
}
