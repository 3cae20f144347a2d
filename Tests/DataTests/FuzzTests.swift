import Data
import DataTestSupport
import Foundation
import Support
import TestSupport
import Testing

@Suite("Fuzzed tables", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct FuzzTests {
    @Test("are read or refused", arguments: ["a.csv", "a.jsonl", "a.tsv"])
    func tables(_ name: String) throws {
        let rows = (0..<30).map { "\($0),\($0).5,Bern,2026-01-\(10 + $0 % 20),\"a, \"\"b\"\"\",yes" }
        let csv = "n,x,city,day,text,late\n" + rows.joined(separator: "\n") + "\n"
        let corpus: [String] =
            switch name {
            case "a.jsonl": [(0..<30).map { "{\"n\":\($0),\"x\":\($0).5,\"city\":\"Bern\",\"late\":true}" }.joined(separator: "\n")]
            case "a.tsv": [csv.replacing(",", with: "\t")]
            default: [csv, "\u{FEFF}" + csv, csv.replacing("\n", with: "\r\n"), csv.replacing(",", with: ";")]
            }
        var fuzz = Fuzz(
            "tables \(name)", corpus: corpus, tokens: ["\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "NA", "2026-13-45", "1e5", "+", "\u{1F}"])
        let findings = fuzz.run(share: 0.02) { bytes in
            try Surroundings.withBytes([name: bytes]) { folder in
                _ = try SourceReader(engine: Surroundings.engine(), plan: DataPlan(source: SourcePlan(train: [name]), columns: []), directory: folder)
                    .read()
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
