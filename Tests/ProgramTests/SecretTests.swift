import Foundation
import Support
import TestSupport
import Testing

@Suite("A secret", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct SecretTests {
    @Test("behind the address of a webhook is used, and stands in no output, file, record or error") func webhook() async throws {
        let folder = try await Loans.trained(objectives: "{id: rate, metric: rps, on: production, min: 100000, window: 1h}")
        let hook = try OneRequestServer(status: "200 OK")
        let key = ["MARTLET_KEY_FILE": folder.path("outside/keys"), "HOOK": "http://127.0.0.1:\(hook.port)/T0PSECRET"]
        try folder.replace("reference: train", with: "reference: train, alert: [{webhook: \"secret://hook\", private: true}]")
        let shell = "printf '%s\\n' \"$HOOK\" | \"\(Program.path ?? "")\" secret set hook"
        let stored = try await Child.run("/bin/sh", ["-c", shell], in: folder.path, environment: Program.environment(key))
        #expect(stored.status == 0 && stored.output.contains("secret://hook"))
        let listed = try await folder.martlet("secret", "list", "--json", environment: key)
        #expect(try listed.json.elements.first?["secret"].text == "hook")
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [1, 2, 3])
        #expect(await server.interrupt().status == 0)
        let checked = try await folder.martlet("check", environment: key)
        #expect(hook.request?.hasPrefix("POST /T0PSECRET") == true, "\(checked.output)\(checked.errors)")
        let again = try await folder.martlet("check", environment: ["MARTLET_KEY_FILE": folder.path("nowhere")])
        for outcome in [stored, listed, checked, again] { #expect(!(outcome.output + outcome.errors).contains("T0PSECRET")) }
        for file in try folder.files() {
            #expect(try Data(contentsOf: URL(filePath: folder.path(file))).range(of: Data("T0PSECRET".utf8)) == nil, "\(file)")
        }
        #expect(try await folder.martlet("secret", "rm", "hook").status == 0)
        #expect(try await folder.martlet("secret", "rm", "hook").status == 1)
    }
}
