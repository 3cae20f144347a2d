import Foundation
import Support
import TestSupport
import Testing

@Suite("Drift", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct DriftFileTests {
    @Test("Comparing a file leaves what is known of the endpoint alone; nothing asked is no drift") func drift() async throws {
        let folder = try await Loans.trained()
        let nothing = try await folder.martlet("monitor", "drift")
        #expect(nothing.status == 0 && nothing.output.contains("Nothing was asked in the last 30d"), "\(nothing.output)\(nothing.errors)")
        try folder.write("moved.csv", Loans.table(400, seed: 3).replacing(",Bern,", with: ",Chur,"))
        let head = try await folder.martlet("audit", "log", "--json").output
        #expect(try await folder.martlet("monitor", "drift", "--data", "moved.csv").status == 1)
        #expect(try await folder.martlet("audit", "log", "--json").output == head)
        #expect(try await folder.martlet("incident", "list", "--json").json.elements.isEmpty)
    }
}
