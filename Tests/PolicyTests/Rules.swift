import EngineLibraries
import Foundation
import Policy
import Support
import TestSupport

/// Policies for the tests, and where the engine lies.
enum Rules {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let locator = EngineLocator(environment: ProcessInfo.processInfo.environment, programDirectory: root, projectDirectory: nil)
    static let engine = locator.path(of: .opa)

    /// Rules of every kind that the documentation shows.
    static let many = """
        package martlet.access

        deny contains "No promotions on Friday after 16:00." if {
            input.action == "model.promote"
            time.weekday(input.time) == "Friday"
            time.clock(input.time)[0] >= 16
        }

        deny contains "Only people of risk may read predictions." if {
            input.action == "prediction.read"
            not "risk" in input.principal.roles
        }

        deny contains sprintf("A token of %s may not approve.", [input.principal.id]) if {
            input.action == "approval.give"
            startswith(input.principal.via, "token:ci")
        }

        deny contains "The score is too low." if input.facts.score < 0.5

        deny contains "Ten are too many." if max(input.facts.counts) >= 10

        deny contains "Divided." if 1 / input.facts.divisor > 1

        default allow := false

        allow if not startswith(input.resource.name, "secret/")
        """

    static func set(_ source: String, _ others: PolicyFile...) throws -> PolicySet {
        try PolicySet([PolicyFile(name: "policies/access.rego", source: source)] + others, locator: locator)
    }

    static func question(
        _ action: String = "model.promote", roles: [String] = ["owner"], via: String = "session",
        resource: PolicyResource = PolicyResource(kind: "model", name: "loans"),
        at time: Timestamp = Timestamp(microseconds: 1_795_000_000_000_000), facts: JSONValue = .object([])
    ) -> PolicyQuestion {
        PolicyQuestion(
            principal: .init(id: "ann", roles: roles, via: via), action: action, resource: resource, project: "loans", time: time, facts: facts)
    }
}

/// A server of OPA's form.
struct PolicyServer {
    let child: Child
    let address: String

    /// - Parameter policies: paths of Rego files.
    init(_ policies: String...) async throws {
        let wheel = URL(filePath: Rules.engine ?? "").deletingLastPathComponent().deletingLastPathComponent().path
        child = try Child(
            "/usr/bin/env", ["python3", "-B", "\(Rules.root)/Tests/PolicyTests/References/opa_server.py"] + policies,
            environment: ProcessInfo.processInfo.environment.merging(["PYTHONPATH": wheel]) { $1 })
        guard let text = await child.printed("."), case let port = text.filter(\.isNumber), !port.isEmpty else {
            throw MartletError(.stepFailed, "The server did not start.", cause: await child.end().errors)
        }
        address = "http://127.0.0.1:\(port)"
    }
}
