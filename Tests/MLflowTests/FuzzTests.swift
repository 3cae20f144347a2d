import Database
import Experiments
import Foundation
import HTTPTestSupport
import MLflow
import Support
import TestSupport
import Testing

@Suite("Fuzzed filters and paths of artifacts") struct FuzzTests {
    private static let filters = [
        "metrics.acc > 0.5 AND params.`a b` = 'x' and tags.\"k.l\" LIKE '%y_'", "attributes.run_id IN ('a', 'b')", "start_time >= 1700000000000",
        "params.p IS NOT NULL AND tags.t IS NULL", "dataset.context ILIKE 'tr%'", "metrics.m != -1.5e-3 AND status = 'FINISHED'",
        "run_name = 'it''s' AND `Run name` != \"x\"", "run_id NOT IN ('a')",
    ]
    private static let words = [
        "AND", "OR", "IN", "NOT", "NULL", "IS", "LIKE", "ILIKE", "metrics.", "params.", "tags.", "attributes.", "dataset.", "run_id", "`", "''", "--",
        ";",
        "/*", "?", "?1", ":a", "||", "DROP TABLE run", "%", "_", "*", "[", "DESC",
    ]

    @Test("are searched by, or refused with a message of bounded length; never is one taken for a part of the statement") func filters() throws {
        let house = try TrackingHouse().house
        var fuzz = Fuzz("filters", corpus: Self.filters, tokens: Self.words)
        let findings = fuzz.run { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let query = try ClientLanguage.runs(filter: text, order: [String(text.prefix(60))].filter { !$0.isEmpty && text.utf8.count % 3 == 0 })
            _ = try house.database.read { try RunSearch(experiments: [0], query: query).page(limit: 3, in: $0) }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("paths stay below where they begin, whoever reads them") func paths() {
        let corpus = ["0/abc/artifacts/model/MLmodel", "a/b c/ü.txt", "a%2e/b", "models/m-1/artifacts"]
        var fuzz = Fuzz("artifact paths", corpus: corpus, tokens: ["../", "..", "/", "\\", "%2e", "%2F", "%5c", "%25", "//", "./", ":", "file:///"])
        let findings = fuzz.run { bytes in
            let path = try ArtifactPath(String(decoding: bytes, as: UTF8.self)).text
            var readings = [path]
            for _ in 0..<3 { readings.append(readings[readings.count - 1].removingPercentEncoding ?? "") }
            for reading in readings {
                let parts = reading.replacing("\\", with: "/").split(separator: "/", omittingEmptySubsequences: false)
                guard !parts.contains(".."), !reading.hasPrefix("/"), !reading.contains("\0") else {
                    throw Escaped(description: "“\(reading)” from “\(path)”")
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}

private struct Escaped: Error, CustomStringConvertible { let description: String }
