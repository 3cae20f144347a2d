import Foundation
import Testing
import Training

@Suite("How much other columns give away") struct ProxySentenceTests {
    private func sentence(_ auc: Double) throws -> String {
        let facts = #"{"column": "sex", "auc": \#(auc), "rows": 100, "through": ["job", "hours"]}"#
        return try JSONDecoder().decode(ProxyStrength.self, from: Data(facts.utf8)).sentence
    }

    @Test("is said by strength, and as nothing where the guess is no better than chance") func sentences() throws {
        #expect(try sentence(0.93).hasPrefix("Leaving “sex” out can hardly change the gaps between its groups"))
        #expect(try sentence(0.7).contains("hides it only in part"))
        #expect(try sentence(0.49) == "The other columns hardly give “sex” away (AUC 0.49).")
    }
}
