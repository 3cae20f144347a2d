import Foundation
import Secrets
import Support
import TestSupport
import Testing

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
private let packages = root.appending(path: ".setup/python").path(percentEncoded: false)
private let hasClient = FileManager.default.fileExists(atPath: packages + "/hvac")

@Suite("hvac, the Python client of Vault", .enabled(if: hasClient, "hvac is not in .setup/python; run make setup"))
struct HvacTests {
    /// What each step of `References/hvac_client.py` has to come to.
    private static let expected: JSONValue = [
        "health": false, "health_head": 200, "sealed": false, "initialized": true, "authenticated": true, "mounts": ["secret/"],
        "missing": "InvalidPath: ", "empty_list": "InvalidPath: ", "numbers": [1, 2], "newest": ["user": "ann", "password": "p2"],
        "first": ["user": "ann", "password": "p1", "port": 5432, "deep": ["a": [1, nil, 1.5]]], "no_version": "InvalidPath: ",
        "conflict": "InvalidRequest: check-and-set parameter did not match the current version",
        "exists": "InvalidRequest: check-and-set parameter did not match the current version", "patched": ["user": "ann", "password": "p3"],
        "top": ["hook", "team/"], "below": ["db", "mail"], "below_slash": ["db", "mail"], "strict_list": ["db", "mail"],
        "client_list": ["db", "mail"], "no_folder": "InvalidPath: ",
        "bad_path":
            "InvalidRequest: A path has one to eight parts of letters, digits, “.”, “-” and “_”, at most 64 in each; the first is none of env, file and vault.",
        "deleted": "InvalidPath: ", "deleted_body": [nil, 3, true, false], "undeleted": "p3",
        "destroyed": ["1": [false, ""], "2": [true, ""], "3": [false, ""]], "read_destroyed": "InvalidPath: ",
        "rules": [2, true, ["owner": "ann"], 3, ["2", "3"]], "cas_required": "InvalidRequest: check-and-set parameter required for this call",
        "removed": "InvalidPath: ", "wrong_token": "Forbidden: permission denied", "no_token": "Forbidden: permission denied",
        "wrong_is_authenticated": false, "viewer": ["Forbidden: permission denied", "Forbidden: permission denied", false],
        "bad_login": "InvalidRequest: invalid role or secret ID", "others_login": "InvalidRequest: invalid role or secret ID",
        "login": [3600, true, ["secret.read"], true], "lease_reads": ["value": "h"], "lease_writes": "Forbidden: permission denied",
        "lease_of_lease": "InvalidRequest: invalid role or secret ID", "renewed": 600, "lookup": ["worker", true, "auth/approle/login", 600],
        "root_renew": "InvalidRequest: lease is not renewable", "revoked": "Forbidden: permission denied",
    ]

    @Test("writes, reads, lists, deletes, restores and destroys versions, signs in by AppRole, and is refused in Vault's own words")
    func life() async throws {
        let house = try VaultHouse()
        try await house.serve { asker in
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References/hvac_client.py").path(percentEncoded: false)
            let arguments = ["python3", script, "http://127.0.0.1:\(asker.port)", house.owner, house.viewer, "worker", house.worker]
            var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("VAULT_") }
            environment["PYTHONPATH"] = packages
            environment["HOME"] = house.folder.path
            let client = try await Child.run("/usr/bin/env", arguments, environment: environment)
            #expect(client.status == 0, "\(client.errors)")
            let told = try client.json
            for step in Self.expected.members { #expect(told[step.key] == step.value, "\(step.key)") }
            #expect(told.members.count == Self.expected.members.count)
        }
        #expect(try house.secrets.value(#require(SecretName("hook"))) == "h")
        #expect(try house.events("secret.read").contains("worker secret.read secret:hook"))
        #expect(try house.events("secret.").contains("ann secret.destroyed secret:team/db"))
    }
}
